"""The layout of the whole database: every module that has tables is named here."""

from sql import config_tables, drill_table, models

TABLES = models.Base.metadata
"""All tables."""
OF = (models, config_tables, drill_table)
"""Where they are described."""
