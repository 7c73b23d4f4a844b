"""The layout of the whole database: every module that has tables is named here."""

from sql import config_tables, drill_table, duty, models

TABLES = models.Base.metadata
"""All tables."""
OF = (models, config_tables, drill_table, duty)
"""Where they are described."""
