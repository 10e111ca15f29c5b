"""What the API runs on, and the running parts that its requests share."""

from dataclasses import dataclass, field

from fastapi import Request
from sqlalchemy import Engine
from temporalio.client import Client

from api.event_feed import EventFeed
from api.intake_writer import IntakeWriter
from api.keys import KeyRing, SessionRing
from api.metrics import Metrics
from api.shop_book import ShopBook


@dataclass(frozen=True)
class PublicSettings:
    """What callers may know of the installation: where Temporal's Web UI shows a workflow.

    `temporal_ui_url` is its base URL without a trailing slash, empty when there is none.
    """

    temporal_ui_url: str = ""
    temporal_namespace: str = "orderflow"


@dataclass(frozen=True)
class OidcProvider:
    """An identity provider by which staff may sign in; `name` is what people call it."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str


@dataclass(frozen=True)
class SignIn:
    """How people may sign in beside their passwords, and at which URL browsers reach us (empty:
    whatever they call us). `demo` lets everybody on this machine in as anybody."""

    public_url: str = ""
    demo: bool = False
    oidc: OidcProvider | None = None


@dataclass(frozen=True)
class ApiState:
    """What the API runs on. `temporal` may be a lazy client of a server that is still down, or
    None; intake and reading then work all the same. `database_url` is for LISTEN."""

    engine: Engine
    database_url: str
    temporal: Client | None = None
    public: PublicSettings = PublicSettings()
    sign_in: SignIn = SignIn()


@dataclass(frozen=True)
class Services:
    """The running parts of one app."""

    state: ApiState
    writer: IntakeWriter
    shops: ShopBook
    keys: KeyRing
    sessions: SessionRing
    feed: EventFeed
    metrics: Metrics

    @classmethod
    def on(cls, state: ApiState) -> "Services":
        """Return parts that are not started yet."""
        return cls(
            state=state,
            writer=IntakeWriter(state.engine),
            shops=ShopBook(state.engine),
            keys=KeyRing(state.engine),
            sessions=SessionRing(state.engine),
            feed=EventFeed(state.engine, state.database_url),
            metrics=Metrics(state.engine),
        )


def services_of(request: Request) -> Services:
    """Return the running parts of the app that answers this request."""
    services: Services = request.app.state.services
    return services
