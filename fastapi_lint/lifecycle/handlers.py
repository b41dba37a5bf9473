"""The exception handlers of an application: which exceptions they are for, and what their answers do not pass.

A handler for `Exception` or 500 runs in `ServerErrorMiddleware`, outside of all middleware of the project; every other
one in `ExceptionMiddleware`, inside of all (`starlette/applications.py`, `build_middleware_stack`, every version).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi_lint.facts import model as m
from fastapi_lint.lifecycle.conduct import OWN_CORS, code_of, conducts, cors_of
from fastapi_lint.lifecycle.naming import full_name
from fastapi_lint.lifecycle.nodes import all_nodes_of, texts_of
from fastapi_lint.lifecycle.registrations import AppRecord
from fastapi_lint.lifecycle.values import FunctionValue, Literal, Method

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.middleware import Middleware
    from fastapi_lint.lifecycle.model import App
    from fastapi_lint.lifecycle.registrations import HandlerAdded
    from fastapi_lint.lifecycle.values import Value

_STATUS: Final = re.compile(r"\.status:(?:HTTP|WS)_(\d+)_")
_ADDING: Final = frozenset({"append", "setdefault", "update", "add_vary_header", "set_cookie"})


@dataclass(frozen=True, slots=True)
class CatchAll:
    """A handler for everything: its registration, and the middleware whose headers its answer does not get."""

    added: HandlerAdded
    cors: Middleware | None
    headers: tuple[Middleware, ...]


def handled_by(added: HandlerAdded) -> str:
    """Return what a handler is for: `module:class`, a status code, or nothing where that is not known."""
    value = added.handles
    if isinstance(value, Literal):
        return str(value.value) if isinstance(value.value, int) else ""
    name = full_name(value)
    status = _STATUS.search(name)
    return status[1] if status else name


def is_catch_all(added: HandlerAdded) -> bool:
    """Return whether a handler answers outside of all middleware."""
    return handled_by(added) in {"builtins:Exception", "500"}


def catch_alls(app: App) -> Iterator[CatchAll]:
    """Yield the handlers for everything, where their answers miss headers of middleware; the last of them is in use."""
    record = app.instance.record
    found = [one for one in record.handlers if is_catch_all(one)] if isinstance(record, AppRecord) else []
    for added in reversed(found):
        yield from _missing(app, added)
        if not added.conditions:
            return  # it replaces those before it


def _missing(app: App, added: HandlerAdded) -> Iterator[CatchAll]:
    cors = next(iter(cors_of(app)), None)
    if cors is not None and (_speaks_of_cors(added.handler) or _is_answered_inside(app, cors)):
        cors = None
    headers = tuple(one for one in app.stack if sets_headers(one) and not _is_answered_inside(app, one))
    if cors is not None or headers:
        yield CatchAll(added, cors, headers)


def _is_answered_inside(app: App, middleware: Middleware) -> bool:
    """Return whether a middleware further inside answers for every exception."""
    return any(
        answer.caught in {"Exception", "BaseException"}
        for one, conduct in conducts(app).items()
        if one.rank > middleware.rank
        for answer in conduct.answers
    )


def _speaks_of_cors(handler: Value) -> bool:
    function = handler.function if isinstance(handler, Method) else handler
    if not isinstance(function, FunctionValue):
        return True  # what a library's handler sends is not known
    return any(text.casefold().startswith(OWN_CORS) for text in texts_of(function.definition)) or any(
        isinstance(node, m.Name | m.Attr) and "cors" in (node.id if isinstance(node, m.Name) else node.name).casefold()
        for node in all_nodes_of(function.definition.body)
    )


def sets_headers(middleware: Middleware) -> bool:
    """Return whether the code of a middleware of the project sets headers of responses."""
    what = code_of(middleware.what)
    if what is None:
        return False
    for node in all_nodes_of(what.definition.body):
        if isinstance(node, m.Assign) and any(map(_is_header, node.targets)):
            return True
        if isinstance(node, m.Call) and isinstance(node.func, m.Attr) and node.func.name in _ADDING:
            holder = node.func.value
            if isinstance(holder, m.Attr) and holder.name == "headers" and _is_response(holder.value):
                return True
    return False


def _is_header(target: m.Expr) -> bool:
    holder = target.value if isinstance(target, m.Subscript) else None
    return isinstance(holder, m.Attr) and holder.name == "headers" and _is_response(holder.value)


def _is_response(value: m.Expr) -> bool:
    return isinstance(value, m.Name) and "resp" in value.id.casefold()
