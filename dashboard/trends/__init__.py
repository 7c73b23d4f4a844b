"""Trends: what is asked, and what history answers; nothing here draws."""
