"""Right of the second waist: decide on Boards, and tell people."""
