"""The HTTP API as one ASGI app."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version

from fastapi import FastAPI

from api import description, errors
from api.body_limit import LimitBody
from api.metrics import CountRequests
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
    dashboard,
    docs,
    import_workbooks,
    imports,
    links,
    live,
    messages,
    oidc,
    operations,
    order_answers,
    order_lists,
    orders,
    people,
    people_sheets,
    previews,
    rule_files,
    rules,
    session,
    shadows,
    signing,
    submissions,
    validations,
    webhooks,
    work,
)
from api.secure_headers import SecureHeaders
from api.state import ApiState, Services
from api.web_files import PAGES, WebFiles


def create_app(state: ApiState) -> FastAPI:
    """Return the app; its writer and its listener run from start-up to shutdown."""
    app = FastAPI(
        title=description.TITLE,
        description=description.DESCRIPTION,
        version=version("orderflow"),
        lifespan=_lifespan,
        openapi_url=f"{V1}/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.services = Services.on(state)
    app.add_middleware(LimitBody, larger=imports.LARGER_BODIES)
    errors.install(app)
    app.add_middleware(CountRequests)
    app.add_middleware(SecureHeaders)
    for routes in (
        webhooks,
        session,
        oidc,
        submissions,
        validations,
        order_lists,
        orders,
        order_answers,
        dashboard,
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
        docs,
    ):
        app.include_router(routes.router)
    app.router.default = WebFiles(PAGES, otherwise=app.router.default)
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
