"""The `yield` of a function and the statements around it: what runs after it, and what runs when it raises.

This is Python's own order, read off the statements: a `yield` stands in blocks, innermost first, and what follows in
each of them runs only where nothing was raised, `finally` and the exits of `with` always, handlers only then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi_lint.facts import model as m
from fastapi_lint.facts.walk import children
from fastapi_lint.lifecycle.places import bodies

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Statements = tuple[m.Stmt, ...]


_SCOPES: Final = frozenset({m.Function, m.Class, m.Lambda})


@dataclass(frozen=True, slots=True)
class Block:
    """A compound statement around a `yield`; `holds` is the body of it that the `yield` stands in."""

    statement: m.Stmt
    holds: Statements

    @property
    def guarding(self) -> m.Try | None:
        """Return the `try` whose handlers an exception raised at the `yield` comes to."""
        return self.statement if isinstance(self.statement, m.Try) and self.statement.body is self.holds else None

    @property
    def final(self) -> Statements:
        """Return the `finally` that runs after the `yield`, however it goes on."""
        is_outside = isinstance(self.statement, m.Try) and self.statement.final is not self.holds
        return self.statement.final if is_outside and isinstance(self.statement, m.Try) else ()


@dataclass(frozen=True, slots=True)
class Suspension:
    """One `yield`, the blocks around it, innermost first, and what follows beside it and after each of them."""

    node: m.Yield
    statement: m.Stmt
    blocks: tuple[Block, ...]
    following: tuple[Statements, ...]

    def levels(self) -> Iterator[tuple[Statements, Block | None]]:
        """Yield what runs at each level where nothing was raised, innermost first, with the block that it stands in.

        A `return` ends it: what follows further out does not run then.
        """
        is_left = False
        for index, statements in enumerate(self.following):
            block = self.blocks[index] if index < len(self.blocks) else None
            run = () if is_left else statements
            is_left |= any(isinstance(one, m.Return | m.Raise) for one in run)
            if block is not None and block.guarding is not None and not is_left:
                run = (*run, *block.guarding.orelse)
            yield run, block

    def before(self, body: Statements) -> Iterator[m.Stmt]:
        """Yield the statements of the function that start before the `yield`, nested ones too."""
        for statement in nested(body):
            if getattr(statement, "start", -1) < self.node.start:
                yield statement


def suspensions(
    body: Statements, blocks: tuple[Block, ...] = (), after: tuple[Statements, ...] = ()
) -> Iterator[Suspension]:
    """Yield every `yield` that stands in a simple statement of a function's body."""
    for index, statement in enumerate(body):
        following = (body[index + 1 :], *after)
        inner = list(bodies(statement))
        if isinstance(statement, m.Class | m.Function):
            continue
        for block in inner:
            yield from suspensions(block, (Block(statement, block), *blocks), following)
        if not inner:
            for node in nodes((statement,)):
                if isinstance(node, m.Yield):
                    yield Suspension(node, statement, blocks, following)


def nested(body: Statements) -> Iterator[m.Stmt]:
    """Yield statements and those inside them, without functions and classes that they define."""
    for statement in body:
        yield statement
        if not isinstance(statement, m.Class | m.Function):
            for block in bodies(statement):
                yield from nested(block)


def nodes(roots: Iterable[m.Node]) -> Iterator[m.Node]:
    """Yield statements, expressions and all inside them in order, but for what functions, lambdas and classes hold."""
    pending: list[object] = []
    pending.extend(roots)
    pending.reverse()
    pop = pending.pop
    while pending:
        node = pop()
        kind = node.__class__
        if kind is tuple:
            pending += node[::-1]  # type: ignore[index]
        elif isinstance(node, m.Node):
            yield node
            if kind not in _SCOPES:
                pending += children(node.__class__)(node)[::-1]


def written(expr: m.Expr | None) -> str:
    """Return a dotted name as it is written, with `()` for calls; empty for anything else."""
    match expr:
        case m.Name():
            return expr.id
        case m.Attr():
            inner = written(expr.value)
            return f"{inner}.{expr.name}" if inner else ""
        case m.Call():
            inner = written(expr.func)
            return f"{inner}()" if inner else ""
        case m.Await():
            return written(expr.value)
        case _:
            return ""
