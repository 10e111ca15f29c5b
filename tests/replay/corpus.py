"""The histories that are replayed: where they lie, how they are read, what their fingerprint is."""

import json
from collections.abc import Sequence
from pathlib import Path

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

from tests.workflows.scenarios import ON_DEV_SERVER, SKIPPING

FOLDER = Path(__file__).parent / "histories"
FINGERPRINTS = Path(__file__).parent / "fingerprints.json"
# One order, two runs: the one that was cut and the one that went on.
SECOND_RUNS = ("continued_as_new.2",)
PATHS = (*SKIPPING, *ON_DEV_SERVER, *SECOND_RUNS)

# Events that exist because the workflow asked for them, in the order in which it asked.
COMMANDS = frozenset(
    {
        "activity_task_scheduled",
        "activity_task_cancel_requested",
        "marker_recorded",
        "timer_started",
        "timer_canceled",
        "upsert_workflow_search_attributes",
        "workflow_execution_update_accepted",
        "workflow_execution_update_completed",
        "workflow_execution_completed",
        "workflow_execution_failed",
        "workflow_execution_canceled",
        "workflow_execution_continued_as_new",
    }
)


def history(path: str) -> WorkflowHistory:
    """Read the recorded history of a path; raises FileNotFoundError when there is none."""
    return WorkflowHistory.from_json(path, (FOLDER / f"{path}.json").read_text())


def fingerprint(events: Sequence[HistoryEvent]) -> list[str]:
    """Return what the workflow asked of the server, in order."""
    return [text for event in events if (text := _command(event))]


def _command(event: HistoryEvent) -> str:
    kind = (event.WhichOneof("attributes") or "").removesuffix("_event_attributes")
    if kind not in COMMANDS:
        return ""
    if kind == "activity_task_scheduled":
        return f"{kind} {event.activity_task_scheduled_event_attributes.activity_type.name}"
    if kind == "marker_recorded":
        data = event.marker_recorded_event_attributes.details["data"].payloads[0].data
        return f"{kind} {json.loads(data)['activity_type']}"
    return kind
