"""Right of the second waist: remember."""
