"""The words a statement begins with, for each audience: a template and a title, in both languages.

Fields: title, why, level, where (empty for the whole site), since, until (empty while it lasts), drill. Customers and partners are told
neither of rules nor of figures.
"""

from collections.abc import Mapping

from pulse.audiences import Audience
from pulse.text import Text

TITLES: Mapping[Audience, Text] = {
    Audience.CUSTOMERS: Text("Service notice", "服务公告"),
    Audience.STAFF: Text("Incident statement", "事件通报"),
    Audience.PARTNERS: Text("Service notice for partners", "合作伙伴服务通知"),
}
TEMPLATES: Mapping[Audience, Text] = {
    Audience.CUSTOMERS: Text(
        """\
{% if drill %}
This is a drill: nothing has happened.
{% endif %}
{% if until %}
From {{ since }} to {{ until }} it took us longer than usual to answer you{{ " (" ~ where ~ ")" if where else "" }}. This is over.
We apologise for the time you had to wait.
{% else %}
Since {{ since }} it takes us longer than usual to answer you{{ " (" ~ where ~ ")" if where else "" }}.
We are working on it, and will tell you here when it is over.
{% endif %}
""",
        """\
{% if drill %}
这是一次演练：并未发生任何问题。
{% endif %}
{% if until %}
{{ since }} 至 {{ until }} 期间，我们{{ "的" ~ where if where else "" }}应答比平时慢，现已恢复。
对您的等待，我们深表歉意。
{% else %}
自 {{ since }} 起，我们{{ "的" ~ where if where else "" }}应答比平时慢。
我们正在处理，恢复后将在此告知。
{% endif %}
""",
    ),
    Audience.STAFF: Text(
        """\
{% if drill %}
This is a drill.
{% endif %}
{{ title }} (level {{ level }})
{{ why }}
{% if until %}
It lasted from {{ since }} to {{ until }} and is over.
{% else %}
It began {{ since }} and is being worked on. Tell customers what the notice for them says, and nothing beyond it.
{% endif %}
Questions go to the shift manager.
""",
        """\
{% if drill %}
这是一次演练。
{% endif %}
{{ title }}（{{ level }} 级）
{{ why }}
{% if until %}
持续时间：{{ since }} 至 {{ until }}，现已恢复。
{% else %}
自 {{ since }} 开始，正在处理。对客户请只说明公告中的内容。
{% endif %}
如有疑问，请联系值班经理。
""",
    ),
    Audience.PARTNERS: Text(
        """\
{% if drill %}
This is a drill: nothing has happened.
{% endif %}
{% if until %}
From {{ since }} to {{ until }} our service{{ " (" ~ where ~ ")" if where else "" }} was slower than agreed. This is over.
{% else %}
Since {{ since }} our service{{ " (" ~ where ~ ")" if where else "" }} is slower than agreed. We are working on it.
{% endif %}
Please reach us through your usual contact.
""",
        """\
{% if drill %}
这是一次演练：并未发生任何问题。
{% endif %}
{% if until %}
{{ since }} 至 {{ until }} 期间，我方服务{{ "（" ~ where ~ "）" if where else "" }}未达到约定水平，现已恢复。
{% else %}
自 {{ since }} 起，我方服务{{ "（" ~ where ~ "）" if where else "" }}未达到约定水平，正在处理。
{% endif %}
如需联系，请通过原有渠道。
""",
    ),
}
