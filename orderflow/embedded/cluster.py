"""The data folder of the embedded Postgres: made once, with a password, never half."""

import os
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path

from orderflow.embedded.place import Place
from orderflow.errors import OperatorError

ROLE = "orderflow"
DATABASE = "orderflow"
PASSWORD_FILE = "postgres.password"  # noqa: S105 - the name of the file
_HBA = "host all all 127.0.0.1/32 scram-sha-256\n"


class ClusterError(OperatorError):
    """The data folder cannot be made or used."""


def ensure_cluster(home: Path, place: Place, binaries: Path) -> str:
    """The password of a data folder that is there when this returns; raises ClusterError."""
    if not place.data.exists():
        _create(place, binaries, _new_password(home))
    _check_version(place.data, binaries)
    return stored_password(home)


def stored_password(home: Path) -> str:
    """The password of the embedded Postgres; raises ClusterError when its file is lost."""
    path = home / PASSWORD_FILE
    try:
        return path.read_text().strip()
    except OSError as error:
        raise ClusterError(
            f"The password of the embedded Postgres cannot be read from {path} "
            f"({error.strerror}). Restore the file or start with a fresh ORDERFLOW_HOME.",
            f"无法从 {path} 读取内置 Postgres 的密码({error.strerror})。"
            "请恢复该文件，或使用新的 ORDERFLOW_HOME。",
        ) from error


def _new_password(home: Path) -> str:
    path = home / PASSWORD_FILE
    path.unlink(missing_ok=True)
    password = secrets.token_urlsafe(24)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(password + "\n")
    return password


def _create(place: Place, binaries: Path, password: str) -> None:
    """Built beside its place and moved there when complete, so a kill leaves no half cluster."""
    partial = place.root / "postgres.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700)
    with tempfile.NamedTemporaryFile("w", dir=place.root, prefix="postgres.pw") as secret:
        secret.write(password)
        secret.flush()
        if place.account:
            for path in (partial, Path(secret.name)):
                os.chown(path, place.account.uid, place.account.gid)
        _initdb(place, binaries, partial, Path(secret.name))
    (partial / "pg_hba.conf").write_text(_HBA)
    partial.rename(place.data)


def _initdb(place: Place, binaries: Path, data: Path, secret: Path) -> None:
    options = place.account.popen_options if place.account else {}
    done = subprocess.run(  # type: ignore[call-overload]
        [
            binaries / "initdb",
            f"--pgdata={data}",
            f"--username={ROLE}",
            f"--pwfile={secret}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        ],
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C"},
        # Ctrl-C is for the supervisor, which lets this finish.
        process_group=0,
        **options,
    )
    if done.returncode != 0:
        output = (done.stderr or done.stdout).strip()
        raise ClusterError(
            f"The database could not be created in {data}. initdb said:",
            f"无法在 {data} 创建数据库，initdb 输出:\n{output}",
        )


def _check_version(data: Path, binaries: Path) -> None:
    found = (data / "PG_VERSION").read_text().strip()
    answer = subprocess.run(
        [binaries / "postgres", "--version"], check=True, capture_output=True, text=True, cwd="/"
    )
    ours = answer.stdout.split()[-1].partition(".")[0]
    if found != ours:
        raise ClusterError(
            f"{data} was written by Postgres {found}, but version {ours} is installed. "
            "Dump with the old version and restore, or start with a fresh ORDERFLOW_HOME.",
            f"{data} 由 Postgres {found} 写入，而当前安装的是 {ours}。"
            "请用旧版本导出后恢复，或使用新的 ORDERFLOW_HOME。",
        )
