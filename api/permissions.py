"""Who may call what: roles to permissions, and every route with the permission it asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from database.people import Actor

V1 = "/api/v1"


class Permission(StrEnum):
    """What a person may be allowed to do; the codes appear in refusals."""

    ORDERS_READ = "orders.read"
    CONTENT_READ = "orders.content"
    CREDIT_READ = "orders.credit"
    CREATE = "orders.create"
    CONFIRM = "orders.confirm"
    DECIDE = "orders.decide"
    SHIP = "orders.ship"
    DELIVER = "orders.deliver"
    HOLD = "orders.hold"
    RELEASE_ANY = "orders.release_any"
    AMEND = "orders.amend"
    CANCEL = "orders.cancel"
    RETURN = "orders.return"
    ASSIGN_GROUP = "orders.assign_group"
    OBJECT = "orders.object"
    QUARANTINE_READ = "quarantine.read"
    QUARANTINE_RESOLVE = "quarantine.resolve"
    CHANNELS_READ = "channels.read"
    CHANNELS_SYNC = "channels.sync"
    IMPORT = "orders.import"
    URGE = "orders.urge"
    RULES_READ = "rules.read"
    RULES_EDIT = "rules.edit"
    RULES_PUBLISH = "rules.publish"
    RULES_APPLY = "rules.apply"
    PEOPLE_READ = "people.read"
    PEOPLE_EDIT = "people.edit"
    MESSAGES_READ = "messages.read"
    AUDIT_READ = "audit.read"


_LOOK = frozenset({Permission.ORDERS_READ, Permission.CREDIT_READ, Permission.CHANNELS_READ})
_WORK = _LOOK | {
    Permission.CONTENT_READ,
    Permission.HOLD,
    Permission.URGE,
    Permission.RULES_READ,
    Permission.PEOPLE_READ,
}
# A rule table may ask any role for a signature, so a role that is not listed is an approver's;
# whether this person may sign this order is for the order's workflow to say.
_APPROVER = _WORK | {Permission.DECIDE}
_SALES = _WORK | {
    Permission.CREATE,
    Permission.CONFIRM,
    Permission.AMEND,
    Permission.CANCEL,
    Permission.RETURN,
    Permission.OBJECT,
    Permission.QUARANTINE_READ,
    Permission.QUARANTINE_RESOLVE,
    Permission.CHANNELS_SYNC,
    Permission.IMPORT,
}
_LEAD = (
    _APPROVER
    | _SALES
    | {
        Permission.ASSIGN_GROUP,
        Permission.RELEASE_ANY,
        Permission.RULES_APPLY,
        Permission.MESSAGES_READ,
        Permission.AUDIT_READ,
    }
)
_RULE_WORK = frozenset(
    {
        Permission.RULES_READ,
        Permission.RULES_EDIT,
        Permission.RULES_PUBLISH,
        Permission.PEOPLE_READ,
    }
)

ROLES: Mapping[str, frozenset[Permission]] = {
    "customer_service": _SALES,
    "sales": _SALES,
    # What a customer owes is nothing that goods are packed by.
    "warehouse_keeper": (_WORK | {Permission.SHIP}) - {Permission.CREDIT_READ},
    "logistics": _WORK | {Permission.SHIP, Permission.DELIVER, Permission.RETURN},
    "finance": _APPROVER,
    "regional_manager": _APPROVER | {Permission.CANCEL},
    "ops_director": _LEAD,
    "team_lead": _LEAD,
    "administrator": frozenset(Permission),
    "rules_editor": _LOOK | _RULE_WORK,
    "auditor": _LOOK
    | {
        Permission.QUARANTINE_READ,
        Permission.RULES_READ,
        Permission.PEOPLE_READ,
        Permission.MESSAGES_READ,
        Permission.AUDIT_READ,
    },
}

# Delegates, superiors and those a rule names are asked whatever their roles are: whoever an order
# waits for may look at it and decide.
ASKED_MAY = frozenset({Permission.ORDERS_READ, Permission.CONTENT_READ, Permission.DECIDE})

# What these change holds for the whole company, others' rights among it, and the audit tells of all
# of it: a role that somebody has for one group does not give them.
_FOR_ALL_GROUPS = frozenset(
    {
        Permission.PEOPLE_EDIT,
        Permission.RULES_EDIT,
        Permission.RULES_PUBLISH,
        Permission.AUDIT_READ,
    }
)

# A keeper's work begins when an order has come to a warehouse; until then it is not theirs.
_NEEDS_A_GROUP = frozenset({"warehouse_keeper"})
UNROUTED = ""


@dataclass(frozen=True)
class Scope:
    """For which groups' orders somebody has a permission; UNROUTED stands for no group yet.

    Beside them it reaches the orders that wait for the signature of the person `asked` (empty:
    the permission is not one that comes with being asked).
    """

    everywhere: bool
    groups: frozenset[str]
    asked: str = ""

    def covers(self, group: str) -> bool:
        """Tell whether an order of this group (empty: of none yet) is within it."""
        return self.everywhere or group in self.groups

    @property
    def is_empty(self) -> bool:
        """Whether the permission was not granted at all."""
        return not (self.everywhere or self.groups)


def scope_of(actor: Actor, permission: Permission) -> Scope:
    """Return for which groups the actor's roles grant a permission."""
    grants = [g for g in actor.roles if permission in ROLES.get(g.role, _APPROVER)]
    if permission in _FOR_ALL_GROUPS:
        grants = [grant for grant in grants if not grant.group]
    groups = {grant.group for grant in grants if grant.group}
    if any(grant.group and grant.role not in _NEEDS_A_GROUP for grant in grants):
        groups.add(UNROUTED)
    asked = actor.person_id if permission in ASKED_MAY else ""
    return Scope(any(not grant.group for grant in grants), frozenset(groups), asked)


