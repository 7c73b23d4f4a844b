"""The frozen day, week or month as people get it: a page of paper, a file for the mail, a picture, a table of numbers."""
