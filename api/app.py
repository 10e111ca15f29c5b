"""The HTTP API as one ASGI app."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version

from fastapi import FastAPI

from api import description, errors
from api.body_limit import LimitBody
from api.event_feed import EventFeed
from api.intake_writer import IntakeWriter
from api.keys import KeyRing
from api.metrics import CountRequests, Metrics
from api.permissions import V1
from api.routes import (
    absences,
    actions,
    amendments,
    audits,
    backtests,
    batches,
    breakers,
    calendars,
    channels,
    corrections,
    import_workbooks,
    imports,
    links,
    live,
    messages,
    operations,
    order_answers,
    order_lists,
    orders,
    people,
    people_sheets,
    previews,
    rule_files,
    rules,
    shadows,
    signing,
    submissions,
    validations,
    webhooks,
    work,
)
from api.shop_book import ShopBook
from api.state import ApiState, Services


def create_app(state: ApiState) -> FastAPI:
    """Return the app; its writer and its listener run from start-up to shutdown."""
    services = Services(
        state=state,
        writer=IntakeWriter(state.engine),
        shops=ShopBook(state.engine),
        keys=KeyRing(state.engine),
        feed=EventFeed(state.engine, state.database_url),
        metrics=Metrics(state.engine),
    )
    app = FastAPI(
        title=description.TITLE,
        description=description.DESCRIPTION,
        version=version("orderflow"),
        lifespan=_lifespan,
        openapi_url=f"{V1}/openapi.json",
        redoc_url=None,
    )
    app.state.services = services
    app.add_middleware(LimitBody, larger=imports.LARGER_BODIES)
    errors.install(app)
    app.add_middleware(CountRequests, metrics=services.metrics)
    for routes in (
        webhooks,
        submissions,
        validations,
        order_lists,
        orders,
        order_answers,
        actions,
        signing,
        amendments,
        batches,
        work,
        corrections,
        audits,
        breakers,
        channels,
        live,
        import_workbooks,
        imports,
        links,
        messages,
        people_sheets,
        people,
        absences,
        calendars,
        rule_files,
        rules,
        backtests,
        shadows,
        previews,
        operations,
    ):
        app.include_router(routes.router)
    app.openapi = partial(description.describe, app)  # type: ignore[method-assign]
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    await services.writer.start()
    await services.feed.start()
    yield
    await services.feed.stop()
    await services.writer.stop()
