"""The sandbox our workflows run in.

For each payload the SDK asks the workflow, inside its sandbox, on whose behalf it travels, so that
converters and external stores may heed it. Ours do not (see `payloads`), and a quarter of a
worker's time went into asking: here the answer is that nothing depends on it.
"""

from dataclasses import dataclass

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.converter import SerializationContext, StorageDriverStoreContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import Info

# Pure modules without state: loading them once instead of per workflow saves most of the memory
# and of the first activation's time.
_RESTRICTIONS = SandboxRestrictions.default.with_passthrough_modules(
    "domain", "activities", "workflows", "pydantic", "pydantic_core", "babel"
)


class _Instance(WorkflowInstance):
    def __init__(self, sandboxed: WorkflowInstance) -> None:
        self._sandboxed = sandboxed

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        """Let the workflow go on."""
        return self._sandboxed.activate(act)

    def get_serialization_context(self, command_info: object) -> SerializationContext | None:
        """Return that no converter heeds any."""
        return None

    def get_external_store_context(self, command_info: object) -> StorageDriverStoreContext:
        """Return that no store heeds any."""
        return StorageDriverStoreContext()

    def get_info(self) -> Info:
        """Return what Temporal knows of the workflow."""
        return self._sandboxed.get_info()

    def get_thread_id(self) -> int | None:
        """Return the thread it runs on at the moment."""
        return self._sandboxed.get_thread_id()


@dataclass(frozen=True)
class Sandbox(SandboxedWorkflowRunner):
    """Runs workflows in the SDK's sandbox, with our pure modules passed through."""

    restrictions: SandboxRestrictions = _RESTRICTIONS

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """Return a new workflow in a sandbox of its own."""
        return _Instance(super().create_instance(det))
