"""From a row of somebody else's data to one of the four records: which field comes from where, in which unit.

In: the `into` and `fields` tables of pulse.toml and rows of JSON (JMESPath) or CSV (columns). Out: records, faults by name, warnings.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import BeforeValidator, model_validator

from collectors.base import Seen, SourceContext
from collectors.field_values import BadValue, Kind, Unit, read_value, target_fields
from collectors.redact import customer_hash, is_identity, redact
from pulse.kpi.records import AgentState, ContactEvent, CounterWindow, QueueState, Rating, RatingScale, Record
from pulse.tables import Strict, ZoneName

RECORD_TYPES: Mapping[str, type[Record]] = {kind.__name__: kind for kind in (ContactEvent, QueueState, CounterWindow, AgentState)}
_GIVEN = frozenset({"site", "source", "channel", "received_at"})
"""Fields the connector knows without being told."""
_FOLLOWING = frozenset({"channel", "event_id"})
"""Fields that follow from others: where those are missing, that is said once."""
_PRESENT = frozenset({"QueueState", "AgentState"})
"""Records whose `at` is the moment of the reading where the source does not tell it."""
_FREE_TEXT = frozenset({"text", "reason", "category", "business_line", "segment", "level", "attributes"})
_CODED = frozenset({"queue", "channel", "type", "state"})
_OLDEST_AGE_S = 30 * 86_400


class Source(Strict):
    """Where one field comes from: a path with its unit, or a constant value."""

    path: str | None = None
    value: str | bool | float | None = None
    unit: Unit | None = None
    default_tz: ZoneName | None = None
    """The zone of instants that name none; the site's where it is not given."""
    format: str | None = None
    """A strptime pattern for instants that are not ISO 8601."""
    enum: Mapping[str, str] = {}
    """The source's words for ours."""
    scale: RatingScale | None = None
    """How a rating is to be read."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.path is None) == (self.value is None):
            raise ValueError("expected either path or value")
        return self


def _source_where_it_is_one(written: object) -> object:
    """A table with path or value is one field's source; any other table holds one source for each of its names."""
    is_source = isinstance(written, Mapping) and ("path" in written or "value" in written)
    return Source.model_validate(written) if is_source else written


Part = Annotated[str | Source, BeforeValidator(_source_where_it_is_one)]
Written = Annotated[str | Source | Mapping[str, Part], BeforeValidator(_source_where_it_is_one)]


class MappingOptions(Strict):
    """The keys every mapped source shares."""

    into: Literal["ContactEvent", "QueueState", "CounterWindow", "AgentState"]
    fields: Mapping[str, Written]

    @model_validator(mode="after")
    def _known_and_enough(self) -> Self:
        faults = list(_faults_of(self))
        if faults:
            raise ValueError("; ".join(faults))
        return self


@dataclass(frozen=True, slots=True)
class Fault:
    """One value that could not be used: `name` is counted, the message says where, found, allowed."""

    name: str
    message: str


@dataclass(frozen=True, slots=True)
class Mapped:
    """One row's record, None where something it cannot do without is missing, with its faults and warnings."""

    record: Record | None
    faults: Sequence[Fault] = ()
    warnings: Sequence[str] = ()


