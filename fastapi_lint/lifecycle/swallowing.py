"""Where a dependency stops an exception that was raised at its `yield`, so that the framework never sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from typing import Literal as Word

from fastapi_lint.facts import model as m
from fastapi_lint.knowledge.endings import LEAVES, PASSING_BY
from fastapi_lint.lifecycle.effects import ExternalCall
from fastapi_lint.lifecycle.suspension import Suspension, nested, nodes, written
from fastapi_lint.lifecycle.values import FunctionValue, Site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.generators import Running

_DEEPEST: Final = 4


@dataclass(frozen=True, slots=True)
class Swallowed:
    """One place that stops exceptions: the handler, the `return` in a `finally`, or the `with suppress(...)`."""

    site: Site
    how: Word["except", "finally", "suppress"]
    what: str
    """The exceptions that a handler names or `suppress` is given, empty for all."""


def swallowed_exceptions(running: Running, depth: int = 0) -> Iterator[Swallowed]:
    """Yield the places around a `yield` that stop an exception raised at it; none where code after them raises."""
    for suspension in running.suspensions():
        levels = list(suspension.levels())
        for index, block in enumerate(suspension.blocks):
            after = [statement for statements, _ in levels[index + 1 :] for statement in statements]
            if any(isinstance(one, m.Raise) for one in nested(tuple(after))):
                continue
            if block.guarding is not None:
                yield from _by_handlers(running, block.guarding)
            if any(isinstance(one, m.Return) for one in nested(block.final)):
                place = next(one for one in nested(block.final) if isinstance(one, m.Return))
                yield Swallowed(running.site_of(place), "finally", "")
            if isinstance(block.statement, m.With):
                yield from _by_manager(running, block.statement, depth)
        yield from _by_delegate(running, suspension, depth)


def _by_handlers(running: Running, node: m.Try) -> Iterator[Swallowed]:
    for handler in node.handlers:
        names = list(_names(handler.type))
        if names and all(name.rpartition(".")[2] in PASSING_BY for name in names):
            continue
        if not _leaves(running, handler):
            yield Swallowed(running.site_of(handler), "except", ", ".join(names))


def _names(expr: m.Expr | None) -> Iterator[str]:
    if isinstance(expr, m.Seq):
        for item in expr.items:
            yield from _names(item)
    elif expr is not None:
        yield written(expr)


def _leaves(running: Running, handler: m.Handler) -> bool:
    """Return whether a handler may end otherwise than by going on: it raises, yields again, or calls what raises."""
    found = list(nodes(handler.body))
    if any(isinstance(node, m.Raise | m.Yield) for node in found):
        return True
    awaits = {id(node.value): node for node in found if isinstance(node, m.Await)}
    for node in found:
        if not isinstance(node, m.Call):
            continue
        if written(node.func) in LEAVES:
            return True
        sites = [running.site_of(node), *([running.site_of(awaits[id(node)])] if id(node) in awaits else [])]
        for called in (one for site in sites for one in running.called_at(site)):
            subject = called.subject
            if isinstance(subject, FunctionValue) and _raises(subject.definition):
                return True
    return False


def _raises(definition: m.Function | m.Lambda) -> bool:
    return isinstance(definition, m.Function) and any(isinstance(one, m.Raise) for one in nested(definition.body))


def _by_manager(running: Running, node: m.With, depth: int) -> Iterator[Swallowed]:
    for call in _suppressing(running, node):
        given = [written(arg.value) for arg in call.args]
        if given and not all(name.rpartition(".")[2] in PASSING_BY for name in given):
            yield Swallowed(running.site_of(node), "suppress", ", ".join(given))
    if depth < _DEEPEST:
        for inner in running.entered_by(node):
            yield from swallowed_exceptions(inner, depth + 1)


def _suppressing(running: Running, node: m.With) -> Iterator[m.Call]:
    sites = {
        effect.site
        for run in running.runs
        for effect in run.effects
        if isinstance(effect, ExternalCall) and effect.name == "contextlib.suppress"
    }
    for item in node.items:
        if isinstance(item.value, m.Call) and running.site_of(item.value) in sites:
            yield item.value


def _by_delegate(running: Running, suspension: Suspension, depth: int) -> Iterator[Swallowed]:
    if depth < _DEEPEST and suspension.node.is_from:
        for inner in running.delegates(suspension):
            yield from swallowed_exceptions(inner, depth + 1)
