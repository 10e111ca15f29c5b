"""Who is calling and may they: API key or session to actor, route to permission."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param

from api.keys import Ring, T
from api.permissions import ROUTES, Permission, Scope, scope_of
from api.problem_kinds import FORBIDDEN, UNAUTHENTICATED
from api.session_cookies import COOKIE, check_csrf
from api.state import services_of
from database import tasks
from database.people import Actor
from database.sessions import Session

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="api_key",
    description="An API key, as `orderflow users add` prints it once.",
)
_cookie = APIKeyCookie(
    name=COOKIE,
    auto_error=False,
    scheme_name="session",
    description="The session of a browser. What changes something also needs `X-CSRF-Token`.",
)


async def authorized(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    token: Annotated[str | None, Depends(_cookie)],
) -> Actor:
    """Return the caller, who has the permission that the route asks for somewhere.

    Raises ApiProblem: 401 without a valid key or session, 403 without the permission or when a
    browser's request comes from no page of ours. For which groups the permission holds is checked
    where the order is known.
    """
    actor, session = await _caller(request, credentials.credentials if credentials else "", token)
    if actor is None:
        raise UNAUTHENTICATED()
    if session is not None:
        check_csrf(request, session)
    request.state.session = session
    permission = ROUTES[(request.method, request.scope["route"].path)]
    if isinstance(permission, Permission):
        scope = scope_of(actor, permission)
        order_id = str(request.path_params.get("order_id", ""))
        if scope.is_empty and not await _is_asked(request, scope, order_id):
            raise FORBIDDEN(permission=permission)
    return actor


async def _is_asked(request: Request, scope: Scope, order_id: str) -> bool:
    """Tell whether this order (empty: any) waits for the caller, or was decided on by them."""
    if not scope.asked:
        return False
    engine = services_of(request).state.engine

    def look() -> bool:
        with engine.connect() as c:
            return tasks.is_asked(c, scope.asked, order_id)

    return await run_in_threadpool(look)


async def _caller(
    request: Request, key: str, token: str | None
) -> tuple[Actor | None, Session | None]:
    """Return who calls, and their session unless they have a key, which comes first."""
    services = services_of(request)
    if key:
        return await _holder(services.keys, key), None
    if not token:
        return None, None
    session = await _holder(services.sessions, token)
    return (session.actor if session else None), session


async def _holder(ring: Ring[T], secret: str) -> T | None:
    return ring.known(secret) or await run_in_threadpool(ring.look_up, secret)


async def still_reaches(request: Request, scope: Scope) -> bool:
    """Tell whether the caller of a long answer would get the same one if they asked now."""
    scheme, key = get_authorization_scheme_param(request.headers.get("authorization"))
    bearer = key if scheme.lower() == "bearer" else ""
    actor, _ = await _caller(request, bearer, request.cookies.get(COOKIE))
    return actor is not None and permitted_scope(request, actor) == scope


ActorDep = Annotated[Actor, Depends(authorized)]


def permitted_scope(request: Request, actor: ActorDep) -> Scope:
    """Return for which groups the caller has the permission of this route."""
    permission = ROUTES[(request.method, request.scope["route"].path)]
    if not isinstance(permission, Permission):
        return Scope(everywhere=True, groups=frozenset())
    return scope_of(actor, permission)


ScopeDep = Annotated[Scope, Depends(permitted_scope)]


def session_of(request: Request, actor: ActorDep) -> Session | None:
    """Return the caller's session, None for a caller with a key."""
    session: Session | None = request.state.session
    return session


SessionDep = Annotated[Session | None, Depends(session_of)]
