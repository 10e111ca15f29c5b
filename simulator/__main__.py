"""Runs the simulator: `python -m simulator --port 8090 --api URL --config FILE`."""

from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from simulator.app import create_app
from simulator.config import load_config


def main(
    config: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="JSON configuration")],
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8090,
    api: Annotated[str, typer.Option(help="base URL of orderflow")] = "http://127.0.0.1:8088",
    orders: Annotated[int | None, typer.Option(min=0, help="most orders to place")] = None,
) -> None:
    """Play shops, shoppers, ERP, WMS, carrier and staff against an orderflow API."""
    played = load_config(config)
    if orders is not None:
        played = played.model_copy(update={"most_orders": orders})
    app = create_app(played, api)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    typer.run(main)
