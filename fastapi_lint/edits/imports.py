"""What a file imports: under which name something is there, and the edit that brings it."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Edit
from fastapi_lint.core.span import Location, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fastapi_lint.edits.tree import Tree


def imported_as(tree: Tree, modules: Sequence[str], name: str) -> str:
    """Return what a file calls a name of one of several modules that it imports at its top, empty if it does not."""
    for node in tree.root.body:
        if isinstance(node, ast.ImportFrom) and node.module in modules and not node.level:
            found = next((one.asname or one.name for one in node.names if one.name == name), "")
            if found:
                return found
    return ""


def importing(tree: Tree, wanted: Iterable[tuple[str, str]]) -> Edit | None:
    """Return the edit that imports names (each with its module) in rows of their own; None where it cannot be done.

    The standard library goes before the first import, the rest behind the last import of its own family.
    """
    rows = "".join(f"from {module} import {name}{tree.end}" for module, name in sorted(wanted))
    top = [one for one in tree.root.body if isinstance(one, ast.Import | ast.ImportFrom)]
    top = [one for one in top if not (isinstance(one, ast.ImportFrom) and one.module == "__future__")]
    if not rows or not top or any(tree.rows(one, one) is None for one in top):
        return None
    families = {module.partition(".")[0] for module, _ in wanted}
    before = [one for one in top if families & set(_families(one))]
    at = tree.row_after(before[-1]) if before else tree.row_start(top[0])
    if not before and families <= sys.stdlib_module_names and not set(_families(top[0])) & sys.stdlib_module_names:
        rows += tree.end
    return Edit(Location(tree.path, Span(at, at)), rows)


def is_bound(tree: Tree, name: str) -> bool:
    """Return whether a name means anything anywhere in a file."""
    return any(name in names_of(node) for node in ast.walk(tree.root))


def bindings(tree: Tree, name: str) -> int:
    """Return how often a file binds a name."""
    return sum(
        not (isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store)) and name in names_of(node)
        for node in ast.walk(tree.root)
    )


def names_of(node: ast.AST) -> tuple[str, ...]:
    """Return the names that a node reads or binds itself."""
    match node:
        case ast.Name(id=name) | ast.arg(arg=name):
            return (name,)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return (name,)
        case ast.alias(name=name, asname=alias):
            return (alias or name.partition(".")[0],)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return (name,)
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            return tuple(names)
        case _:
            return ()


def _families(node: ast.Import | ast.ImportFrom) -> list[str]:
    modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]
    return [module.partition(".")[0] for module in modules]
