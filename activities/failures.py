"""How an activity fails: what Temporal sees of it, and whether it is worth trying again.

Messages of drivers may quote rows, so only the class of an unexpected error enters a history.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import httpx
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from temporalio import activity
from temporalio.exceptions import ApplicationError

OUTAGE_TYPE = "Outage"
DEFECT_TYPE = "Defect"
# A defect does not go away by itself; a few tries cover the rare ones that do (a deadlock).
DEFECT_ATTEMPTS = 5

P = ParamSpec("P")
S = TypeVar("S")
R = TypeVar("R")


class Refused(Exception):
    """The other side said no and would say so again: a person has to look at it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def is_outage(error: Exception) -> bool:
    """Tell whether an error is somebody being away, which passes, however long it takes."""
    if isinstance(error, OperationalError | PoolTimeoutError | httpx.TransportError):
        return True
    return isinstance(error, DBAPIError) and error.connection_invalidated


def reported(
    method: Callable[Concatenate[S, P], R], *, gives_up: bool
) -> Callable[Concatenate[S, P], R]:
    """Translate what a method raises: outages retry, refusals do not, defects only so often.

    `gives_up` says whether a defect may end in the hands of a person; writes that record what has
    happened must not give up, whatever comes.
    """

    @wraps(method)
    def translated(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(self, *args, **kwargs)
        except ApplicationError:
            raise
        except Refused as error:
            raise ApplicationError(str(error), type=error.code, non_retryable=gives_up) from None
        except Exception as error:
            activity.logger.warning("activity failed: %s", type(error).__name__)
            raise _application_error(error, gives_up=gives_up) from None

    return translated


def never_gives_up(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Retry for ever: for our own ledger and read model."""
    return reported(method, gives_up=False)


def gives_up(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Retry outages as the policy says and defects a few times, then let a person look."""
    return reported(method, gives_up=True)


def _application_error(error: Exception, *, gives_up: bool) -> ApplicationError:
    name = type(error).__name__
    if is_outage(error):
        return ApplicationError(name, type=OUTAGE_TYPE)
    is_final = gives_up and activity.info().attempt >= DEFECT_ATTEMPTS
    return ApplicationError(name, type=DEFECT_TYPE, non_retryable=is_final)
