"""Where the embedded Postgres keeps its data and as whom it runs.

Postgres refuses to run as root. Root therefore runs it as `nobody`, who must be able to reach the
data; below a private folder (such as /root) that is impossible without opening it, so the data
then live below /var/lib, and the home folder records where.
"""

import os
import pwd
import secrets
import subprocess
from dataclasses import dataclass
from pathlib import Path

from orderflow.errors import OperatorError
from orderflow.processes import Account

FALLBACK = Path("/var/lib/orderflow")
RECORD = "postgres.location"


class PlaceError(OperatorError):
    """There is no place where the embedded Postgres could keep its data."""


@dataclass(frozen=True)
class Place:
    """The folder around the data folder, and the account of the server (None: our own)."""

    root: Path
    account: Account | None

    @property
    def data(self) -> Path:
        """The data folder of Postgres."""
        return self.root / "postgres"


def place_for(home: Path, fallback: Path = FALLBACK) -> Place:
    """The place of this home's Postgres, the same in every run; raises PlaceError."""
    root = _recorded(home / RECORD) or home
    account = _account(root / "postgres")
    if account is None or _reaches(root, account):
        return Place(root, account)
    if root == home and not (root / "postgres").exists():
        root = _fallback(home, fallback)
        if _reaches(root, account):
            return Place(root, account)
    raise PlaceError(
        f"Postgres cannot run as root, and user {account.uid} cannot enter {root}. "
        "Run orderflow as a normal user, choose an ORDERFLOW_HOME that others may pass, "
        "or set ORDERFLOW_DATABASE_URL.",
        f"Postgres 不能以 root 运行，而用户 {account.uid} 无法进入 {root}。"
        "请以普通用户运行 orderflow，或用 ORDERFLOW_HOME 指定其他用户可进入的目录，"
        "或设置 ORDERFLOW_DATABASE_URL。",
    )


def _account(data: Path) -> Account | None:
    """None for a normal user; for root the owner of existing data, else `nobody`."""
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def _recorded(record: Path) -> Path | None:
    if not record.exists():
        return None
    root = Path(record.read_text().strip())
    if root.is_dir():
        return root
    raise PlaceError(
        f"The Postgres data of this home were kept in {root}, which is gone. Bring it back, "
        f"or delete {record} to start with an empty database.",
        f"此目录的 Postgres 数据原在 {root}，现已不存在。请恢复该目录，"
        f"或删除 {record} 以空数据库重新开始。",
    )


def _fallback(home: Path, fallback: Path) -> Path:
    root = fallback / secrets.token_hex(6)
    try:
        for folder in (fallback, root):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o755)
        (home / RECORD).write_text(f"{root}\n")
    except OSError as error:
        raise PlaceError(
            f"The Postgres data cannot be kept in {root} ({error.strerror}). "
            "Choose an ORDERFLOW_HOME that others may pass, or set ORDERFLOW_DATABASE_URL.",
            f"无法在 {root} 保存 Postgres 数据({error.strerror})。"
            "请用 ORDERFLOW_HOME 指定其他用户可进入的目录，或设置 ORDERFLOW_DATABASE_URL。",
        ) from error
    return root


def _reaches(folder: Path, account: Account) -> bool:
    # Asked of the kernel, which also knows access lists and mount options.
    try:
        answer = subprocess.run(
            ["/bin/sh", "-c", 'cd "$0"', folder],
            check=False,
            capture_output=True,
            cwd="/",
            user=account.uid,
            group=account.gid,
            extra_groups=[],
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return answer.returncode == 0
