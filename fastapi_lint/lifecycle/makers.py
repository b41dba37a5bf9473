"""What the text of a file alone tells of applications: what it makes, calls and registers, under which names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi_lint.facts import model as m
from fastapi_lint.facts.walk import nodes
from fastapi_lint.knowledge.framework import VERBS
from fastapi_lint.lifecycle.values import Site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

REGISTERING: Final = frozenset(
    {
        "add_api_route",
        "add_api_websocket_route",
        "add_event_handler",
        "add_exception_handler",
        "add_middleware",
        "add_route",
        "add_websocket_route",
        "api_route",
        "exception_handler",
        "include_router",
        "mount",
        "on_event",
    }
)
"""Last names of calls that only applications and routers have."""
DECORATING: Final = frozenset({*VERBS, "middleware", "route", "websocket", "websocket_route"})


def registers(facts: m.ModuleFacts) -> bool:
    """Return whether a module may tell an application something at import."""
    return not (REGISTERING.isdisjoint(facts.called) and DECORATING.isdisjoint(facts.decorating))


def is_main_guard(test: m.Expr) -> bool:
    """Return whether a test is `__name__ == "__main__"`, either way round."""
    if not isinstance(test, m.Compare) or len(test.rest) != 1 or test.rest[0][0] != "==":
        return False
    sides = (test.left, test.rest[0][1])
    named = any(isinstance(side, m.Name) and side.id == "__name__" for side in sides)
    return named and any(isinstance(side, m.Const) and side.value == "__main__" for side in sides)


def aliases(facts: m.ModuleFacts) -> dict[str, str]:
    """Return what the names of a file's top level stand for that its imports gave other names."""
    imports = (node for node in facts.body if isinstance(node, m.ImportFrom))
    return {alias: name for node in imports for name, alias in node.names if alias is not None}


def last_name(expr: m.Expr) -> str:
    """Return the last part of a dotted name, empty for anything else."""
    if isinstance(expr, m.Name):
        return expr.id
    return expr.name if isinstance(expr, m.Attr) else ""


def calls(body: tuple[m.Stmt, ...] | m.Expr, names: Iterable[str]) -> bool:
    """Return whether anything below calls something by one of these last names."""
    wanted = frozenset(names)
    return any(last_name(call.func) in wanted for call in calls_in(body))


def calls_inside(function: m.Function, names: frozenset[str] | set[str]) -> bool:
    """Return whether the body of a function calls something by one of these last names."""
    return function.may_call(names) and calls(function.body, names)


def makers(node: m.Function | m.Class, words: frozenset[str], path: str) -> Iterator[Site]:
    """Yield where a function or class calls something by one of these last names."""
    if isinstance(node, m.Function) and not node.may_call(words):
        return
    for call in calls_in(node.body):
        if last_name(call.func) in words:
            yield Site(path, call.start, call.end)


def calls_in(root: object) -> Iterator[m.Call]:
    """Yield every call anywhere below a statement, a body or a value."""
    return (node for node in nodes(root) if isinstance(node, m.Call))
