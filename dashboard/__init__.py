"""Right of the second waist: show."""
