"""Templates of messages: Jinja2 in a sandbox, with the fields of a message and nothing else.

In: a template of the config, or ours. Out: plain text, which each channel escapes as a whole; so no template and no name
from outside can write markup.
"""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import AfterValidator

from alerts.fields import fields_of
from pulse.text import Language, Text

UNWRITABLE = (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError)
"""What a template may raise while it is filled."""

TITLE = Text(
    "{% if drill %}[DRILL] {% endif %}[{{ state }} {{ level }}] {{ title }}",
    "{% if drill %}【演练】{% endif %}【{{ state }} {{ level }} 级】{{ title }}",
)
BODY = Text(
    """\
{% if drill %}
This is a drill: nothing needs to be done for customers.
{% endif %}
{{ why }}
Level: {{ level }}
{% if value_at_raise %}
Value at raise: {{ value_at_raise }}{{ " / threshold " ~ threshold_at_raise if threshold_at_raise else "" }}
{% endif %}
{% if value and value != value_at_raise %}
Value now: {{ value }}{{ " / threshold " ~ threshold if threshold else "" }}
{% endif %}
{% if peak and (step == "cleared" or peak not in (value, value_at_raise)) %}
{{ "Peaked at" if step == "cleared" else "Worst until now" }}: {{ peak }}
{% endif %}
{% if rule_owner %}
Answers for the rule: {{ rule_owner }}
{% endif %}
Since: {{ since }}{{ ", lasted " ~ lasted if step == "cleared" else "" }}
{% if contributors %}
Contributors: {% for part in contributors %}{{ part.name }} {{ part.share }}{{ ", " if not loop.last else "" }}{% endfor %}
{{ " and " ~ more ~ " more" if more else "" }}
{% elif more %}
Contributors: {{ more }}
{% endif %}
{% if instead_of %}
Sent here because {{ instead_of }} could not be reached.
{% endif %}
""",
    """\
{% if drill %}
这是一次演练：无需对客户采取任何措施。
{% endif %}
{{ why }}
级别：{{ level }} 级
{% if value_at_raise %}
触发值：{{ value_at_raise }}{{ " / 阈值 " ~ threshold_at_raise if threshold_at_raise else "" }}
{% endif %}
{% if value and value != value_at_raise %}
当前值：{{ value }}{{ " / 阈值 " ~ threshold if threshold else "" }}
{% endif %}
{% if peak and (step == "cleared" or peak not in (value, value_at_raise)) %}
{{ "期间最差值" if step == "cleared" else "迄今最差值" }}：{{ peak }}
{% endif %}
{% if rule_owner %}
规则负责团队：{{ rule_owner }}
{% endif %}
开始时间：{{ since }}{{ "，持续 " ~ lasted if step == "cleared" else "" }}
{% if contributors %}
主要来源：{% for part in contributors %}{{ part.name }} {{ part.share }}{{ "、" if not loop.last else "" }}{% endfor %}
{{ "，另有 " ~ more ~ " 项" if more else "" }}
{% elif more %}
主要来源：{{ more }} 项
{% endif %}
{% if instead_of %}
因 {{ instead_of }} 无法送达，改由此处通知。
{% endif %}
""",
)
_SPECIMEN: Mapping[str, Any] = {
    "state": "raised",
    "site": "site",
    "incident": 1,
    "rule": "sla",
    "kind": "sla_breach",
    "level": 2,
    "scope": "support",
    "title": {"en": "Support", "zh": "支持"},
    "why": {"en": "low", "zh": "低"},
    "value": 0.5,
    "value_at_raise": 0.4,
    "peak": 0.3,
    "threshold": 0.8,
    "threshold_at_raise": 0.8,
    "contributors": [{"dimension": "category", "value": "late", "share_ratio": 0.5}],
    "opened_at": 0,
    "at": 60_000,
    "rule_owner": {"en": "Operations", "zh": "运营"},
    "runbook": "https://example.org/runbook",
    "link": "https://example.org/console",
}
_BARE: Mapping[str, Any] = {"state": "cleared", "incident": 1, "level": 3, "drill": True}


def checked(template: str) -> str:
    """The template, if it can write any message; raises ValueError with what was found and what is allowed."""
    allowed = _specimen(_SPECIMEN)
    try:
        unknown = find_undeclared_variables(_environment().parse(template)) - set(allowed)
    except TemplateSyntaxError as error:
        raise ValueError(f"got line {error.lineno} with {error.message}, expected a Jinja template") from error
    if unknown:
        raise ValueError(f'got "{", ".join(sorted(unknown))}", expected one of {", ".join(sorted(allowed))}')
    for payload in (_SPECIMEN, _BARE):
        try:
            written(template, _specimen(payload))
        except UNWRITABLE as error:
            raise ValueError(f"got {error}, expected a template that can be filled, whatever of a message is unknown") from error
    return template


def written(template: str, fields: Mapping[str, Any]) -> str:
    """The template with the fields in their places; raises one of UNWRITABLE where it cannot be filled."""
    return _compiled(template).render(fields).strip()


TemplateText = Annotated[str, AfterValidator(checked)]


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)
    made.globals.clear()
    return made


@cache
def _compiled(template: str) -> Template:
    return _environment().from_string(template)


def _specimen(payload: Mapping[str, Any]) -> dict[str, Any]:
    return fields_of(payload, Language.EN, ZoneInfo("UTC"), shown=5)
