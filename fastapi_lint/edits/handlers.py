"""Handlers of exceptions, made to raise again what they caught."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Edit
from fastapi_lint.core.span import Location, Span

if TYPE_CHECKING:
    from fastapi_lint.edits.editor import Editor


def raising(editor: Editor, place: Location, function: Location) -> Edit | None:
    """Return the edit that ends the handler at a place with `raise`.

    None where it leaves in another way, or belongs to another function than the one whose `def` is at `function`.
    """
    tree = editor.tree(place.path)
    if tree is None:
        return None
    found = (node for node in ast.walk(tree.root) if isinstance(node, ast.ExceptHandler))
    handler = next((one for one in found if tree.span(one).start == place.span.start), None)
    if handler is None or tree.function(function) is not tree.function_of(handler):
        return None
    last = handler.body[-1]
    leaves = [node for kind in (ast.Return, ast.Break, ast.Continue) for node in tree.own(handler, kind)]
    is_empty = isinstance(last, ast.Pass) or (isinstance(last, ast.Return) and last.value is None) or _is_dots(last)
    if any(node is not last for node in leaves) or (leaves and not is_empty):
        return None
    if is_empty:
        return editor.replace(tree.location(last), "raise")
    rows = tree.rows(last, last)
    if rows is None or last.lineno == handler.lineno:
        return None
    text = tree.between(rows)
    end = "" if text.endswith(("\n", "\r")) else tree.end
    return Edit(Location(place.path, Span(rows.end, rows.end)), f"{end}{tree.indent(last)}raise{tree.end}")


def _is_dots(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is ...
