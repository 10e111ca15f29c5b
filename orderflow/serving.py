"""The HTTP API as a process: built from the environment, served by uvicorn."""

import uvicorn
from fastapi import FastAPI
from temporalio.client import Client

from api.app import create_app
from api.state import ApiState, OidcProvider, PublicSettings, SignIn
from database.engine import create_engine
from domain.hosts import is_loopback
from orderflow.errors import OperatorError
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
            sign_in=sign_in(settings),
        )
    )


def sign_in(settings: Settings) -> SignIn:
    """Return the ways to sign in; raises OperatorError where others could reach a demo's."""
    if settings.demo_login and not is_loopback(settings.api_host):
        raise OperatorError(
            f"ORDERFLOW_DEMO_LOGIN lets anybody in as anybody, but ORDERFLOW_API_HOST is "
            f"{settings.api_host}, which others reach; unset one of them.",
            f"ORDERFLOW_DEMO_LOGIN 允许任何人以任意身份登录,而 ORDERFLOW_API_HOST 为 "
            f"{settings.api_host},可被外部访问;请取消其中之一。",
        )
    secret = settings.oidc_client_secret
    provider = None
    if settings.oidc_issuer and secret is not None:
        provider = OidcProvider(
            settings.oidc_issuer,
            settings.oidc_client_id,
            secret.get_secret_value(),
            settings.oidc_name,
        )
    return SignIn(settings.public_url, settings.demo_login, provider)


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
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        server_header=False,
    )
    await uvicorn.Server(config).serve()


async def run() -> None:
    """Entry point of `orderflow api`: settings from the environment."""
    settings = load_settings()
    configure_logging(settings.log_format, settings.log_level)
    await serve(settings)
