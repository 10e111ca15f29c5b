"""TCP ports on loopback that stay the same from run to run."""

import json
import socket
from itertools import chain
from pathlib import Path

from orderflow.errors import OperatorError

LOOPBACK = "127.0.0.1"
_SEARCHED = 500


class PortBook:
    """The ports of one home folder, remembered in `ports.json`."""

    def __init__(self, home: Path) -> None:
        self._path = home / "ports.json"
        self._claims: list[socket.socket] = []

    def claim(self, name: str, preferred: int) -> int:
        """A free port for the named server: last run's, else the preferred, else the next free.

        Until `release` no other orderflow on this machine is given the same one, although the
        server may not listen yet.
        """
        known = self.known()
        first = known.get(name, preferred)
        for port in chain([first], range(preferred, min(preferred + _SEARCHED, 65536))):
            if claim := _claimed(port):
                self._claims.append(claim)
                self._path.write_text(json.dumps({**known, name: port}))
                return port
        raise OperatorError(
            f"No free TCP port between {preferred} and {preferred + _SEARCHED} for {name}.",
            f"{name} 在 {preferred} 到 {preferred + _SEARCHED} 之间没有可用的 TCP 端口。",
        )

    def known(self) -> dict[str, int]:
        """The ports of the last run by name; empty when there was none."""
        try:
            stored: dict[str, int] = json.loads(self._path.read_text())
        except (OSError, ValueError):
            return {}
        return stored

    def release(self) -> None:
        """Let others have the ports again."""
        for claim in self._claims:
            claim.close()
        self._claims.clear()


def _claimed(port: int) -> socket.socket | None:
    """A UDP socket on the same number, held as a sign to other orderflows that it is taken.

    The server itself listens on TCP, which UDP does not hinder; the kernel drops the sign even
    when we are killed.
    """
    if not _can_listen(port):
        return None
    claim = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        claim.bind((LOOPBACK, port))
    except OSError:
        claim.close()
        return None
    return claim


def _can_listen(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the servers do: connections of a server that just ended do not stand in the way.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True
