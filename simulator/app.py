"""One web server on loopback that plays the whole world around orderflow."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from simulator.aborting import AbortableApp
from simulator.amazon_routes import AmazonApi, amazon_router
from simulator.config import SimulatorConfig
from simulator.control import control_router
from simulator.erp import erp_router
from simulator.robots import Robots, robots_router
from simulator.shopify_routes import shopify_router
from simulator.storefront_routes import storefront_router
from simulator.wms import wms_router
from simulator.woo_routes import woo_router
from simulator.world import World


def create_app(config: SimulatorConfig, api_url: str) -> FastAPI:
    """Return the application; actors start and stop with it. `app.state.world` is its World."""
    world = World(config, api_url)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with world.running():
            yield

    app = AbortableApp(title="orderflow simulator", lifespan=lifespan)
    app.state.world = world
    shops = {name: store.played for name, store in world.storefront.items()}
    amazon = AmazonApi(world.amazon, world.amazon_access, config.amazon, world.faults)
    app.include_router(shopify_router(world.shopify, world.faults))
    app.include_router(woo_router(world.woocommerce, world.faults))
    app.include_router(amazon_router(amazon))
    app.include_router(storefront_router(shops, world.documents, world.faults))
    app.include_router(erp_router(world.erp, world.faults))
    app.include_router(wms_router(world.documents, world.faults))
    app.include_router(robots_router(Robots()))
    app.include_router(control_router(world))
    return app