class Mapper:
    """One source's mapping; `columns` reads paths as names of columns, else they are JMESPath."""

    def __init__(self, options: MappingOptions, context: SourceContext, columns: bool = False) -> None:
        self._type = RECORD_TYPES[options.into]
        self._kinds = target_fields(self._type)
        self._context = context
        self._fields = options.fields
        self._paths = {path: None if columns else jmespath.compile(path) for path in _paths(options.fields)}

    def records(self, rows: Iterable[object], now: int, problems: Counter[str], lines: Sequence[int] = ()) -> list[Record]:
        """The records of some rows read at `now` (epoch ms); faults are counted in `problems`.

        `lines` are the numbers of the lines the rows stood in, where they come from a file.
        """
        kept = list(rows)
        mapped = [self.mapped(row, now) for row in kept]
        for one in mapped:
            problems.update(fault.name for fault in one.faults)
        if self._context.note is not None:
            _note(self._context.note, mapped, [f"line {number}" for number in lines] or [f"row {at + 1}" for at in range(len(kept))])
        if self._context.show is not None:
            warnings = dict.fromkeys(warning for one in mapped for warning in one.warnings)
            self._context.show(Seen(kept, self.unmapped(kept), list(warnings)))
        return [one.record for one in mapped if one.record is not None]

    def mapped(self, row: object, now: int) -> Mapped:
        """One row as a record; a field that cannot be read is None, a needed one that is None leaves no record."""
        if not isinstance(row, Mapping):
            return Mapped(None, [Fault("not_an_object", f"got {type(row).__name__}, expected an object")])
        faults: list[Fault] = []
        values = {name: self._value(name, row, now, faults) for name in self._fields}
        known: dict[str, Any] = {name: value for name, value in values.items() if value is not None}
        self._complete(known, now)
        missing = [name for name, kind in self._kinds.items() if kind.needed and name not in known]
        said = {fault.name.partition(":")[2] for fault in faults}
        told = [name for name in missing if name not in _FOLLOWING and name not in said]
        faults += [Fault(f"missing:{name}", f"fields.{name}: found nothing, expected a value") for name in told]
        return Mapped(None if missing else self._type(**known), faults, list(_warnings(known)))

    @property
    def codes(self) -> frozenset[str]:
        """The paths in a row that hold words of a system, such as queue.name: those that become queue, channel, kind or state."""
        coded = {name: written for name, written in self._fields.items() if name in _CODED}
        return frozenset(path.replace('"', "") for path in _paths(coded))

    def unmapped(self, rows: Iterable[object]) -> list[str]:
        """The keys of the rows that no field uses, such as tasks.age, sorted."""
        keys = {key for row in rows for key in _leaves(row)}
        return sorted(key for key in keys if not any(_uses(path, key) for path in self._paths))

    def _value(self, name: str, row: Mapping[str, object], now: int, faults: list[Fault]) -> object:
        written = self._fields[name]
        if isinstance(written, Mapping):
            parts = {key: self._one(name, one, row, now, faults) for key, one in written.items()}
            if name == "attributes":
                parts = self._allowed(parts, faults)
            return {self._kinds[name].key(key): value for key, value in parts.items() if value is not None}
        return self._one(name, written, row, now, faults)

    def _allowed(self, parts: dict[str, object], faults: list[Fault]) -> dict[str, object]:
        allowed = self._context.attributes
        if allowed is None:
            return parts
        for key in parts.keys() - set(allowed):
            faults.append(Fault(f"attribute_not_allowed:{key}", f"fields.attributes.{key}: expected one of {', '.join(allowed)}"))
        return {key: value for key, value in parts.items() if key in allowed}

    def _one(self, name: str, written: str | Source, row: Mapping[str, object], now: int, faults: list[Fault]) -> object:
        source = written if isinstance(written, Source) else Source(path=written)
        try:
            found = source.value if source.path is None else self._found(source.path, row)
            found = source.enum.get(str(found), found)
            value = read_value(found, self._kinds[name], source.unit, source.format, source.default_tz or self._context.zone, now)
            return self._finished(name, value, source)
        except BadValue as bad:
            message = f"fields.{name}: got {redact(bad.found)}, expected {bad.allowed}"
            faults.append(Fault(f"{bad.name}:{name}", message))
        except JMESPathError as error:
            faults.append(Fault(f"bad_path:{name}", f"fields.{name}: {redact(str(error))}"))
        return None

    def _found(self, path: str, row: Mapping[str, object]) -> object:
        compiled = self._paths[path]
        return row.get(path) if compiled is None else compiled.search(row)

    def _finished(self, name: str, value: object, source: Source) -> object:
        if name == "rating" and isinstance(value, float):
            return Rating(source.scale or RatingScale.CSAT_5, value)
        if name == "customer" and isinstance(value, str):
            return customer_hash(value, self._context.site_key)
        if name == "contact_id" and isinstance(value, str) and is_identity(value):
            return customer_hash(value, self._context.site_key) or redact(value)
        return redact(value) if name in _FREE_TEXT and isinstance(value, str) else value

    def _complete(self, values: dict[str, Any], now: int) -> None:
        """Adds what the connector knows and what follows from the rest."""
        values["site"], values["source"] = self._context.site, self._context.source
        if "channel" in self._kinds and "queue" in values:
            values.setdefault("channel", self._context.channel_of(values["queue"]))
        if "received_at" in self._kinds:
            values["received_at"] = now
        if self._type.__name__ in _PRESENT:
            values.setdefault("at", now)
        if self._type is ContactEvent and {"contact_id", "type", "at"} <= values.keys():
            values.setdefault("event_id", f"{values.get('queue', '')}|{values['contact_id']}|{values['type']}|{values['at']}")
            values["event_id"] = f"{self._context.source}|{values['event_id']}"


