"""ASGI callables, made to hand on the scopes that they do not mean."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Edit
from fastapi_lint.core.span import Location, Span
from fastapi_lint.edits.tree import Function

if TYPE_CHECKING:
    from fastapi_lint.edits.editor import Editor
    from fastapi_lint.edits.tree import Tree

_PARAMETERS = 3


def guarded(editor: Editor, use: Location, condition: str) -> Edit | None:
    """Return the edit that hands a scope on before anything else where a condition on its type holds.

    `use` is a place in the callable, `condition` what stands behind `scope["type"]`. None where the callable hands
    scopes on in no way that could be repeated, or the place is of a function inside of it.
    """
    tree = editor.tree(use.path)
    callable_ = _callable(tree, use) if tree is not None else None
    forward = _forward(tree, callable_) if tree is not None and callable_ is not None else ""
    if tree is None or callable_ is None or not forward:
        return None
    body = callable_.body[1:] if ast.get_docstring(callable_, clean=False) is not None else callable_.body
    if not any(node is callable_ for node in (tree.function_of(one) for one in tree.within(use, ast.expr)[:1])):
        return None
    if not body or body[0].lineno == callable_.lineno or tree.rows(body[0], body[0]) is None:
        return None
    indent, end = tree.indent(body[0]), tree.end
    test = f'{indent}if {_names(callable_)[0]}["type"] {condition}:{end}'
    rows = f"{indent}{tree.unit}{forward}{end}{indent}{tree.unit}return{end}"
    return editor.insert(use.path, tree.row_start(body[0]), test + rows)


def forwarding(editor: Editor, branch: Location) -> Edit | None:
    """Return the edit that makes a branch hand the lifespan on; None where it does more than drop it."""
    tree = editor.tree(branch.path)
    if tree is None:
        return None
    found = (one for one in ast.walk(tree.root) if isinstance(one, ast.If))
    test = next((one for one in found if tree.span(one).start == branch.span.start), None)
    function = tree.function_of(test) if test is not None else None
    if test is None or not isinstance(function, Function) or len(_names(function)) < _PARAMETERS:
        return None
    forward, taken = _forward(tree, function), _takes_lifespan(test.test, _names(function)[0])
    if not forward or taken is None:
        return None
    if taken:
        last = test.body[0]
        is_dropped = len(test.body) == 1 and isinstance(last, ast.Return) and _is_none(last.value)
        return _instead(tree, last, forward) if is_dropped else None
    rows = tree.rows(test, test)
    if test.orelse or function.body[-1] is not test or rows is None or test.body[0].lineno == test.lineno:
        return None
    start = "" if tree.between(rows).endswith(("\n", "\r")) else tree.end
    text = f"{start}{tree.indent(test)}else:{tree.end}{tree.indent(test.body[0])}{forward}{tree.end}"
    return editor.insert(branch.path, rows.end, text)


def _instead(tree: Tree, statement: ast.stmt, forward: str) -> Edit:
    location = tree.location(statement)
    if tree.rows(statement, statement) is None:
        return Edit(location, f"return {forward}")
    return Edit(
        Location(tree.path, Span(location.span.start, location.span.start)), forward + tree.end + tree.indent(statement)
    )


def _callable(tree: Tree, use: Location) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """Return the innermost coroutine function around a place that takes a scope, receive and send."""
    nodes = tree.within(use, ast.expr)
    around = tree.parents(nodes[0]) if nodes else iter(())
    kinds = (one for one in around if isinstance(one, ast.AsyncFunctionDef))
    return next((one for one in kinds if len(_names(one)) == _PARAMETERS), None)


def _names(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    return names[1:] if names[:1] == ["self"] else names


def _forward(tree: Tree, function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Return the statement that hands the scope on, empty where it is handed to several things or to none."""
    names = _names(function)
    found: set[str] = set()
    for call in tree.own(function, ast.Call):
        first = call.args[0] if len(call.args) == _PARAMETERS else None
        if isinstance(first, ast.Name) and first.id == names[0] and isinstance(tree.parent(call), ast.Await):
            found.add(tree.text(call.func))
    text = found.pop() if len(found) == 1 else ""
    return f"await {text}({', '.join(names[:_PARAMETERS])})" if text and "\n" not in text else ""


def _takes_lifespan(test: ast.expr, scope: str) -> bool | None:
    """Return whether a test of the scope's type holds for the lifespan, None where it is no such test."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            taken = _takes_lifespan(inner, scope)
            return None if taken is None else not taken
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            if ast.unparse(left) not in {f"{scope}['type']", f"{scope}.get('type')"}:
                return None
            values = right.elts if isinstance(right, ast.Tuple | ast.List | ast.Set) else [right]
            if not all(isinstance(one, ast.Constant) for one in values):
                return None
            holds = any(isinstance(one, ast.Constant) and one.value == "lifespan" for one in values)
            return holds if isinstance(operator, ast.Eq | ast.In) else not holds
        case _:
            return None


def _is_none(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)
