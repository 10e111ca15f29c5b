"""Where the servers are that this process works with: named by the environment, or embedded."""

from dataclasses import dataclass

from orderflow.embedded.postgres import embedded_database_url
from orderflow.embedded.temporal import embedded_temporal_address
from orderflow.errors import OperatorError
from orderflow.settings import Settings


@dataclass(frozen=True)
class Servers:
    """URL of Postgres (holds a password, so it is not shown) and host:port of Temporal."""

    database_url: str
    temporal_address: str


class NoServerError(OperatorError):
    """Neither the environment nor the embedded state names a server."""


def servers(settings: Settings) -> Servers:
    """Return both servers; raises NoServerError when one is neither set nor embedded."""
    return Servers(database_url(settings), temporal_address(settings))


def database_url(settings: Settings) -> str:
    """Return the URL of Postgres."""
    return settings.database_url or _embedded(
        embedded_database_url(settings.home), "Postgres", "ORDERFLOW_DATABASE_URL"
    )


def temporal_address(settings: Settings) -> str:
    """Return host:port of Temporal."""
    return settings.temporal_address or _embedded(
        embedded_temporal_address(settings.home), "Temporal", "ORDERFLOW_TEMPORAL_ADDRESS"
    )


def _embedded(found: str | None, what: str, variable: str) -> str:
    if found is None:
        raise NoServerError(
            f"No {what} is known: set {variable}, or start the embedded one with `orderflow up`.",
            f"未找到 {what}:请设置 {variable},或用 `orderflow up` 启动内置服务。",
        )
    return found