def _note(note: Callable[[str, str], None], mapped: Sequence[Mapped], places: Sequence[str]) -> None:
    for place, one in zip(places, mapped, strict=True):
        for fault in one.faults:
            note(fault.name, f"{place}, {fault.message}")


def _faults_of(options: MappingOptions) -> Iterator[str]:
    kinds = target_fields(RECORD_TYPES[options.into])
    own = {"event_id", *(_GIVEN), *(["at"] if options.into in _PRESENT else [])}
    for name, written in options.fields.items():
        if name not in kinds or name in ("site", "source", "received_at"):
            yield f"fields.{name}: is not known in {options.into}, expected one of {_allowed(kinds)}"
        elif isinstance(written, Mapping) != kinds[name].is_map:
            yield f"fields.{name}: expected {'a table of names and paths' if kinds[name].is_map else 'one path'}"
        elif isinstance(written, Mapping) and not all(kinds[name].takes_key(key) for key in written):
            yield f"fields.{name}: got {', '.join(written)}, expected numbers of seconds as keys"
        else:
            yield from _unit_faults(name, kinds[name], _parts(written))
    for name, kind in kinds.items():
        if kind.needed and name not in options.fields and name not in own:
            yield f"fields.{name}: found nothing, expected a path"


def _allowed(kinds: Mapping[str, Kind]) -> str:
    return ", ".join(sorted(kinds.keys() - {"site", "source", "received_at"}))


def _unit_faults(name: str, kind: Kind, parts: Iterable[str | Source]) -> Iterator[str]:
    for part in parts:
        unit = part.unit if isinstance(part, Source) else None
        if unit is not None and unit not in kind.units:
            yield f'fields.{name}.unit: got "{unit}", expected {", ".join(kind.units) or "none"}'


def _parts(written: Written) -> list[str | Source]:
    return list(written.values()) if isinstance(written, Mapping) else [written]


def _paths(fields: Mapping[str, Written]) -> list[str]:
    sources = [part if isinstance(part, Source) else Source(path=part) for written in fields.values() for part in _parts(written)]
    return [source.path for source in sources if source.path is not None]


def path_faults(options: MappingOptions) -> list[str]:
    """What is wrong with the paths of `fields` as JMESPath, in our words."""
    faults = []
    for path in _paths(options.fields):
        try:
            jmespath.compile(path)
        except JMESPathError as error:
            faults.append(f'fields: got "{path}", expected a JMESPath: {str(error).splitlines()[0]}')
    return faults


def _warnings(values: Mapping[str, object]) -> Iterator[str]:
    for name, value in values.items():
        if not name.endswith("_s") or not isinstance(value, float):
            continue
        if value < 0:
            yield f"fields.{name}: {value:g} s is negative, is the time zone right?"
        if value > _OLDEST_AGE_S:
            yield f"fields.{name}: {value:g} s is over 30 days, is the unit right?"


def _leaves(row: object, prefix: str = "") -> Iterator[str]:
    if not isinstance(row, Mapping):
        yield prefix.removesuffix(".")
        return
    for key, value in row.items():
        yield from _leaves(value, f"{prefix}{key}.")


def _uses(path: str, key: str) -> bool:
    plain = path.replace('"', "")
    return plain == key or key.startswith(f"{plain}.") or re.search(rf"(?<![\w.]){re.escape(key)}(?![\w])", plain) is not None
