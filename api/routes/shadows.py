"""A draft asked beside the rules in force, without effect: start it, stop it, read what differs."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from sqlalchemy import Connection

from api.auth import ActorDep
from api.backtest_problems import (
    BAD_SHADOW_END,
    NO_SHADOW,
    NOT_OPEN,
    SHADOW_RUNNING,
    TOO_MANY_SHADOWS,
    refusals_as_problems,
)
from api.connections import ConnectionDep
from api.description import problems
from api.permissions import V1
from api.rule_problems import UNKNOWN_RULE_SET
from api.schemas.shadows import (
    ShadowBody,
    ShadowReportView,
    ShadowView,
    report_view,
    shadow_view,
)
from api.state import services_of
from database import audit, rules, shadows
from database.rule_versions import StoredRuleSet
from domain.order import Short

router = APIRouter(prefix=f"{V1}/rules", tags=["rules"])

Version = Annotated[Short, Path(examples=["2026-12"])]


@router.post(
    "/{version}/shadow",
    summary="Run a draft in shadow",
    status_code=201,
    responses=problems(
        UNKNOWN_RULE_SET, NOT_OPEN, BAD_SHADOW_END, SHADOW_RUNNING, TOO_MANY_SHADOWS
    ),
)
def start_shadow(
    request: Request, actor: ActorDep, version: Version, body: ShadowBody
) -> ShadowView:
    """From now on a draft is asked about every admission after it is done; nothing comes of it but
    a report. Three drafts at most, for 14 days at most."""
    now = datetime.now(UTC)
    with refusals_as_problems(), services_of(request).state.engine.begin() as c:
        draft = _known(c, version)
        if not draft.is_open:
            raise NOT_OPEN(value=version, state=draft.state)
        found = shadows.start(c, version, started_by=actor.person_id, ends_at=body.ends_at, now=now)
        _note(c, actor.person_id, "shadow_started", version, now)
    return shadow_view(found)


@router.post(
    "/{version}/shadow/stop",
    summary="Stop a shadow",
    responses=problems(UNKNOWN_RULE_SET, NO_SHADOW),
)
def stop_shadow(request: Request, actor: ActorDep, version: Version) -> ShadowView:
    """End the shadow of a draft; what it found stays."""
    now = datetime.now(UTC)
    with services_of(request).state.engine.begin() as c:
        _known(c, version)
        found = shadows.stop(c, version, actor.person_id, now)
        if found is None:
            raise NO_SHADOW(value=version)
        _note(c, actor.person_id, "shadow_stopped", version, now)
    return shadow_view(found)


@router.get(
    "/{version}/shadow",
    summary="Show what a shadow found",
    responses=problems(UNKNOWN_RULE_SET, NO_SHADOW),
)
def show_shadow(c: ConnectionDep, actor: ActorDep, version: Version) -> ShadowReportView:
    """Return what the newest shadow of a version has found: how many admissions, what differs by
    table, with money and examples."""
    kept = _known(c, version)
    found = shadows.newest(c, version)
    if found is None:
        raise NO_SHADOW(value=version)
    return report_view(shadows.report(c, found), kept.rule_set.base_currency)


def _known(c: Connection, version: str) -> StoredRuleSet:
    found = rules.stored(c, version)
    if found is None:
        raise UNKNOWN_RULE_SET(value=version)
    return found


def _note(c: Connection, person: str, action: str, version: str, now: datetime) -> None:
    entry = audit.Entry(person, action, {"rule_set_id": version})
    audit.append(c, audit.SYSTEM_CHAIN, [entry], now)
