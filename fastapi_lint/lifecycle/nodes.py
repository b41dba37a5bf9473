"""Walks over the facts of one scope: what is written in a function itself, not in the functions inside of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi_lint.facts import model as m
from fastapi_lint.facts.walk import children

if TYPE_CHECKING:
    from collections.abc import Iterator

_SCOPES: Final = frozenset({m.Function, m.Class, m.Lambda})


def nodes_of(value: object) -> Iterator[m.Node]:
    """Yield the nodes of a piece of facts in the order of the text, without those of inner definitions."""
    pending: list[object] = [value]
    pop = pending.pop
    while pending:
        node = pop()
        kind = node.__class__
        if kind is tuple:
            pending += node[::-1]  # type: ignore[index]
        elif isinstance(node, m.Node) and kind not in _SCOPES:
            yield node
            pending += children(node.__class__)(node)[::-1]


def texts_of(value: object) -> Iterator[str]:
    """Yield the literal texts of a piece of facts, those of inner definitions too."""
    pending: list[object] = [value]
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending.extend(node)
        elif isinstance(node, m.Const):
            if isinstance(node.value, str):
                yield node.value
        elif isinstance(node, m.Node):
            pending.extend(children(node.__class__)(node))


def all_nodes_of(value: object) -> Iterator[m.Node]:
    """Yield the nodes of a piece of facts, those of inner definitions too, in any order."""
    pending: list[object] = [value]
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending.extend(node)
        elif isinstance(node, m.Node):
            yield node
            pending.extend(children(node.__class__)(node))


def statements_of(body: tuple[m.Stmt, ...]) -> Iterator[m.Stmt]:
    """Yield statements and those inside of them, functions and classes too; expressions are not looked into."""
    for statement in body:
        yield statement
        match statement:
            case m.Function() | m.Class() | m.With():
                yield from statements_of(statement.body)
            case m.If() | m.For() | m.While():
                yield from statements_of(statement.body)
                yield from statements_of(statement.orelse)
            case m.Try():
                for block in (statement.body, statement.orelse, statement.final):
                    yield from statements_of(block)
                for handler in statement.handlers:
                    yield from statements_of(handler.body)
            case m.Match():
                for case in statement.cases:
                    yield from statements_of(case.body)
            case _:
                pass
