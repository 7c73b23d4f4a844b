"""The tables of what the config file said: each text of a rule, and what became of the last reading."""

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from sql.models import Base, Instant, Name, _Map


class RuleVersion(Base):
    """One version of a rule as the watch had it in force; a version never changes, an empty text says that the rule was gone."""

    __tablename__ = "rule_versions"
    site: Mapped[Name] = mapped_column(primary_key=True)
    name: Mapped[Name] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    """Its table of the file, as TOML."""
    sha: Mapped[str]
    first_seen_at: Mapped[Instant]
    origin: Mapped[str]
    """Where it was read: the file and the machine."""


class ConfigReading(Base):
    """What became of the config file when the watch read it last."""

    __tablename__ = "config_readings"
    site: Mapped[Name] = mapped_column(primary_key=True)
    read_at: Mapped[Instant]
    sha: Mapped[str]
    """Of the whole file."""
    faults: Mapped[list[str]] = mapped_column(_Map)
    """Why it was not taken over; none where it was."""
    restart: Mapped[list[str]] = mapped_column(_Map)
    """What it has changed that waits for a restart."""
    in_force_since: Mapped[Instant]
    """Since when the rules in force are so."""