# What the table below says of a route that answers without a key or session.
PUBLIC = None
# Signing in is enough: the answer holds only what is the caller's own.
ANYBODY = "anybody"

_ORDER = f"{V1}/orders/{{order_id}}"
_DASHBOARD = f"{V1}/dashboard"
_IMPORTS = f"{V1}/imports"
_PEOPLE = f"{V1}/people"
_RULES = f"{V1}/rules"

ROUTES: Mapping[tuple[str, str], Permission | str | None] = {
    ("POST", "/webhooks/{channel}/{shop}"): PUBLIC,
    ("POST", f"{V1}/webhooks/{{channel}}/{{shop}}"): PUBLIC,
    ("GET", "/healthz"): PUBLIC,
    ("GET", "/readyz"): PUBLIC,
    ("GET", "/metrics"): PUBLIC,
    ("GET", f"{V1}/session/options"): PUBLIC,
    ("POST", f"{V1}/session"): PUBLIC,
    ("POST", f"{V1}/session/demo"): PUBLIC,
    ("GET", f"{V1}/session/oidc/start"): PUBLIC,
    ("GET", f"{V1}/session/oidc/callback"): PUBLIC,
    ("GET", f"{V1}/session"): ANYBODY,
    ("DELETE", f"{V1}/session"): ANYBODY,
    ("PUT", f"{V1}/me/password"): ANYBODY,
    ("POST", f"{V1}/orders"): Permission.CREATE,
    ("GET", f"{V1}/orders"): Permission.ORDERS_READ,
    ("GET", f"{V1}/orders/export.xlsx"): Permission.ORDERS_READ,
    ("GET", _ORDER): Permission.ORDERS_READ,
    ("GET", f"{_ORDER}/answer"): Permission.ORDERS_READ,
    ("GET", f"{_ORDER}/messages"): Permission.ORDERS_READ,
    ("GET", f"{_ORDER}/actions"): Permission.ORDERS_READ,
    ("GET", f"{_ORDER}/timeline"): Permission.ORDERS_READ,
    ("GET", f"{_ORDER}/explanation"): Permission.ORDERS_READ,
    ("POST", f"{_ORDER}/confirm"): Permission.CONFIRM,
    ("POST", f"{_ORDER}/decisions"): Permission.DECIDE,
    ("POST", f"{_ORDER}/signers"): Permission.DECIDE,
    ("POST", f"{_ORDER}/transfers"): Permission.DECIDE,
    # Whoever submitted an order may take it back, and need not be an approver.
    ("POST", f"{_ORDER}/withdrawals"): Permission.HOLD,
    ("POST", f"{_ORDER}/urges"): Permission.URGE,
    ("POST", f"{_ORDER}/copies"): Permission.URGE,
    ("POST", f"{_ORDER}/rule-set"): Permission.RULES_APPLY,
    ("POST", f"{_ORDER}/shipments"): Permission.SHIP,
    ("POST", f"{_ORDER}/deliveries"): Permission.DELIVER,
    ("POST", f"{_ORDER}/holds"): Permission.HOLD,
    ("POST", f"{_ORDER}/holds/{{hold_id}}/release"): Permission.HOLD,
    ("POST", f"{_ORDER}/amendments"): Permission.AMEND,
    ("POST", f"{_ORDER}/cancellation"): Permission.CANCEL,
    ("POST", f"{_ORDER}/returns"): Permission.RETURN,
    ("POST", f"{_ORDER}/group"): Permission.ASSIGN_GROUP,
    ("POST", f"{_ORDER}/objections"): Permission.OBJECT,
    ("POST", f"{V1}/decisions/batch"): Permission.DECIDE,
    ("POST", f"{V1}/rules/{{version}}/apply"): Permission.RULES_APPLY,
    ("GET", f"{V1}/batches"): ANYBODY,
    ("GET", f"{V1}/batches/{{batch_id}}"): ANYBODY,
    ("GET", f"{V1}/batches/{{batch_id}}/items"): ANYBODY,
    ("POST", f"{V1}/batches/{{batch_id}}/cancel"): ANYBODY,
    ("GET", f"{V1}/links/{{token}}"): PUBLIC,
    ("POST", f"{V1}/links/{{token}}"): Permission.DECIDE,
    ("GET", f"{V1}/messages"): ANYBODY,
    ("POST", f"{V1}/messages/{{message_id}}/resend"): ANYBODY,
    ("GET", f"{V1}/me/message-settings"): ANYBODY,
    ("PUT", f"{V1}/me/message-settings"): ANYBODY,
    ("GET", f"{V1}/tasks"): ANYBODY,
    ("GET", f"{V1}/events"): Permission.ORDERS_READ,
    ("GET", f"{V1}/quarantine"): Permission.QUARANTINE_READ,
    ("GET", f"{V1}/quarantine/{{quarantine_id}}"): Permission.QUARANTINE_RESOLVE,
    ("POST", f"{V1}/quarantine/{{quarantine_id}}/fix"): Permission.QUARANTINE_RESOLVE,
    ("POST", f"{V1}/quarantine/{{quarantine_id}}/retry"): Permission.QUARANTINE_RESOLVE,
    ("POST", f"{V1}/quarantine/{{quarantine_id}}/discard"): Permission.QUARANTINE_RESOLVE,
    ("POST", f"{V1}/validations"): Permission.CREATE,
    ("GET", f"{V1}/audit"): Permission.AUDIT_READ,
    ("GET", f"{V1}/breakers"): Permission.QUARANTINE_READ,
    ("POST", f"{V1}/breakers/{{channel}}/{{shop}}/open"): Permission.QUARANTINE_RESOLVE,
    ("POST", f"{V1}/breakers/{{channel}}/{{shop}}/close"): Permission.QUARANTINE_RESOLVE,
    ("GET", f"{V1}/channels"): Permission.CHANNELS_READ,
    ("POST", f"{V1}/channels/{{channel}}/{{shop}}/sync"): Permission.CHANNELS_SYNC,
    ("POST", _IMPORTS): Permission.IMPORT,
    ("GET", _IMPORTS): Permission.IMPORT,
    ("GET", f"{_IMPORTS}/template.xlsx"): Permission.IMPORT,
    ("GET", f"{_IMPORTS}/mappings"): Permission.IMPORT,
    ("GET", f"{_IMPORTS}/mappings/{{name}}"): Permission.IMPORT,
    ("PUT", f"{_IMPORTS}/mappings/{{name}}"): Permission.IMPORT,
    ("DELETE", f"{_IMPORTS}/mappings/{{name}}"): Permission.IMPORT,
    ("GET", f"{_IMPORTS}/{{import_id}}"): Permission.IMPORT,
    ("GET", f"{_IMPORTS}/{{import_id}}/events"): Permission.IMPORT,
    ("GET", f"{_IMPORTS}/{{import_id}}/errors.xlsx"): Permission.IMPORT,
    ("POST", f"{_IMPORTS}/{{import_id}}/cancel"): Permission.IMPORT,
    ("GET", _RULES): Permission.RULES_READ,
    ("GET", f"{_RULES}/published"): Permission.RULES_READ,
    ("GET", f"{_RULES}/{{version}}"): Permission.RULES_READ,
    ("POST", _RULES): Permission.RULES_EDIT,
    ("PUT", f"{_RULES}/{{version}}"): Permission.RULES_EDIT,
    ("POST", f"{_RULES}/import"): Permission.RULES_EDIT,
    ("POST", f"{_RULES}/{{version}}/check"): Permission.RULES_EDIT,
    ("POST", f"{_RULES}/{{version}}/publish"): Permission.RULES_PUBLISH,
    ("POST", f"{_RULES}/{{version}}/discard"): Permission.RULES_EDIT,
    ("POST", f"{_RULES}/{{version}}/rebase"): Permission.RULES_EDIT,
    ("GET", f"{_RULES}/{{version}}/diff"): Permission.RULES_READ,
    ("GET", f"{_RULES}/{{version}}/history"): Permission.RULES_READ,
    ("GET", f"{_RULES}/{{version}}/export.xlsx"): Permission.RULES_READ,
    ("POST", f"{_RULES}/{{version}}/backtests"): Permission.RULES_EDIT,
    ("GET", f"{_RULES}/{{version}}/backtests"): Permission.RULES_READ,
    ("GET", f"{V1}/backtests/{{backtest_id}}"): Permission.RULES_READ,
    ("GET", f"{V1}/backtests/{{backtest_id}}/result.xlsx"): Permission.RULES_READ,
    ("POST", f"{_RULES}/{{version}}/shadow"): Permission.RULES_EDIT,
    ("POST", f"{_RULES}/{{version}}/shadow/stop"): Permission.RULES_EDIT,
    ("GET", f"{_RULES}/{{version}}/shadow"): Permission.RULES_READ,
    # Questions with a body: they change nothing and ask for rules.read where they are answered.
    ("POST", f"{_RULES}/{{version}}/preview"): ANYBODY,
    ("POST", f"{_ORDER}/counterfactual"): ANYBODY,
    ("GET", f"{_DASHBOARD}/overview"): Permission.ORDERS_READ,
    ("GET", f"{_DASHBOARD}/backlog"): Permission.ORDERS_READ,
    ("GET", f"{_DASHBOARD}/stage-times"): Permission.ORDERS_READ,
    ("GET", f"{_DASHBOARD}/exceptions"): Permission.ORDERS_READ,
    ("GET", _PEOPLE): Permission.PEOPLE_READ,
    ("GET", f"{_PEOPLE}/names"): ANYBODY,
    ("GET", f"{_PEOPLE}/export.xlsx"): Permission.PEOPLE_EDIT,
    ("POST", f"{_PEOPLE}/import"): Permission.PEOPLE_EDIT,
    ("GET", f"{_PEOPLE}/{{person_id}}"): Permission.PEOPLE_READ,
    ("PUT", f"{_PEOPLE}/{{person_id}}"): Permission.PEOPLE_EDIT,
    # Everybody may enter their own; whose else is checked where the person is known.
    ("POST", f"{_PEOPLE}/{{person_id}}/absences"): ANYBODY,
    ("DELETE", f"{V1}/absences/{{absence_id}}"): ANYBODY,
    ("GET", f"{V1}/absences"): Permission.PEOPLE_READ,
    ("GET", f"{V1}/groups"): Permission.PEOPLE_READ,
    ("PUT", f"{V1}/groups/{{code}}"): Permission.PEOPLE_EDIT,
    ("GET", f"{V1}/calendars"): Permission.PEOPLE_READ,
    ("GET", f"{V1}/calendars/{{code}}"): Permission.PEOPLE_READ,
    ("PUT", f"{V1}/calendars/{{code}}"): Permission.PEOPLE_EDIT,
}
