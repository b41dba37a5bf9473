"""Statements in other blocks: put into a `try`, indented, with their comments and line ends as they were."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Edit
from fastapi_lint.core.span import Location, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastapi_lint.edits.tree import Tree

_BROAD = frozenset({"", "Exception", "BaseException"})
_HARMLESS = re.compile(r"(Key|Value|Type|Attribute|Index|Lookup|ZeroDivision|Import|OS|IO|Permission|Arithmetic)Error")


def into_finally(tree: Tree, statements: Sequence[ast.stmt], last: Sequence[ast.stmt]) -> Iterator[Edit]:
    """Yield the edit that puts statements into a `try` and those after them into its `finally`; none where it cannot.

    They stand in one block, one behind the other.
    """
    guarded, cleanup = tree.rows(statements[0], statements[-1]), tree.rows(last[0], last[-1])
    if guarded is None or cleanup is None or not tree.is_one_row_each([*statements, *last]):
        return
    indent, unit, end = tree.indent(statements[0]), tree.unit, tree.end
    between = Span(guarded.end, cleanup.start)
    text = (
        f"{indent}try:{end}"
        + deeper(tree.between(guarded), unit)
        + deeper(tree.between(between), unit)
        + f"{indent}finally:{end}"
        + deeper(tree.between(cleanup), unit)
    )
    yield Edit(Location(tree.path, Span(guarded.start, cleanup.end)), text)


def deeper(text: str, unit: str) -> str:
    """Return rows with more white space before each that is not empty."""
    return "".join(unit + row if row.strip() else row for row in re.split(r"(?<=\n)|(?<=\r)(?!\n)", text) if row)


def is_caught(tree: Tree, node: ast.AST, name: str) -> bool:
    """Return whether an exception of a class, raised in a node's place, may not leave the function."""
    inner = node
    for parent in tree.parents(node):
        if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return False
        body, handlers = getattr(parent, "body", []), getattr(parent, "handlers", [])
        if handlers and any(one is inner for one in body) and any(_may_catch(one, name) for one in handlers):
            return True
        if isinstance(parent, ast.With) and any("suppress" in ast.unparse(one.context_expr) for one in parent.items):
            return True
        inner = parent
    return False


def _may_catch(handler: ast.ExceptHandler, name: str) -> bool:
    named = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = [ast.unparse(one).rpartition(".")[2] if one is not None else "" for one in named]
    return any(one in _BROAD or one == name or not _HARMLESS.fullmatch(one) for one in names)
