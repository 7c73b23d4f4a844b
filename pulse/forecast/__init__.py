"""Pure: what is normal."""
