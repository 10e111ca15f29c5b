"""A connection for a request that only reads."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Connection

from api.state import services_of


def reading(request: Request) -> Iterator[Connection]:
    """Lend a connection of the pool until the answer is made; what is written is not kept."""
    with services_of(request).state.engine.connect() as c:
        yield c


# Given back before the answer is sent, so that a slow reader keeps no connection.
ConnectionDep = Annotated[Connection, Depends(reading, scope="function")]
