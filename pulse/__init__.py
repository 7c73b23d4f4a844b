"""Pulseboard's core: records, KPIs, the fold and what ties the other packages together."""
