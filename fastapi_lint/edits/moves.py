"""Statements moved within their block, with the comments right above them, where every name keeps its meaning."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Edit
from fastapi_lint.core.span import Location, Span
from fastapi_lint.edits.imports import names_of
from fastapi_lint.edits.tree import Definition, Function, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastapi_lint.edits.editor import Editor
    from fastapi_lint.edits.tree import Tree


def moved(editor: Editor, one: Location, other: Location, *, is_after: bool) -> tuple[Edit, ...]:
    """Return the edits that put the registration at one place right before (or after) that at another place.

    A registration is a call that is a statement or decorates a function. None are returned where the two stand in
    different blocks or are made on different objects, or where what stands between them would be disturbed.
    """
    tree = editor.tree(one.path) if one.path == other.path else None
    calls = [next(iter(tree.within(place, ast.Call)), None) for place in (one, other)] if tree is not None else []
    if tree is None or None in calls:
        return ()
    statement, target = (_registration(tree, call) for call in calls if call is not None)
    if statement is None or target is None or statement is target or _owner(calls[0]) != _owner(calls[1]):
        return ()
    block = tree.block(statement)
    if (
        not any(one is target for one in block)
        or tree.rows(statement, statement) is None
        or tree.rows(target, target) is None
    ):
        return ()
    first, last = sorted((block.index(statement), block.index(target)))
    between = [node for node in block[first : last + 1] if node is not statement]
    is_before = block.index(statement) < block.index(target)
    if is_before is not is_after or _disturbs(statement, between):
        return ()
    rows = Span(tree.lead(statement), tree.row_after(statement))
    text = tree.between(rows)
    taken = Span(tree.after_text(rows.start), rows.end) if isinstance(statement, Definition) else rows
    if not text.endswith(("\n", "\r")):
        text += tree.end
    is_definition = isinstance(statement, Definition) or isinstance(target, Definition)
    gap = tree.end * (2 if isinstance(tree.parent(statement), ast.Module) else 1) if is_definition else ""
    at = tree.row_after(target) if is_after else tree.lead(target)
    inserted = gap + text if is_after else text + gap
    return (Edit(Location(tree.path, taken), ""), Edit(Location(tree.path, Span(at, at)), inserted))


def _registration(tree: Tree, call: ast.Call) -> ast.stmt | None:
    """Return the statement that a call is, or the function that it decorates."""
    parent = tree.parent(call)
    if isinstance(parent, ast.Expr):
        return parent
    is_decorator = isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef) and call in parent.decorator_list
    return parent if is_decorator and isinstance(parent, Function) else None


def _owner(call: ast.Call | None) -> str:
    return ast.unparse(call.func.value) if call is not None and isinstance(call.func, ast.Attribute) else ""


def _disturbs(statement: ast.stmt, between: Sequence[ast.stmt]) -> bool:
    """Return whether a statement binds what others around it name, or needs what they bind."""
    needed = {name for node in _evaluated(statement) for name in names_of(node)}
    bound = {name for one in between for name in _bound(one)}
    own = set(_bound(statement))
    read = {name for one in between for node in _evaluated(one) for name in names_of(node)}
    return bool(needed & bound or own & (bound | read))


def _evaluated(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield the nodes that are evaluated when a statement runs, not those of a function's body."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        for part in (*statement.decorator_list, statement.args, statement.returns):
            yield from (node for node in ast.walk(part) if not isinstance(node, ast.arg)) if part is not None else ()
    else:
        yield from ast.walk(statement)


def _bound(statement: ast.stmt) -> tuple[str, ...]:
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return (name,)
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return tuple(name for alias in names for name in names_of(alias))
        case ast.Expr():
            return ()
        case _:
            stored = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
            return tuple(name_of(node) for node in stored if isinstance(node.ctx, ast.Store))
