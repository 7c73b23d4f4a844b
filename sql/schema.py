"""The layout of the whole database: every module that has tables is named here."""

from sql import config_tables, contact_tables, drill_table, duty, memory_tables, models, rollup_tables

TABLES = models.Base.metadata
"""All tables."""
OF = (models, config_tables, drill_table, duty, rollup_tables, contact_tables, memory_tables)
"""Where they are described."""
