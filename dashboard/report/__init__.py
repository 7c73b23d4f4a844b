"""What is told of a day, week or month that is over; nothing in here draws on a page, so that the watch can make it too."""
