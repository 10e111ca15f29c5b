"""Finds every way in which a decision could come in: routes, makers of it, handlers of it."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from api.permissions import Permission

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "activities", "api", "bench", "channels", "database", "domain", "intake", "notifications",
    "orderflow", "simulator", "workflows",
)  # fmt: skip
_HANDLERS = frozenset({"signal", "update", "query"})
# Whoever takes any action takes decisions as well.
_TAKEN = frozenset({"Decide", "Action"})

Routes = Mapping[tuple[str, str], Permission | str | None]


def sources() -> dict[str, str]:
    """Return every module of ours by its path."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            found[str(path.relative_to(ROOT))] = path.read_text()
    return found


def found(routes: Routes, modules: Mapping[str, str]) -> set[str]:
    """Return the ways in: routes that deciders may call, functions that make a decision, and
    signals and Updates that take one."""
    ways = {
        f"{method} {path}"
        for (method, path), permission in routes.items()
        if permission is Permission.DECIDE
    }
    for path, code in modules.items():
        if "Decide" in code or path.startswith("workflows/"):
            tree = ast.parse(code)
            ways |= {f"{path} makes it in {name}" for name in _makers(tree)}
            ways |= {f"{path} takes it by {name}" for name in _handlers(tree)}
    return ways


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _makers(tree: ast.Module) -> Iterator[str]:
    """Yield the outermost functions in which `Decide` is called, or handed on to be called."""
    known = {id(node) for top in _outermost(tree) for node in ast.walk(top)}
    for top in _outermost(tree):
        if any(_makes(node) for node in ast.walk(top)):
            yield top.name
    if any(_makes(node) for node in ast.walk(tree) if id(node) not in known):
        yield "the module"


def _outermost(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    for node in [*tree.body, *(inner for each in classes for inner in each.body)]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _makes(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = [node.func, *node.args, *(each.value for each in node.keywords)]
    # Asking what class something is makes nothing.
    if isinstance(node.func, ast.Name) and node.func.id in ("isinstance", "issubclass"):
        return False
    return any(_name(each) == "Decide" for each in called)


def _handlers(tree: ast.Module) -> Iterator[str]:
    for function in _functions(tree):
        kinds = {kind for kind in map(_decorator, function.decorator_list) if kind in _HANDLERS}
        arguments = [*function.args.args, *function.args.kwonlyargs]
        taken = {_name(each.annotation) for each in arguments if each.annotation is not None}
        if kinds and (taken & _TAKEN or _is_dynamic(function.decorator_list)):
            yield f"{min(kinds)} {function.name}"


def _is_dynamic(decorators: list[ast.expr]) -> bool:
    """Tell whether it takes whatever nothing else takes, whose class nobody knows."""
    given = (word for each in decorators if isinstance(each, ast.Call) for word in each.keywords)
    return any(word.arg == "dynamic" for word in given)


def _decorator(node: ast.expr) -> str:
    return _name(node.func if isinstance(node, ast.Call) else node)


def _name(node: ast.expr | None) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return node.id if isinstance(node, ast.Name) else ""
