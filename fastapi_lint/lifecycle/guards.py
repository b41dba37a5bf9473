"""The compound statements that stand around a place, and what they say about it: that something may be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from fastapi_lint.facts import model as m
from fastapi_lint.facts.walk import children
from fastapi_lint.lifecycle.places import bodies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.model import App
    from fastapi_lint.lifecycle.values import Conditions, Site

N = TypeVar("N", bound=m.Node)

_MISSING: Final = frozenset({"AttributeError", "TypeError", "Exception", "BaseException"})
_ASKING: Final = frozenset({"hasattr", "getattr", "signature"})


def expects_absence(app: App, site: Site) -> bool:
    """Return whether code around a place asks for a version or an attribute, or catches that one is missing."""
    module = next((one for one in app.modules.values() if one.path == site.path), None)
    around = enclosing(module.facts.body, site) if module is not None else ()
    return any(_expects(statement) for statement in around)


def enclosing(body: tuple[m.Stmt, ...], site: Site) -> tuple[m.Stmt, ...]:
    """Return the statements that hold a place, outermost first, the simple one that it stands in last."""
    for statement in body:
        inside = (statement.body,) if isinstance(statement, m.Function) else tuple(bodies(statement))
        for inner in inside:
            found = enclosing(inner, site)
            if found:
                return (statement, *found)
        start, end = getattr(statement, "start", -1), getattr(statement, "end", -1)
        if isinstance(statement, m.Function | m.Class) and statement.decorators:
            start = statement.decorators[0].start
        if start <= site.start and site.end <= end:
            return (statement,)
    return ()


def _expects(statement: m.Stmt) -> bool:
    if isinstance(statement, m.Try):
        caught = [name for handler in statement.handlers for name in _names(handler.type)]
        return any(handler.type is None for handler in statement.handlers) or not _MISSING.isdisjoint(caught)
    if isinstance(statement, m.If):
        return any(name in _ASKING or "version" in name.lower() for name in _names(statement.test))
    return False


def _names(root: object) -> Iterator[str]:
    """Yield the names and attributes anywhere in an expression."""
    pending: list[object] = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending.extend(node)
        elif isinstance(node, m.Node):
            if isinstance(node, m.Name):
                yield node.id
            elif isinstance(node, m.Attr):
                yield node.name
            pending.extend(children(node.__class__)(node))


def expressions_in(root: object, kind: type[N]) -> Iterator[N]:
    """Yield every node of a kind anywhere below a body or a value, except in functions defined there."""
    pending: list[object] = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending.extend(node)
        elif isinstance(node, m.Node):
            if isinstance(node, kind):
                yield node
            if not isinstance(node, m.Function | m.Lambda):
                pending.extend(children(node.__class__)(node))


def asked_by(app: App, conditions: Conditions) -> tuple[tuple[str, ...], ...]:
    """Return the names in the test of each undecided branch, none where that is no `if` or `while`.

    A branch whose other way only raises is left out: whatever goes on has passed it.
    """
    found: list[tuple[str, ...]] = []
    for condition in conditions:
        site = condition.site
        module = next((one for one in app.modules.values() if one.path == site.path), None)
        branches = _branches(module.facts.body if module is not None else ())
        branch = next((node for node in branches if node.start == site.start), None)
        if branch is not None and _raises_otherwise(branch, condition.arm):
            continue
        found.append(tuple(_names(branch.test if branch is not None else None)))
    return tuple(found)


def _raises_otherwise(branch: m.If | m.While, arm: int) -> bool:
    if not isinstance(branch, m.If) or arm not in {0, 1}:
        return False
    other = (branch.orelse, branch.body)[arm]
    return bool(other) and isinstance(other[-1], m.Raise)


def _branches(root: object) -> Iterator[m.If | m.While]:
    pending: list[object] = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending.extend(node)
        elif isinstance(node, m.Node):
            if isinstance(node, m.If | m.While):
                yield node
            if not isinstance(node, m.Call):
                pending.extend(children(node.__class__)(node))
