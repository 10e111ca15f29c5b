"""Versions of the rule tables: drafted together, checked, published by a second person."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request, Response, status
from sqlalchemy import Connection

from api.auth import ActorDep
from api.connections import ConnectionDep
from api.description import problems
from api.permissions import V1
from api.rule_problems import (
    BAD_VERSION,
    EDITED_MEANWHILE,
    FOUND_WRONG,
    NO_REVISION,
    NOT_A_DRAFT,
    NOT_CHECKED,
    NOTHING_PUBLISHED,
    OWN_DRAFT,
    REBASE_CONFLICT,
    STALE_BASE,
    UNKNOWN_RULE_SET,
    VERSION_TAKEN,
    found_wrong,
    refusals_as_problems,
)
from api.schemas.rules import (
    Checked,
    DiffView,
    DraftBody,
    History,
    NewDraft,
    RuleSetView,
    Step,
    VersionList,
    VersionView,
)
from api.state import services_of
from database import rule_history, rules
from database.rule_versions import StoredRuleSet
from domain.order import Short
from domain.rules.diff import diff
from domain.rules.findings import errors
from domain.rules.ruleset import RuleSet, rule_set_from_json, rule_set_to_json
from domain.rules.serialization import TableFormatError

router = APIRouter(prefix=f"{V1}/rules", tags=["rules"])

Id = Annotated[Short, Path(examples=["2026-12"])]
IfMatch = Annotated[str | None, Header(description="the revision that was read, as the ETag says")]
# Words that stand where a version's name would.
RESERVED = frozenset({"published", "import", "backtests", "shadows", "previews"})
_REVISION = re.compile(r'(?:W/)?"?(\d{1,9})"?')
_ONE = problems(UNKNOWN_RULE_SET)


@router.get("", summary="List versions", responses=problems())
def list_versions(c: ConnectionDep, actor: ActorDep) -> VersionList:
    """Return every version without its tables, the newest first."""
    return VersionList(versions=[VersionView.of(each) for each in rules.overview(c)])


@router.get("/published", summary="Show the version in force", responses=_ONE)
def show_published(c: ConnectionDep, actor: ActorDep, response: Response) -> RuleSetView:
    """Return the tables that new orders are admitted under."""
    found = rules.in_force(c)
    if found is None:
        raise UNKNOWN_RULE_SET(value="published")
    return _shown(found, response)


@router.get("/{version}", summary="Show a version", responses=_ONE)
def show_version(c: ConnectionDep, actor: ActorDep, version: Id, response: Response) -> RuleSetView:
    """Return a version with its tables; the ETag is the revision that saving it asks for."""
    return _shown(known(c, version), response)


@router.post(
    "",
    summary="Begin a draft",
    status_code=status.HTTP_201_CREATED,
    responses=problems(
        UNKNOWN_RULE_SET, VERSION_TAKEN, BAD_VERSION, FOUND_WRONG, NOTHING_PUBLISHED
    ),
)
def begin_draft(
    request: Request, actor: ActorDep, body: NewDraft, response: Response
) -> RuleSetView:
    """Keep a copy of a version as a new draft, with some tables replaced if any are given.

    The same again answers the same.
    """
    usable(body.version)
    with services_of(request).state.engine.begin() as c, refusals_as_problems():
        base = known(c, body.base or rules.published_id(c) or "")
        parts = rule_set_to_json(base.rule_set)
        tables = parts["tables"] if isinstance(parts["tables"], Mapping) else {}
        whole = parsed(parts | {"version": body.version, "tables": {**tables, **body.tables}})
        rules.save_draft(c, whole, actor.person_id, body.note, based_on=base.rule_set_id)
        return _shown(known(c, body.version), response)


@router.put(
    "/{version}",
    summary="Save a draft",
    responses=problems(UNKNOWN_RULE_SET, EDITED_MEANWHILE, VERSION_TAKEN, FOUND_WRONG, NO_REVISION),
)
def save_draft(
    request: Request,
    actor: ActorDep,
    version: Id,
    body: DraftBody,
    response: Response,
    if_match: IfMatch = None,
) -> RuleSetView:
    """Save all tables of a draft; it is unchecked again when they changed.

    When somebody saved it since it was read, the answer is 409 with `theirs`, `yours` and `diff`,
    and nothing is changed. `based_on` puts the draft on top of another version.
    """
    revision = revision_of(if_match)
    if revision is None:
        raise NO_REVISION()
    with services_of(request).state.engine.begin() as c, refusals_as_problems():
        known(c, version)
        document = {"base_currency": body.base_currency, "tables": body.tables}
        whole = parsed(document | {"version": version})
        rules.save_draft(
            c, whole, actor.person_id, body.note, revision=revision, based_on=body.based_on
        )
        return _shown(known(c, version), response)


@router.post("/{version}/check", summary="Check a version", responses=_ONE)
def check(request: Request, actor: ActorDep, version: Id) -> Checked:
    """Return everything that is wrong, each with an example; a draft without errors is checked."""
    with services_of(request).state.engine.begin() as c, refusals_as_problems():
        found = rules.check(c, version, actor.person_id, datetime.now(UTC))
        return Checked(
            rule_set_id=version,
            state=known(c, version).state,
            errors=len(errors(found)),
            findings=[each.to_json() for each in found],
        )


@router.post(
    "/{version}/publish",
    summary="Publish a draft",
    responses=problems(
        UNKNOWN_RULE_SET, NOT_A_DRAFT, OWN_DRAFT, NOT_CHECKED, STALE_BASE, FOUND_WRONG
    ),
)
def publish(
    request: Request, actor: ActorDep, version: Id, body: Step | None = None
) -> VersionView:
    """Put a checked draft into force, for orders that are admitted from now on.

    Nobody who edited it may do so.
    """
    with services_of(request).state.engine.begin() as c, refusals_as_problems():
        known(c, version)
        note = body.note if body else ""
        rules.publish(c, version, actor.person_id, datetime.now(UTC), note)
        return VersionView.of(known(c, version))


@router.post(
    "/{version}/discard",
    summary="Give a draft up",
    responses=problems(UNKNOWN_RULE_SET, NOT_A_DRAFT),
)
def discard(
    request: Request, actor: ActorDep, version: Id, body: Step | None = None
) -> VersionView:
    """Give a draft up for good; it stays readable."""
    with services_of(request).state.engine.begin() as c, refusals_as_problems():
        known(c, version)
        note = body.note if body else ""
        rules.discard(c, version, actor.person_id, datetime.now(UTC), note)
        return VersionView.of(known(c, version))


@router.post(
    "/{version}/rebase",
    summary="Put a draft on top of the version in force",
    responses=problems(
        UNKNOWN_RULE_SET, NOT_A_DRAFT, EDITED_MEANWHILE, REBASE_CONFLICT, NOTHING_PUBLISHED
    ),
)
def rebase(
    request: Request, actor: ActorDep, version: Id, response: Response, if_match: IfMatch = None
) -> RuleSetView:
    """Carry a draft's tables over to what was published meanwhile.

    Tables that both changed are a conflict, which names them in `tables`.
    """
    with services_of(request).state.engine.begin() as c, refusals_as_problems():
        known(c, version)
        revision, now = revision_of(if_match), datetime.now(UTC)
        rule_history.rebase(c, version, actor.person_id, now, revision=revision)
        return _shown(known(c, version), response)


@router.get("/{version}/diff", summary="Show what differs", responses=_ONE)
def show_diff(
    c: ConnectionDep,
    actor: ActorDep,
    version: Id,
    against: Annotated[
        Short | None, Query(description="the version before; without it, what it was made from")
    ] = None,
) -> DiffView:
    """Return what this version says differently from another, cell by cell."""
    after = known(c, version)
    before = known(c, against or after.based_on or rules.published_id(c) or version)
    return DiffView.model_validate(diff(before.rule_set, after.rule_set).to_json())


@router.get("/{version}/history", summary="Show who did what", responses=_ONE)
def show_history(c: ConnectionDep, actor: ActorDep, version: Id) -> History:
    """Return every save, check, rebase, publication and discarding of a version."""
    known(c, version)
    return History.of(version, rule_history.history(c, version))


def known(c: Connection, version: str) -> StoredRuleSet:
    """Return a version; raises ApiProblem when there is none."""
    found = rules.stored(c, version)
    if found is None:
        raise UNKNOWN_RULE_SET(value=repr(version))
    return found


def usable(version: str) -> None:
    """Raise ApiProblem for a version whose name is a word of the API itself."""
    if version in RESERVED:
        raise BAD_VERSION(value=repr(version))


def parsed(document: object) -> RuleSet:
    """Return a rule set of JSON; raises ApiProblem with every finding."""
    try:
        return rule_set_from_json(document)
    except TableFormatError as error:
        raise found_wrong(error.findings) from error


def revision_of(if_match: str | None) -> int | None:
    """Return the revision that a client read; raises ApiProblem when it is none."""
    if if_match is None:
        return None
    found = _REVISION.fullmatch(if_match.strip())
    if found is None:
        raise NO_REVISION()
    return int(found[1])


def etag(stored: Any) -> str:
    """Return the revision of a version as an ETag."""
    return f'"{stored.revision}"'


def _shown(stored: StoredRuleSet, response: Response) -> RuleSetView:
    response.headers["ETag"] = etag(stored)
    return RuleSetView.with_tables(stored)
