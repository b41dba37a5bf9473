"""What a dependency opened before its `yield` and cleans up after it only where nothing was raised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.facts import model as m
from fastapi_lint.knowledge.endings import CLEANUPS, FILE_CLEANUPS
from fastapi_lint.lifecycle.suspension import Block, Suspension, nested, nodes, written
from fastapi_lint.lifecycle.values import FunctionValue, Site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastapi_lint.lifecycle.effects import Activation
    from fastapi_lint.lifecycle.generators import Running


@dataclass(frozen=True, slots=True)
class Cleanup:
    """One call after a `yield` that cleans up what was opened before it: its place, its words and what it ends."""

    site: Site
    text: str
    subject: str


def unguarded_cleanups(running: Running) -> Iterator[Cleanup]:
    """Yield the cleanups that an exception at the `yield` skips; none where a block around it cleans up as well."""
    for suspension in running.suspensions():
        opened = _opened(running, suspension)
        covered = {subject for subject, _, _ in _ends(running, _covering(suspension), opened)}
        covered |= set(_held(suspension, opened))
        is_swallowed = False
        for index, (statements, _) in enumerate(suspension.levels()):
            inner = suspension.blocks[index - 1] if index else None
            is_swallowed |= inner is not None and _swallows(inner)
            if is_swallowed:
                break
            for subject, text, node in _ends(running, statements, opened):
                if subject not in covered:
                    yield Cleanup(running.site_of(node), text, subject)


def _opened(running: Running, suspension: Suspension) -> set[str]:
    """Return what was made by a call, or acquired, before the `yield`, as it is written."""
    found: set[str] = set()
    for statement in suspension.before(running.body):
        if isinstance(statement, m.Assign) and any(
            isinstance(one, m.Call) for one in nodes((statement.value or m.Opaque(),))
        ):
            for target in statement.targets:
                found |= {text for one in nodes((target,)) if (text := written(one))}  # type: ignore[arg-type]
        elif isinstance(statement, m.Do):
            for node in nodes((statement,)):
                if (
                    isinstance(node, m.Call)
                    and isinstance(node.func, m.Attr)
                    and node.func.name in {"acquire", "connect"}
                ):
                    found.add(written(node.func.value))
    return found - {""}


def _ends(running: Running, statements: Iterable[m.Stmt], opened: set[str]) -> Iterator[tuple[str, str, m.Call]]:
    """Yield the calls that end something of what was opened: what, the words of the call, and the call."""
    for node in nodes(statements):
        if not isinstance(node, m.Call):
            continue
        name = written(node.func)
        owner, _, method = name.rpartition(".")
        given = [text for arg in node.args if (text := written(arg.value)) in opened]
        if method in CLEANUPS and (owner in opened or given):
            yield (given or [owner])[0] if owner not in opened else owner, f"{name}()", node
        elif given and (name in FILE_CLEANUPS or _closes_its_argument(running, node)):
            yield given[0], f"{name}()", node


def _closes_its_argument(running: Running, call: m.Call) -> bool:
    """Return whether a function of the project cleans up what it is given."""
    outer = [node for node in nodes(running.body) if isinstance(node, m.Await) and node.value is call]
    sites = [running.site_of(node) for node in (call, *outer)]
    return any(_ends_parameter(one) for site in sites for one in running.called_at(site))


def _ends_parameter(activation: Activation) -> bool:
    subject = activation.subject
    if not isinstance(subject, FunctionValue) or not isinstance(subject.definition, m.Function):
        return False
    names = {param.name for param in subject.definition.params}
    calls = (node for node in nodes(subject.definition.body) if isinstance(node, m.Call))
    ended = (written(call.func).rpartition(".") for call in calls)
    return any(owner in names and method in CLEANUPS for owner, _, method in ended)


def _covering(suspension: Suspension) -> Iterator[m.Stmt]:
    """Yield the statements around a `yield` that run when it raises: `finally` and the handlers."""
    for block in suspension.blocks:
        yield from block.final
        if block.guarding is not None:
            for handler in block.guarding.handlers:
                yield from handler.body


def _held(suspension: Suspension, opened: set[str]) -> Iterator[str]:
    """Yield what a `with` around the `yield` holds."""
    for block in suspension.blocks:
        if isinstance(block.statement, m.With):
            for item in block.statement.items:
                inside = [item.value, item.target] if item.target is not None else [item.value]
                yield from (text for node in nodes(inside) if (text := written(node)) in opened)  # type: ignore[arg-type]
                yield written(item.target)


def _swallows(block: Block) -> bool:
    """Return whether a handler around the `yield` lets what follows run although something was raised."""
    if block.guarding is None:
        return False
    return any(
        not any(isinstance(one, m.Raise | m.Return) for one in nested(handler.body))
        for handler in block.guarding.handlers
    )
