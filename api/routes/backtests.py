"""A rule set proved on the orders of the past: ask for a backtest, follow it, read the result."""

import hashlib
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Request, Response
from sqlalchemy import Connection

from api.auth import ActorDep
from api.backtest_problems import BACKTEST_NOT_DONE, UNKNOWN_BACKTEST
from api.backtest_workbook import workbook
from api.connections import ConnectionDep
from api.description import problems
from api.permissions import V1
from api.routes.import_workbooks import XLSX
from api.rule_problems import UNKNOWN_RULE_SET
from api.schemas.actions import KEY_PATTERN
from api.schemas.backtests import (
    BACKTEST_ID,
    BacktestBody,
    BacktestDetail,
    BacktestList,
    detail,
    listed,
)
from api.state import services_of
from database import audit, backtests, rules
from database.backtests import DONE, Backtest
from domain.order import Short

router = APIRouter(prefix=V1, tags=["rules"])

Version = Annotated[Short, Path(examples=["2026-12"])]
BacktestId = Annotated[str, Path(pattern="^bt_[0-9a-f]{32}$", examples=[BACKTEST_ID])]
_WORKBOOK: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "An xlsx workbook",
        "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post(
    "/rules/{version}/backtests",
    summary="Backtest a rule set",
    status_code=202,
    responses=problems(UNKNOWN_RULE_SET, UNKNOWN_BACKTEST),
)
def ask(
    request: Request,
    actor: ActorDep,
    version: Version,
    body: BacktestBody,
    idempotency_key: Annotated[
        str | None,
        Header(pattern=KEY_PATTERN, description="The same one when repeating a request."),
    ] = None,
) -> BacktestDetail:
    """Judge the last orders under this version; a worker does so, one backtest at a time, behind
    live orders. Nothing of any order changes."""
    now = datetime.now(UTC)
    with services_of(request).state.engine.begin() as c:
        for each in {version, body.against} - {""}:
            _refuse_unknown(c, each)
        repeated = _known(c, body.repeats) if body.repeats else None
        found = backtests.create(
            c,
            version,
            against=body.against,
            orders=body.orders,
            started_by=actor.person_id,
            now=now,
            repeats=repeated,
            backtest_id=_id_of(actor.person_id, version, idempotency_key),
        )
        told = {"backtest_id": found.backtest_id, "rule_set_id": version}
        entry = audit.Entry(actor.person_id, "backtest_asked", told)
        audit.append(c, audit.SYSTEM_CHAIN, [entry], now)
    return detail(found)


def _id_of(person: str, version: str, key: str | None) -> str:
    """The same key of the same person is the same backtest."""
    if key is None:
        return ""
    return f"bt_{hashlib.sha256(chr(0).join((person, version, key)).encode()).hexdigest()[:32]}"


@router.get(
    "/rules/{version}/backtests",
    summary="List the backtests of a rule set",
    responses=problems(UNKNOWN_RULE_SET),
)
def list_backtests(c: ConnectionDep, actor: ActorDep, version: Version) -> BacktestList:
    """Return the newest backtests of a version."""
    _refuse_unknown(c, version)
    return listed(backtests.of_rule_set(c, version))


@router.get(
    "/backtests/{backtest_id}", summary="Show a backtest", responses=problems(UNKNOWN_BACKTEST)
)
def show(c: ConnectionDep, actor: ActorDep, backtest_id: BacktestId) -> BacktestDetail:
    """Return how far a backtest has come, and its result when it is done."""
    return detail(_known(c, backtest_id))


@router.get(
    "/backtests/{backtest_id}/result.xlsx",
    summary="Download the result of a backtest",
    response_class=Response,
    responses=_WORKBOOK | problems(UNKNOWN_BACKTEST, BACKTEST_NOT_DONE),
)
def result_workbook(c: ConnectionDep, actor: ActorDep, backtest_id: BacktestId) -> Response:
    """Return the result as a workbook with a sheet per question."""
    found = _known(c, backtest_id)
    if found.state != DONE or found.result is None:
        raise BACKTEST_NOT_DONE(value=backtest_id)
    headers = {"Content-Disposition": f'attachment; filename="{backtest_id}.xlsx"'}
    return Response(workbook(found.result, found.digest), headers=headers, media_type=XLSX)


def _known(c: Connection, backtest_id: str) -> Backtest:
    found = backtests.get(c, backtest_id)
    if found is None:
        raise UNKNOWN_BACKTEST(value=backtest_id)
    return found


def _refuse_unknown(c: Connection, version: str) -> None:
    if rules.get(c, version) is None:
        raise UNKNOWN_RULE_SET(value=version)
