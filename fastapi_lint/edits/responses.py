"""A response in place of an `HTTPException` that a middleware raises."""

from __future__ import annotations

import ast
import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from fastapi_lint.edits.imports import imported_as, importing, is_bound
from fastapi_lint.edits.tree import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.core.finding import Edit
    from fastapi_lint.core.span import Location
    from fastapi_lint.edits.editor import Editor
    from fastapi_lint.edits.tree import Tree

_CLASS: Final = "JSONResponse"
_MODULES: Final = ("fastapi.responses", "starlette.responses")
_PARAMETERS: Final = ("status_code", "detail", "headers")
_NAMED: Final = re.compile(r"HTTP_(\d{3})_\w+")


def returning(editor: Editor, place: Location) -> Iterator[Edit]:
    """Yield the edits that return the response which stands for the exception raised at a place.

    None where it is raised elsewhere than in a function that calls the next one, or is no plain `HTTPException`.
    """
    tree = editor.tree(place.path)
    statement = next(iter(tree.within(place, ast.Raise)), None) if tree is not None else None
    made = statement.exc if statement is not None else None
    if tree is None or statement is None or not isinstance(made, ast.Call) or name_of(made.func) != "HTTPException":
        return
    function = tree.function_of(statement)
    if not isinstance(function, ast.AsyncFunctionDef) or [one.arg for one in function.args.args][-1:] != ["call_next"]:
        return
    arguments = _arguments(made)
    status = arguments.get("status_code")
    detail = _detail(tree, arguments.get("detail"), status)
    known = imported_as(tree, _MODULES, _CLASS)
    if status is None or not detail or (not known and is_bound(tree, _CLASS)):
        return
    headers = f", headers={tree.text(arguments['headers'])}" if "headers" in arguments else ""
    response = f'{known or _CLASS}({{"detail": {detail}}}, status_code={tree.text(status)}{headers})'
    yield editor.replace(tree.location(statement), f"return {response}")
    if not known:
        is_fastapi = any(isinstance(one, ast.ImportFrom) and one.module == "fastapi" for one in tree.root.body)
        brought = importing(tree, [(_MODULES[0] if is_fastapi else _MODULES[1], _CLASS)])
        if brought is not None:
            yield brought


def _arguments(call: ast.Call) -> dict[str, ast.expr]:
    """Return what an exception is made with, nothing where that is not all written there."""
    if any(isinstance(one, ast.Starred) for one in call.args) or any(
        one.arg not in _PARAMETERS for one in call.keywords
    ):
        return {}
    positional = dict(zip(_PARAMETERS, call.args, strict=False))
    return {**positional, **{one.arg: one.value for one in call.keywords if one.arg is not None}}


def _detail(tree: Tree, detail: ast.expr | None, status: ast.expr | None) -> str:
    """Return the words of the answer: those that are given, else the phrase of the status, as Starlette has it."""
    if detail is not None:
        return tree.text(detail)
    number = status.value if isinstance(status, ast.Constant) else None
    named = _NAMED.fullmatch(name_of(status))
    try:
        return json.dumps(HTTPStatus(int(named[1]) if named else int(str(number))).phrase)
    except ValueError:
        return ""
