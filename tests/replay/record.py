"""Records the history of every path anew: `python -m tests.replay.record [PATH...]`.

Needed when a path is added, or when the workflow changed so much that no order of the old kind is
open any more. A change that open orders meet goes behind `workflow.patched` instead, and then the
histories here must still replay as they are.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator

from temporalio.client import WorkflowHistory

from tests.replay.corpus import FINGERPRINTS, FOLDER, PATHS, SECOND_RUNS, fingerprint, history
from tests.workflows.house import House, Order, dev_house, skipping_house
from tests.workflows.scenarios import ON_DEV_SERVER, SKIPPING, Scenario


async def main(wanted: list[str]) -> None:
    """Play the wanted paths (all by default), each on its own server, and keep the histories."""
    FOLDER.mkdir(exist_ok=True)
    for name, scenario in SKIPPING.items():
        if not wanted or name in wanted:
            async with skipping_house() as house:
                await _record(house, name, scenario)
    for name, scenario in ON_DEV_SERVER.items():
        if not wanted or name in wanted:
            async with dev_house() as house:
                await _record(house, name, scenario)
    for stale in {file.stem for file in FOLDER.glob("*.json")} - set(PATHS):
        (FOLDER / f"{stale}.json").unlink()
    _write_fingerprints()


async def _record(house: House, name: str, scenario: Scenario) -> None:
    order = await scenario(house, name)
    runs = [run async for run in _runs(house, order)]
    for number, run in enumerate(runs, 1):
        path = name if number == 1 else f"{name}.{number}"
        if number == 1 or path in SECOND_RUNS:
            (FOLDER / f"{path}.json").write_text(_text(run))
            sys.stdout.write(f"{path}: {len(run.events)} events\n")


async def _runs(house: House, order: Order) -> AsyncIterator[WorkflowHistory]:
    run_id = order.handle.first_execution_run_id or ""
    while run_id:
        handle = house.env.client.get_workflow_handle(order.handle.id, run_id=run_id)
        run = await handle.fetch_history()
        yield run
        ended = run.events[-1].workflow_execution_continued_as_new_event_attributes
        run_id = ended.new_execution_run_id


def _text(run: WorkflowHistory) -> str:
    """One event a line; without stack traces, which say where the code lay."""
    events = [_without_traces(event) for event in json.loads(run.to_json())["events"]]
    lines = ",\n".join(json.dumps(event, ensure_ascii=False) for event in events)
    return f'{{"events": [\n{lines}\n]}}\n'


def _without_traces(value: object) -> object:
    match value:
        case dict():
            return {k: _without_traces(v) for k, v in value.items() if k != "stackTrace"}
        case list():
            return [_without_traces(item) for item in value]
        case _:
            return value


def _write_fingerprints() -> None:
    prints = {path: fingerprint(history(path).events) for path in PATHS}
    FINGERPRINTS.write_text(json.dumps(prints, indent=1) + "\n")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
