"""Who may do what: the one table of roles and permissions that pages, routes, actions and the guard all ask.

Pure data: nothing comes in; a role's permissions and the names of both go out.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from pulse.text import Text


class Role(StrEnum):
    """What somebody is at the site."""

    VIEWER = "viewer"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    EXECUTIVE = "executive"
    ADMIN = "admin"


class Permission(StrEnum):
    """One thing that somebody may do."""

    SEE_WALL = "see_wall"
    SEE_PAST = "see_past"
    """The Board of past minutes: people only, a screen with a token shows now."""
    SEE_CONSOLE = "see_console"
    SEE_DAY = "see_day"
    SEE_ROLES = "see_roles"
    """The page that says who one is and who may do what."""
    SEE_SETTINGS = "see_settings"
    SEE_HEALTH = "see_health"
    SEE_NAMES = "see_names"
    """Names, phone numbers and texts of people."""
    ACKNOWLEDGE = "acknowledge"
    ESCALATE = "escalate"
    ASSIGN = "assign"
    SILENCE = "silence"
    CLOSE = "close"
    HAND_OVER = "hand_over"
    SEND_AGAIN = "send_again"
    """Messages that were given up."""
    DRAFT_STATEMENT = "draft_statement"
    APPROVE_STATEMENT = "approve_statement"
    REVIEW = "review"
    """Post-mortems, and the actions that follow from them."""
    ANNOTATE = "annotate"
    """What stands beside the time axis of trends."""
    DRILL = "drill"
    """Start, stop and assess drills."""
    MANAGE_SCREENS = "manage_screens"
    MANAGE_CONFIG = "manage_config"


_VIEWS = frozenset({Permission.SEE_WALL, Permission.SEE_PAST, Permission.SEE_ROLES})
_SUPERVISES = _VIEWS | {
    Permission.SEE_CONSOLE,
    Permission.SEE_DAY,
    Permission.SEE_NAMES,
    Permission.ACKNOWLEDGE,
    Permission.ESCALATE,
    Permission.SILENCE,
    Permission.DRAFT_STATEMENT,
}

PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.VIEWER: _VIEWS,
    Role.SUPERVISOR: _SUPERVISES,
    Role.MANAGER: _SUPERVISES
    | {
        Permission.ASSIGN,
        Permission.CLOSE,
        Permission.HAND_OVER,
        Permission.SEND_AGAIN,
        Permission.APPROVE_STATEMENT,
        Permission.REVIEW,
        Permission.ANNOTATE,
        Permission.DRILL,
        Permission.SEE_SETTINGS,
        Permission.MANAGE_SCREENS,
    },
    Role.EXECUTIVE: _VIEWS | {Permission.SEE_DAY},
    Role.ADMIN: frozenset(Permission),
}
"""The table. Somebody with several roles may do what any of them may."""

ROLE_NAMES: Mapping[Role, Text] = {
    Role.VIEWER: Text("viewer", "观看者"),
    Role.SUPERVISOR: Text("supervisor", "班组长"),
    Role.MANAGER: Text("manager", "值班经理"),
    Role.EXECUTIVE: Text("executive", "高管"),
    Role.ADMIN: Text("admin", "管理员"),
}

PERMISSION_NAMES: Mapping[Permission, Text] = {
    Permission.SEE_WALL: Text("see the wall", "查看大屏"),
    Permission.SEE_PAST: Text("look back at past minutes", "回看过去的时刻"),
    Permission.SEE_CONSOLE: Text("see the alert console", "查看告警台"),
    Permission.SEE_DAY: Text("see the day page", "查看日报"),
    Permission.SEE_ROLES: Text("see who may do what", "查看角色与权限"),
    Permission.SEE_SETTINGS: Text("see the settings", "查看设置"),
    Permission.SEE_HEALTH: Text("see the server's health", "查看服务器状态"),
    Permission.SEE_NAMES: Text("see names, phone numbers and texts of people", "查看人员姓名、电话与文本"),
    Permission.ACKNOWLEDGE: Text("acknowledge alerts, take them over, comment on them", "确认、接手并备注告警"),
    Permission.ESCALATE: Text("escalate alerts", "升级告警"),
    Permission.ASSIGN: Text("assign alerts to others", "将告警指派给他人"),
    Permission.SILENCE: Text("silence alerts for a while", "暂时静默告警"),
    Permission.CLOSE: Text("close alerts with their cause", "填写原因并关闭告警"),
    Permission.HAND_OVER: Text("hand a shift over, and take one over", "交班与接班"),
    Permission.SEND_AGAIN: Text("send messages again that were given up", "重新发送未送达的消息"),
    Permission.DRAFT_STATEMENT: Text("draft statements on incidents", "起草事件声明"),
    Permission.APPROVE_STATEMENT: Text("approve statements and send them", "批准并发送事件声明"),
    Permission.REVIEW: Text("write and finish post-mortems, keep their actions", "撰写并完成复盘，管理改进措施"),
    Permission.ANNOTATE: Text("write beside the trends what happened, take it back", "在趋势上添加或撤回标注"),
    Permission.DRILL: Text("start, stop and assess drills", "发起、中止并评估演练"),
    Permission.MANAGE_SCREENS: Text("manage screens", "管理屏幕"),
    Permission.MANAGE_CONFIG: Text("change the configuration", "修改配置"),
}


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """What the roles allow together; nothing for no role."""
    return frozenset(permission for role in roles for permission in PERMISSIONS[role])
