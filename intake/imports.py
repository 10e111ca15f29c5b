"""The runner of imports: takes one that waits, reads its files, and keeps its lease meanwhile.

Any number of runners may run; each import is one runner's at a time. An import whose runner died is
taken again when its lease has passed, and goes on after the last batch that was kept.
"""

import tempfile
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from database import import_files, imports
from database.imports import CANCELLED, FAILED, INTERRUPTED, RECEIVED, Import, ImportLost
from domain.findings import FindingCode, finding
from intake.import_lease import LEASE_SECONDS, Lease
from intake.import_run import ImportRun, Stopped, Told
from intake.one_by_one import OneByOne

# An import that breaks our own code this often without coming any further is a person's to look at.
DEFECT_ATTEMPTS = 3

log = structlog.get_logger(__name__)


class Imports(OneByOne):
    """Runs imports one after the other until it is cancelled."""

    def __init__(self, engine: Engine) -> None:
        super().__init__("imports")
        self._engine = engine

    def _work(self) -> bool:
        taken = self._claim()
        if taken is not None:
            run_import(self._engine, taken, self._owner, stop=self._stop)
        return taken is not None

    def _claim(self) -> Import | None:
        with self._engine.begin() as c:
            return imports.claim(c, self._owner, datetime.now(UTC), LEASE_SECONDS)


def run_import(
    engine: Engine,
    taken: Import,
    owner: str,
    *,
    paths: Sequence[Path] = (),
    told: Told | None = None,
    stop: threading.Event | None = None,
    when_stopped: str = RECEIVED,
) -> str:
    """Read an import that `owner` has claimed, and return the state it is in then.

    `paths` are its files where they are on this machine already; else they are fetched. When
    `stop` is set the import is given back in state `when_stopped`. Raises OperationalError when
    Postgres is away; the lease then passes by itself.
    """
    with tempfile.TemporaryDirectory(prefix="orderflow-import-") as folder:
        try:
            with Lease(engine, taken.import_id, owner) as lease:
                found = paths or _fetched(engine, taken.import_id, Path(folder))
                run = ImportRun(engine, taken, owner, told=told, stop=stop)
                return run.work(found, lease.lost)
        except Stopped:
            return _given_back(engine, taken, owner, when_stopped)
        except ImportLost:
            return CANCELLED
        except OperationalError:
            raise
        except Exception as error:
            log.error("import broke", import_id=taken.import_id, error=type(error).__name__)
            return _broken(engine, taken, owner, when_stopped, error)


def _fetched(engine: Engine, import_id: str, folder: Path) -> list[Path]:
    """Write the files to disk as they are called, each in a folder of its own."""
    paths = []
    with engine.connect() as c:
        for file in import_files.of(c, [import_id])[import_id]:
            path = folder / str(file.no) / file.name
            path.parent.mkdir()
            with path.open("wb") as target:
                target.writelines(import_files.pieces(c, import_id, file.no))
            paths.append(path)
    return paths


def _given_back(engine: Engine, taken: Import, owner: str, state: str) -> str:
    with engine.begin() as c:
        imports.give_back(c, taken.import_id, owner, state)
    return state


def _broken(engine: Engine, taken: Import, owner: str, when_stopped: str, error: Exception) -> str:
    """Leave it for another try, or fail it for good when trying brings it no further."""
    try:
        if taken.attempts < DEFECT_ATTEMPTS and when_stopped != INTERRUPTED:
            return _given_back(engine, taken, owner, when_stopped)
        flaw = finding(FindingCode.BAD_VALUE, "file", type(error).__name__)
        with engine.begin() as c:
            imports.finish(
                c, taken.import_id, owner, FAILED, [flaw.model_dump(mode="json")], datetime.now(UTC)
            )
            import_files.forget(c, taken.import_id)
    except ImportLost:
        return CANCELLED
    return FAILED
