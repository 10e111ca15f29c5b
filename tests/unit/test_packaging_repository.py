"""What a clone holds: commands, locks, documents that agree, and no trace of a machine."""

import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
LOCKS = (ROOT / "requirements.lock", ROOT / "requirements-uv.lock")
NOT_OURS = {
    ".git",
    ".venv",
    ".uv",
    ".orderflow",
    ".hypothesis",
    "__pycache__",
    "node_modules",
    "dist",
    "build",
}
# Put together here, so that this file is not found by its own search.
MACHINE_PATHS = re.compile(
    # At the beginning of a path, not in the middle of one of ours.
    "|".join(rf"(?<![\w.@-])/{name}/" for name in ("root", "home/[a-z]+", "Users", "work"))
)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#([^)]*))?\)")
PINNED = re.compile(r"^[a-z0-9][a-z0-9._-]*==\S+", re.MULTILINE)


def own_files() -> Iterator[Path]:
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [
            name
            for name in folders
            if name not in NOT_OURS and not name.endswith(("_cache", ".egg-info"))
        ]
        # In a second work tree `.git` is a file.
        yield from (Path(folder) / name for name in files if name not in NOT_OURS)


def documents() -> list[Path]:
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", prose(path), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


def prose(path: Path) -> str:
    return re.sub(r"^```.*?^```", "", path.read_text(), flags=re.MULTILINE | re.DOTALL)


def commands(path: Path) -> list[str]:
    """Return the commands of a document's code blocks, without prompts and comments."""
    blocks = re.findall(r"^```(?:sh|console|bash)\n(.*?)^```", path.read_text(), re.M | re.S)
    lines = (
        line.split(" #")[0].removeprefix("$ ").strip() for b in blocks for line in b.split("\n")
    )
    return [line for line in lines if line and not line.startswith("#")]


def levels(path: Path) -> list[str]:
    return re.findall(r"^(#+) ", prose(path), re.MULTILINE)


@pytest.mark.parametrize(
    "target", ["setup", "demo", "up", "test", "check", "bench", "lock", "clean"]
)
def test_the_makefile_has_its_commands(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(rf"^{target}:.*## .*[一-鿿]", makefile, re.MULTILINE), "with help in en and zh"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_has_hashes_for_everything_and_names_no_registry(lock: Path) -> None:
    text = lock.read_text()
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert entries
    assert all(PINNED.match(entry) and "--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert "index-url" not in text


def test_the_lock_holds_every_dependency_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    locked = {match.partition("==")[0] for match in PINNED.findall(LOCKS[0].read_text())}
    names = {re.split(r"[^A-Za-z0-9._-]", each)[0].lower() for each in wanted}
    assert names <= locked


def test_ci_is_executable_and_runs_what_people_run() -> None:
    script = ROOT / ".ci/run"
    assert os.access(script, os.X_OK)
    assert {"make check", "make test"} <= set(script.read_text().splitlines())


def test_both_readmes_have_the_same_structure() -> None:
    english, chinese = READMES
    assert levels(english) == levels(chinese)


def test_both_readmes_show_the_same_commands() -> None:
    english, chinese = READMES
    assert commands(english) == commands(chinese)
    assert "make demo" in commands(english)


@pytest.mark.parametrize("name", ["architecture.md", "channels.md", "rules.md"])
def test_a_translated_document_has_the_structure_of_its_original(name: str) -> None:
    assert levels(ROOT / "docs" / name) == levels(ROOT / "docs/zh" / name)


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    for target, anchor in LINK.findall(document.read_text()):
        if "://" in target:
            continue
        path = (document.parent / target).resolve()
        assert path.exists(), target
        assert not anchor or anchor in anchors(path), f"{target}#{anchor}"


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_source_files_that_documents_name_exist(document: Path) -> None:
    packages = "domain|workflows|activities|api|channels|database|intake|orderflow|simulator|tests"
    named = re.findall(rf"`((?:{packages}|deploy|docs)/[\w./-]*\w)/?`", document.read_text())
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    found = []
    for path in own_files():
        text = path.read_bytes().decode(errors="replace")
        found += [f"{path.relative_to(ROOT)}: {match}" for match in MACHINE_PATHS.findall(text)]
    assert found == []
