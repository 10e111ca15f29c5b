"""Signing in and out, and who one is."""

from datetime import UTC, datetime
from importlib.metadata import version

from fastapi import APIRouter, Depends, Request, Response

from api import passwords, sign_in
from api.auth import ActorDep, SessionDep
from api.connections import ConnectionDep
from api.description import problems
from api.permissions import V1, Permission, scope_of
from api.problem_kinds import INVALID, NOT_JSON, UNAVAILABLE
from api.schemas.session import (
    DemoLoginBody,
    DemoPersonView,
    LoginBody,
    OidcView,
    PasswordBody,
    PermissionView,
    RoleView,
    SessionOptions,
    SessionView,
)
from api.session_cookies import (
    COOKIE,
    check_origin,
    client_address,
    is_local,
    put_session,
    take_session,
)
from api.session_problems import CSRF, LOCKED, NO_DEMO, WRONG_LOGIN, WRONG_PASSWORD
from api.state import Services, services_of
from database import people, sessions
from database.people import Actor, RoleGrant
from database.sessions import Session

router = APIRouter(prefix=V1, tags=["session"])

_SIGNING_IN = (CSRF, NOT_JSON, INVALID, UNAVAILABLE)


@router.get(
    "/session/options",
    summary="See how one may sign in",
    responses=problems(UNAVAILABLE, signed_in=False),
)
def options(request: Request, c: ConnectionDep) -> SessionOptions:
    """Return the ways to sign in beside id or e-mail and password."""
    provider = services_of(request).state.sign_in.oidc
    return SessionOptions(
        oidc=OidcView(name=provider.name) if provider else None,
        demo_people=[
            DemoPersonView(
                person_id=person.person_id,
                name=person.name,
                locale=person.locale,
                roles=_roles(person.roles),
            )
            for person in (people.all_people(c) if _is_demo(request) else ())
            if person.active
        ],
    )


def _is_demo(request: Request) -> bool:
    return services_of(request).state.sign_in.demo and is_local(request)


@router.post(
    "/session",
    summary="Sign in",
    dependencies=[Depends(check_origin)],
    responses=problems(WRONG_LOGIN, LOCKED, *_SIGNING_IN, signed_in=False),
)
def log_in(request: Request, response: Response, body: LoginBody) -> SessionView:
    """Sign in with id or e-mail and password; the browser gets a cookie.

    After ten wrong passwords within a quarter of an hour a person's password is not looked at for
    as long; API keys, sessions and other ways to sign in go on working.
    """
    token = sign_in.by_password(
        services_of(request).state.engine,
        body.person,
        body.password.get_secret_value(),
        client_address(request),
        request.cookies.get(COOKIE, ""),
    )
    return _entered(request, response, token)


@router.post(
    "/session/demo",
    summary="Enter the demo",
    dependencies=[Depends(check_origin)],
    responses=problems(NO_DEMO, *_SIGNING_IN, signed_in=False),
)
def enter_demo(request: Request, response: Response, body: DemoLoginBody) -> SessionView:
    """Sign in as anybody, without a password: only in a demo, and only from its own machine."""
    now = datetime.now(UTC)
    if not _is_demo(request):
        raise NO_DEMO()
    with services_of(request).state.engine.begin() as c:
        person = people.get(c, body.person)
        if person is None or not person.active:
            raise NO_DEMO()
        former = request.cookies.get(COOKIE, "")
        token = sign_in.open_session(c, person.person_id, "demo", former, now)
    return _entered(request, response, token)


def _entered(request: Request, response: Response, token: str) -> SessionView:
    services = services_of(request)
    session = services.sessions.look_up(token)
    if session is None:
        # Whoever signed in left or was signed out everywhere in this very moment.
        raise WRONG_LOGIN()
    put_session(response, request, token)
    return _view(services, session.actor, session)


@router.get("/session", summary="See who I am", responses=problems())
def who_am_i(request: Request, actor: ActorDep, session: SessionDep) -> SessionView:
    """Return who is signed in, what they may do for which groups, and until when."""
    return _view(services_of(request), actor, session)


def _view(services: Services, actor: Actor, session: Session | None) -> SessionView:
    return SessionView(
        person_id=actor.person_id,
        name=actor.name,
        locale=actor.locale,
        roles=_roles(actor.roles),
        permissions=_permissions(actor),
        csrf_token=session.csrf_token if session else "",
        expires_at=session.ends_at if session else None,
        temporal_ui_url=services.state.public.temporal_ui_url,
        demo=services.state.sign_in.demo,
        version=version("orderflow"),
    )


def _roles(grants: tuple[RoleGrant, ...]) -> list[RoleView]:
    return [RoleView(role=grant.role, group=grant.group) for grant in grants]


def _permissions(actor: Actor) -> list[PermissionView]:
    scopes = {permission: scope_of(actor, permission) for permission in Permission}
    return [
        PermissionView(code=code, everywhere=scope.everywhere, groups=sorted(scope.groups))
        for code, scope in scopes.items()
        if not scope.is_empty
    ]


@router.delete("/session", summary="Sign out", status_code=204, responses=problems(CSRF))
def log_out(request: Request, actor: ActorDep, session: SessionDep) -> Response:
    """End this browser's session; an API key has none to end."""
    services, now = services_of(request), datetime.now(UTC)
    if session is not None:
        with services.state.engine.begin() as c:
            sessions.end(c, session.token_hash)
            sign_in.note(c, actor.person_id, "logged_out", now)
        services.sessions.forget()
    response = Response(status_code=204)
    take_session(response, request)
    return response


@router.put(
    "/me/password",
    summary="Change my password",
    status_code=204,
    responses=problems(CSRF, WRONG_PASSWORD, LOCKED),
)
def change_password(
    request: Request, actor: ActorDep, session: SessionDep, body: PasswordBody
) -> Response:
    """Replace the caller's password, of which they have to know the present one.

    Their other sessions end; API keys stay.
    """
    services, person_id = services_of(request), actor.person_id
    engine = services.state.engine
    if not sign_in.confirms(engine, person_id, body.current.get_secret_value()):
        raise WRONG_PASSWORD(value=person_id)
    kept = passwords.hashed(body.new.get_secret_value())
    with engine.begin() as c:
        sign_in.change_password(c, person_id, kept, session.token_hash if session else "")
    services.sessions.forget()
    return Response(status_code=204)
