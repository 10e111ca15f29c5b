"""The short answer for a customer: what their order waits on, since when, what next, how long."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from domain.customer_words import (
    BEING_CLOSED,
    CLOSED,
    CLOSED_FOR,
    COMPLETED,
    CONFIDENTIAL,
    IN_STAGE,
    NEXT,
    NOT_BEGUN,
    NOT_BEGUN_NEXT,
    ON_HOLD,
    ROUTINE,
    Clause,
)
from domain.holds import ReasonCode
from domain.stages import TERMINAL, WAY, Stage

# Of fewer orders no percentile tells anything.
SMALLEST_SAMPLE = 20

_HOUR = 3600
_DAY = 24 * _HOUR
_HOLD = "hold:"
_CLOSING = "closing"


@dataclass(frozen=True)
class Usual:
    """How long orders took from entering a stage until they were shipped (from there: delivered),
    in seconds, and of how many that is known."""

    p50_seconds: int
    p90_seconds: int
    sample: int


@dataclass(frozen=True)
class Standing:
    """Where an order stands. `stage` is None before its workflow has begun; `since` (UTC) is when
    what it waits for began, `entered_at` when the stage did; `holds` are the open ones' reasons."""

    stage: Stage | None
    waits_for: str
    since: datetime
    entered_at: datetime
    holds: tuple[ReasonCode, ...] = ()
    closed_reason: str = ""


@dataclass(frozen=True)
class CustomerAnswer:
    """What may be told. `waits_for` and `holds` are codes, with a routine check in place of what a
    customer is not told; `left_seconds` is what is usually left, None where nothing tells."""

    waits_for: str
    holds: tuple[str, ...]
    next_stage: Stage | None
    left_seconds: int | None
    text_en: str
    text_zh: str


def answer(standing: Standing, usual: Usual | None, now: datetime) -> CustomerAnswer:
    """Return the answer in both languages, in complete sentences."""
    known = usual if usual and usual.sample >= SMALLEST_SAMPLE else None
    sentences = [_standing(standing), _next(standing), _how_long(standing, known, now)]
    holds = dict.fromkeys(_told(reason) for reason in standing.holds)
    return CustomerAnswer(
        waits_for=_code(standing.waits_for),
        holds=tuple(holds),
        next_stage=_next_stage(standing),
        left_seconds=_left(standing, known.p50_seconds, now) if known else None,
        text_en=" ".join(english for english, _ in sentences if english),
        text_zh="".join(chinese for _, chinese in sentences if chinese),
    )


def _told(reason: ReasonCode) -> str:
    return ROUTINE if reason in CONFIDENTIAL else str(reason)


def _code(waits_for: str) -> str:
    reason = waits_for.removeprefix(_HOLD)
    return f"{_HOLD}{ROUTINE}" if reason in CONFIDENTIAL else waits_for


def _next_stage(standing: Standing) -> Stage | None:
    if standing.stage is None:
        return WAY[0]
    if standing.stage in TERMINAL or standing.waits_for == _CLOSING:
        return None
    if ReasonCode.BUYER_CANCEL in standing.holds:
        return None  # Who takes an order back is not told when it will come.
    return WAY[WAY.index(standing.stage) + 1]


# --- the sentences -------------------------------------------------------------------------


def _standing(standing: Standing) -> Clause:
    english, chinese = _day(standing.since)
    if standing.stage in TERMINAL:
        ended = _ended(standing)
        return ended[0].format(day=english), ended[1].format(day=chinese)
    clause = _clause(standing)
    return f"Since {english}, {clause[0]}.", f"自{chinese}起，{clause[1]}。"


def _ended(standing: Standing) -> Clause:
    if standing.stage is Stage.COMPLETED:
        return COMPLETED
    reasons = {str(reason): words for reason, words in CLOSED_FOR.items()}
    return reasons.get(standing.closed_reason, CLOSED)


def _clause(standing: Standing) -> Clause:
    if standing.waits_for == _CLOSING:
        return BEING_CLOSED
    if standing.waits_for.startswith(_HOLD):
        return ON_HOLD[ReasonCode(standing.waits_for.removeprefix(_HOLD))]
    return IN_STAGE[standing.stage] if standing.stage else NOT_BEGUN


def _next(standing: Standing) -> Clause:
    if standing.stage is None:
        return NOT_BEGUN_NEXT
    return ("", "") if _next_stage(standing) is None else NEXT[standing.stage]


def _how_long(standing: Standing, usual: Usual | None, now: datetime) -> Clause:
    if usual is None or _next_stage(standing) is None:
        return "", ""
    goal = ("delivered", "送达") if standing.stage is Stage.SHIPPED else ("shipped", "发货")
    half, most = (
        _left(standing, seconds, now) for seconds in (usual.p50_seconds, usual.p90_seconds)
    )
    if standing.holds:
        # How long a hold lasts nobody knows; what is known is how long the rest takes.
        time = _duration(usual.p50_seconds)
        return (
            f"Once that is settled, it is usually {goal[0]} within {time[0]}.",
            f"处理完成后，通常在{time[1]}内{goal[1]}。",
        )
    if half:
        time, longest = _duration(half), _duration(most)
        return (
            f"It is usually {goal[0]} within {time[0]} from now, nearly always within "
            f"{longest[0]}.",
            f"通常从现在起{time[1]}内{goal[1]}，绝大多数订单不超过{longest[1]}。",
        )
    if most:
        time = _duration(most)
        return (
            f"This takes a little longer than usual; nearly all orders are {goal[0]} within "
            f"{time[0]} from now.",
            f"比平时稍慢；绝大多数订单从现在起{time[1]}内{goal[1]}。",
        )
    return "This takes longer than usual; we are following it up.", "比平时要慢，我们正在跟进。"


def _left(standing: Standing, seconds: int, now: datetime) -> int:
    passed = (now - standing.entered_at).total_seconds()
    return max(0, int(seconds - passed))


def _day(moment: datetime) -> Clause:
    month = f"{moment:%B}"
    return f"{moment.day} {month} {moment.year}", f"{moment.year}年{moment.month}月{moment.day}日"


def _duration(seconds: int) -> Clause:
    hours, days = ceil(seconds / _HOUR), ceil(seconds / _DAY)
    if hours <= 1:
        return "an hour", "1小时"
    return (f"{hours} hours", f"{hours}小时") if hours <= 48 else (f"{days} days", f"{days}天")
