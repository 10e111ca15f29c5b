"""From an outbox row to the text of one medium: words, facts of the order, links."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from database import links
from database.messages import Told
from database.outbox import NotificationRow
from domain.actions import Verdict
from domain.money import plain, quantize
from notifications.links import LinkMaker, kept
from notifications.templates import rendered, stage_word
from notifications.text import Link, Text, inert

_OPEN = ("Open the order", "打开订单")
_LABELS = {
    Verdict.APPROVE: ("Approve", "通过"),
    Verdict.REJECT: ("Reject", "拒绝"),
    Verdict.RETURN: ("Return to the submitter", "退回提交人"),
}


@dataclass(frozen=True)
class Composer:
    """Writes messages; `links` makes what can be opened from them."""

    links: LinkMaker

    def compose(
        self,
        c: Connection,
        row: NotificationRow,
        told: Told | None,
        medium: str,
        zone: str,
        now: datetime,
    ) -> Text:
        """Return one message as it is sent by one medium.

        Whom the order waits for gets links that decide; they are kept in this transaction. `zone`
        is the reader's (IANA), in which deadlines are told.
        """
        text = self.body(row, told, zone)
        if told is None or not self.links.public_url:
            return text
        text = text.with_links(self._order_link(row, told))
        if asks_to_sign(row, told):
            text = text.with_links(*self._decisions(c, row, told, medium, now))
        return text

    def body(self, row: NotificationRow, told: Told | None, zone: str) -> Text:
        """Return the words of a message, without links."""
        name = told.name if told else row.subject
        text = rendered(row.event_kind, name, {"actor": row.actor, **row.data}, row.locale)
        if told is None:
            return text
        facts = _facts(told, zone, row.locale == "zh")
        return replace(
            text,
            body=f"{text.body}\n{facts}".strip(),
            marked_body=f"{text.marked_body}\n\n{inert(facts)}".strip(),
        )

    def digest(self, rows: Sequence[NotificationRow], told: dict[str, Told], zone: str) -> Text:
        """Return several messages to one person as one, the oldest first."""
        locale = rows[0].locale
        head = rendered("digest", "", {"count": str(len(rows))}, locale)
        parts = [self.body(row, told.get(row.subject), zone) for row in rows]
        body = "\n".join(f"- {part.title}: {_one_line(part.body)}" for part in parts)
        marked = "\n".join(
            f"- {part.marked_title}: {_one_line(part.marked_body)}" for part in parts
        )
        text = replace(
            head,
            body=f"{head.body}\n{body}",
            marked_body=f"{head.marked_body}\n\n{marked}",
        )
        if not self.links.public_url:
            return text
        orders = {row.subject: told[row.subject] for row in rows if row.subject in told}
        return text.with_links(
            *(Link(inert(each.name), self.links.order_url(key)) for key, each in orders.items())
        )

    def _order_link(self, row: NotificationRow, told: Told) -> Link:
        return Link(_OPEN[row.locale == "zh"], self.links.order_url(told.order_id))

    def _decisions(
        self, c: Connection, row: NotificationRow, told: Told, medium: str, now: datetime
    ) -> list[Link]:
        made = []
        for verdict, label in _LABELS.items():
            token = self.links.token(row.id, medium, verdict, told.content_hash)
            links.save(
                c, kept(token, row.person_id, told.order_id, told.content_hash, verdict, now)
            )
            made.append(Link(label[row.locale == "zh"], self.links.url(token)))
        return made


def asks_to_sign(row: NotificationRow, told: Told | None) -> bool:
    """Tell whether the order waits for this person's signature now."""
    return told is not None and bool(told.content_hash) and row.person_id in told.signers


def _facts(told: Told, zone: str, zh: bool) -> str:
    parts = [
        stage_word(told.stage, zh),
        f"{plain(quantize(told.total, told.currency))} {told.currency}",
    ]
    if told.due_at is not None and not told.closed:
        local = told.due_at.astimezone(ZoneInfo(zone))
        parts.append(f"{'截止' if zh else 'due'} {local:%Y-%m-%d %H:%M} ({zone})")
    return " · ".join(part for part in parts if part)


def _one_line(text: str) -> str:
    return " ".join(text.split())
