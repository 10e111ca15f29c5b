"""Who is calling and may they: bearer API key to actor, route to permission."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.permissions import ROUTES, Permission, Scope, scope_of
from api.problem_kinds import FORBIDDEN, UNAUTHENTICATED
from api.state import services_of
from database import tasks
from database.people import Actor

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="api_key",
    description="An API key, as `orderflow users add` prints it once.",
)
_LONGEST_KEY = 200


async def authorized(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Actor:
    """Return the caller, who has the permission that the route asks for somewhere.

    Raises ApiProblem: 401 without a valid key, 403 without the permission. For which groups it
    holds is checked where the order is known.
    """
    actor = await _actor(request, credentials.credentials if credentials else "")
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


async def _actor(request: Request, key: str) -> Actor:
    if not key or len(key) > _LONGEST_KEY:
        raise UNAUTHENTICATED()
    keys = services_of(request).keys
    actor = keys.known(key) or await run_in_threadpool(keys.look_up, key)
    if actor is None:
        raise UNAUTHENTICATED()
    return actor


ActorDep = Annotated[Actor, Depends(authorized)]


def permitted_scope(request: Request, actor: ActorDep) -> Scope:
    """Return for which groups the caller has the permission of this route."""
    permission = ROUTES[(request.method, request.scope["route"].path)]
    if not isinstance(permission, Permission):
        return Scope(everywhere=True, groups=frozenset())
    return scope_of(actor, permission)


ScopeDep = Annotated[Scope, Depends(permitted_scope)]
