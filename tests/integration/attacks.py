"""Attacks on approvals: who tries what on which order, and what each entry has to answer.

None may leave a trace in the order: a refusal is noted, and nothing else changes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from domain.actions import AddSign, Cancel, Decide, Transfer, Verdict
from domain.approvals import AddedWhen
from domain.holds import ReasonCode
from domain.order import CanonicalOrder, content_hash
from tests.integration.attack_entries import ENTRIES, NOT_RUNNING, Entry, Try, at_once
from tests.integration.attacks_world import (
    DIRECTOR_AND_FINANCE,
    LEAVER,
    ONE_MANAGER,
    Case,
    Company,
)

Prepare = Callable[[Company, Case, Entry], Awaitable[object]]
Race = Callable[[Company, Case, Entry], Awaitable[None]]

# The id that what comes before an attack is done under.
FIRST = "first"
CLICKS = 20
_PEOPLE_ONLY = ("api", "batch", "link")


async def _nothing(company: Company, case: Case, entry: Entry) -> None:
    """Attack the order as it was opened."""


@dataclass(frozen=True)
class Attack:
    """`who` tries a verdict; `code` is what is answered, `codes` what single entries say instead.

    None stands for no answer at all. A code of `REPEATED` is the first answer given again.
    As it changes nothing, all entries try it on one order, each under an id of its own, unless
    that order has to be prepared through the entry itself: then a used `id` is given.
    """

    who: str
    code: str
    codes: Mapping[str, str | None] = field(default_factory=dict)
    amount: Decimal = ONE_MANAGER
    submitter: str = ""
    prepare: Prepare = _nothing
    verdict: Verdict = Verdict.APPROVE
    note: str = ""
    id: str = ""
    content: Callable[[Case], str] = lambda case: case.content

    def what(self, case: Case, entry: str) -> Try:
        """Return what is tried."""
        used = self.id or f"attack-{entry}"
        return Try(self.who, used, self.content(case), self.verdict, self.note)

    def answer(self, entry: str) -> str | None:
        """Return what this entry has to say."""
        return self.codes.get(entry, self.code)


REPEATED = "signed"


# --- what comes before ---------------------------------------------------------------------


def amended(order: CanonicalOrder) -> CanonicalOrder:
    """Return the order as somebody changed it."""
    address = order.shipping_address
    assert address is not None
    elsewhere = address.model_copy(update={"line1": "Weg 2"})
    return order.model_copy(update={"shipping_address": elsewhere})


def _new_content(case: Case) -> str:
    return content_hash(amended(case.order))


async def _amy_changes_it(company: Company, case: Case, entry: Entry) -> None:
    body = amended(case.order).model_dump(mode="json")
    answer = await company.post(case, "amy", "amendments", body)
    assert answer.is_success, answer.text
    await company.until(case, lambda at: at.content_version == 2 and at.stage == "in_review")
    await company.settled(case)


def _decided(person: str, verdict: Verdict = Verdict.APPROVE) -> Prepare:
    async def prepare(company: Company, case: Case, entry: Entry) -> None:
        note_id = "" if verdict is Verdict.APPROVE else FIRST
        decision = Decide(FIRST, person, verdict, case.content, note_id)
        await company.update(case, "decide", decision)

    return prepare


def _decided_by_entry(person: str) -> Prepare:
    async def prepare(company: Company, case: Case, entry: Entry) -> None:
        answer = await entry.decide(company, case, Try(person, FIRST, case.content))
        assert answer.code in ("signed", None), answer
        await company.heard(case, lambda kind, actor, _: (kind, actor) == ("signed", person))

    return prepare


async def _cancelled(company: Company, case: Case, entry: Entry) -> None:
    await company.update(case, "cancel", Cancel("end", "cs", ReasonCode.BUYER_CANCEL, "note"))
    await company.until(case, lambda at: at.closed)


async def _approved(company: Company, case: Case, entry: Entry) -> None:
    await _decided("ann")(company, case, entry)
    await company.until(case, lambda at: at.stage == "preparing")


async def _added_after(company: Company, case: Case, entry: Entry) -> None:
    await company.update(case, "add_sign", AddSign("add", "fin", "ann", AddedWhen.AFTER))
    await company.looked_up(case, 1)


async def _added_unfit(company: Company, case: Case, entry: Entry) -> None:
    await company.update(case, "add_sign", AddSign("add", "fin", "lim", AddedWhen.PARALLEL))
    await company.heard(case, lambda _, __, data: data.get("code") == "not_fit")


async def _handed_to_unfit(company: Company, case: Case, entry: Entry) -> None:
    await company.update(case, "transfer", Transfer("hand", "ann", "lim"))
    await company.heard(case, lambda _, __, data: data.get("code") == "not_fit")


def _before_the_order(code: str) -> dict[str, str | None]:
    return dict.fromkeys(_PEOPLE_ONLY, code)


ATTACKS: dict[str, Attack] = {
    "approving one's own order": Attack("sam", "is_submitter", submitter="sam"),
    "approving one's own change": Attack(
        "amy", "not_entitled", prepare=_amy_changes_it, content=_new_content
    ),
    "signing twice": Attack(
        "both", "already_signed", amount=DIRECTOR_AND_FINANCE, prepare=_decided("both")
    ),
    "standing in for the submitter": Attack("dan", "not_entitled", submitter="sue"),
    "the submitter stands in for an approver": Attack("sol", "is_submitter", submitter="sol"),
    "after the end": Attack(
        "ann", "closed", {"signal": NOT_RUNNING, "update": NOT_RUNNING}, prepare=_cancelled
    ),
    "after the approval": Attack("ben", "wrong_stage", prepare=_approved),
    "of another group": Attack("nora", "not_entitled", _before_the_order("other_group")),
    "over one's limit": Attack("lim", "not_entitled"),
    "on content that has changed": Attack("ann", "stale_content", prepare=_amy_changes_it),
    "another verdict under one's used id": Attack(
        "fin",
        "idempotency_key_reused",
        {"signal": None, "update": REPEATED},
        amount=DIRECTOR_AND_FINANCE,
        prepare=_decided_by_entry("fin"),
        verdict=Verdict.REJECT,
        note="Changed my mind",
        id=FIRST,
    ),
    "the used id of somebody else": Attack(
        "ann",
        "not_entitled",
        {"link": "not_your_link", "signal": None, "update": REPEATED},
        amount=DIRECTOR_AND_FINANCE,
        prepare=_decided_by_entry("fin"),
        id=FIRST,
    ),
    "an approver's signature under the used id of another": Attack(
        "olga",
        REPEATED,
        {"signal": None},
        amount=DIRECTOR_AND_FINANCE,
        prepare=_decided_by_entry("fin"),
        id=FIRST,
    ),
    "by somebody who has left": Attack(
        LEAVER, "not_entitled", _before_the_order("unauthenticated")
    ),
    "by the absent whose delegate has signed": Attack(
        "away", "already_signed", amount=DIRECTOR_AND_FINANCE, prepare=_decided("dele")
    ),
    "without an approver's role": Attack("keeper", "not_entitled", _before_the_order("forbidden")),
    "rejecting without a note": Attack("ann", "note_required", verdict=Verdict.REJECT),
    "returning without a note": Attack("ann", "note_required", verdict=Verdict.RETURN),
    "before whom one was to follow": Attack(
        "ann", "signs_later", amount=DIRECTOR_AND_FINANCE, prepare=_added_after
    ),
    "added although unfit": Attack(
        "lim", "not_entitled", amount=DIRECTOR_AND_FINANCE, prepare=_added_unfit
    ),
    "handed a part although unfit": Attack("lim", "not_entitled", prepare=_handed_to_unfit),
    "while it lies with its submitter": Attack(
        "ben", "held", prepare=_decided("ann", Verdict.RETURN)
    ),
}


# --- at the same instant -------------------------------------------------------------------


async def many_clicks(company: Company, case: Case, entry: Entry) -> None:
    """Half of them under one id, as a double click; half under ids of their own."""
    same = [Try("fin", "click", case.content)] * (CLICKS // 2)
    own = [Try("fin", f"click-{n}", case.content) for n in range(CLICKS // 2)]
    answers = await at_once(company, entry, case, [*same, *own])
    assert {answer.code for answer in answers} <= {"signed", "already_signed", None}
    assert {answer.code for answer in answers if answer.is_accepted} <= {"signed"}
    standing = await company.standing(case)
    ((_, person, verdict, _, counts),) = standing.decisions
    assert (standing.stage, person, verdict, counts) == ("in_review", "fin", "approve", True)
    assert standing.verdicts == (("signed", "fin"),)


async def approved_and_cancelled(company: Company, case: Case, entry: Entry) -> None:
    """Whichever was first: the order ends, and a signature that was accepted came before that."""
    body = {"reason": "BUYER_CANCEL", "note": "Called at noon"}
    cancel = company.post(case, "cs", "cancellation", body)
    async with asyncio.TaskGroup() as both:
        trying = both.create_task(entry.decide(company, case, Try("ann", "race", case.content)))
        cancelling = both.create_task(cancel)
    answer, cancelled = trying.result(), cancelling.result()
    assert cancelled.status_code == 200, cancelled.text
    await company.until(case, lambda at: at.closed)
    standing = await company.standing(case)
    assert (standing.stage, standing.is_closed) == ("closed_abnormally", True)
    if answer.is_accepted:
        assert answer.code == "approved"
        assert standing.verdicts == (("signed", "ann"), ("approved", "ann"))
    elif answer.code is not None:
        assert answer.code in ("closed", NOT_RUNNING)
        assert (standing.verdicts, standing.decisions) == ((), ())
    kinds = [kind for kind, _, _ in company.events(case)]
    assert kinds.count("signed") == len(standing.decisions) <= 1


RACES: dict[str, tuple[Decimal, Race]] = {
    "twenty clicks at once": (DIRECTOR_AND_FINANCE, many_clicks),
    "approving what is cancelled at that instant": (ONE_MANAGER, approved_and_cancelled),
}

_OWN_IDS = "ids are made from the person as well: under the same key it is a decision of their own"
EXCUSED: dict[tuple[str, str], str] = {
    ("another verdict under one's used id", "link"): "a link has one verdict, whatever is sent",
    ("an approver's signature under the used id of another", "api"): _OWN_IDS,
    ("an approver's signature under the used id of another", "batch"): _OWN_IDS,
    ("an approver's signature under the used id of another", "link"): (
        "somebody else's link is refused: see the used id of somebody else"
    ),
}
ALL = [(name, entry) for name in (*ATTACKS, *RACES) for entry in ENTRIES]
RUN = [pair for pair in ALL if pair not in EXCUSED]


def order_of(name: str, entry: str) -> tuple[str, str]:
    """Return which order an attack through an entry is tried on."""
    is_shared = name in ATTACKS and not ATTACKS[name].id
    return (name, next(iter(ENTRIES))) if is_shared else (name, entry)
