"""The HTTP API as a process: built from the environment, served by uvicorn."""

import uvicorn
from fastapi import FastAPI
from temporalio.client import Client

from api.app import create_app
from api.state import ApiState, PublicSettings
from database.engine import create_engine
from orderflow.logs import configure_logging
from orderflow.servers import Servers, servers
from orderflow.settings import Settings, load_settings
from workflows.payloads import data_converter


async def lazy_client(settings: Settings, found: Servers) -> Client:
    """Return a client that connects on first use, so that intake answers while Temporal is down."""
    key = settings.temporal_api_key
    return await Client.connect(
        found.temporal_address,
        namespace=settings.temporal_namespace,
        data_converter=data_converter,
        api_key=key.get_secret_value() if key else None,
        tls=settings.temporal_encrypted,
        lazy=True,
    )


async def build(settings: Settings, found: Servers) -> FastAPI:
    """Return the app on its engine and its lazy Temporal client."""
    return create_app(
        ApiState(
            engine=create_engine(found.database_url, settings.database_pool_size),
            database_url=found.database_url,
            temporal=await lazy_client(settings, found),
            public=PublicSettings(settings.temporal_ui_url, settings.temporal_namespace),
        )
    )


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM."""
    app = await build(settings, servers(settings))
    config = uvicorn.Config(
        app,
        host=settings.api_host,
        port=settings.api_port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
        # Behind a proxy the deployment says whom to believe; by default nobody.
        proxy_headers=False,
        server_header=False,
    )
    await uvicorn.Server(config).serve()


async def run() -> None:
    """Entry point of `orderflow api`: settings from the environment."""
    settings = load_settings()
    configure_logging(settings.log_format, settings.log_level)
    await serve(settings)
