"""Left of the first waist: sources in, records out."""
