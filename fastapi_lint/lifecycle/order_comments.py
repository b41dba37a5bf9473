"""Comments and docstrings by the registrations of middleware: which text speaks of which registration."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from fastapi_lint.facts import model as m
from fastapi_lint.lifecycle.values import ClassValue, ModuleValue, Site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.middleware import Middleware
    from fastapi_lint.lifecycle.model import App

_DIRECTIVE = re.compile(r"#[ \t]*fastapi-lint[ \t]*:", re.IGNORECASE)
_NEAR = 400
"""Bytes between a block of comments and the next registration below it, up to which it may speak of them all."""


class OrderText(Struct, eq=False):
    """A block of comments or a docstring, the registration it stands by, and those below it."""

    text: str
    pieces: tuple[tuple[int, Site], ...]
    """Where each line of the text begins in it, and the line's place in the file."""
    subject: Middleware | None
    following: tuple[Middleware, ...]
    trailing: bool = False

    def site_at(self, offset: int) -> Site:
        """Return the place of the line that holds a character of the text."""
        found = self.pieces[0][1]
        for start, site in self.pieces:
            if start <= offset:
                found = site
        return found


def order_texts(app: App) -> Iterator[OrderText]:
    """Yield the texts by the registrations of an application, in each file in the order of the file."""
    by_file: dict[str, list[Middleware]] = {}
    for middleware in app.stack:
        by_file.setdefault(middleware.added.site.path, []).append(middleware)
    modules = {module.path: module for module in app.modules.values()}
    for path, listed in sorted(by_file.items()):
        module = modules.get(path)
        if module is not None:
            listed.sort(key=lambda one: one.added.site.start)
            yield from _of_comments(module, listed)
            yield from _of_docstrings(module, listed)
    for middleware in app.stack:
        owner = middleware.added.middleware
        if isinstance(owner, ClassValue) and owner.definition.docstring is not None:
            yield _of_docstring(owner.definition.docstring, owner.module.path, middleware, ())


def _of_comments(module: ModuleValue, listed: list[Middleware]) -> Iterator[OrderText]:
    statements = sorted(_statements(module.facts.body))
    foreign = set(_foreign(module.facts.body, listed))
    starts = [start for start, _ in statements] + [one.added.site.start for one in listed]
    for block in _blocks(module.comments(), sorted(starts)):
        first, last = block[0], block[-1]
        if not first.is_alone:
            subject = _beside(first, listed)
            if subject is not None:
                yield _text(block, module.path, subject, (), trailing=True)
            continue
        inside = next((one for one in listed if one.added.site.start <= first.start < one.added.site.end), None)
        following = tuple(one for one in listed if one.added.site.start >= last.end)
        if inside is not None:
            yield _text(block, module.path, inside, following, trailing=False)
            continue
        if not following:
            before = [one for one in listed if one.added.site.end <= first.start]
            if (
                before
                and _next_statement(statements, before[-1].added.site.end) >= first.start
                and (first.start - before[-1].added.site.end < _NEAR // 2)
            ):
                yield _text(block, module.path, None, tuple(listed), trailing=False)
            continue
        upcoming = _next_statement(statements, last.end)
        if any(last.end <= start < following[0].added.site.start for start in foreign):
            continue
        subject = following[0] if upcoming >= _start_of(following[0]) else None
        if subject is not None or following[0].added.site.start - last.end < _NEAR:
            yield _text(block, module.path, subject, following, trailing=False)


def _foreign(body: tuple[m.Stmt, ...], listed: list[Middleware]) -> Iterator[int]:
    """Yield where statements begin that add middleware to something else."""
    for statement in body:
        if isinstance(statement, m.Do) and isinstance(statement.value, m.Call):
            function = statement.value.func
            is_ours = any(one.added.site.start == statement.value.start for one in listed)
            if isinstance(function, m.Attr) and function.name == "add_middleware" and not is_ours:
                yield statement.start
        for inner in _inner(statement):
            yield from _foreign(inner, listed)


def _start_of(middleware: Middleware) -> int:
    """Return where the statement of a registration may begin: the decorator's `@`, a name before the call."""
    return middleware.added.site.start - 40


def _beside(comment: m.Comment, listed: list[Middleware]) -> Middleware | None:
    """Return the registration that a trailing comment shares a line or a call with."""
    before = [one for one in listed if one.added.site.start < comment.start]
    if not before:
        return None
    nearest = before[-1]
    gap = comment.start - nearest.added.site.end
    return nearest if gap <= 6 else None


def _blocks(comments: tuple[m.Comment, ...], starts: list[int]) -> Iterator[tuple[m.Comment, ...]]:
    """Yield comments that follow each other on lines of their own together, every other one alone.

    What speaks to the linter says nothing about the code, whatever its reason says.
    """
    block: list[m.Comment] = []
    for comment in comments:
        if _DIRECTIVE.match(comment.text):
            continue
        joins = (
            block
            and block[-1].is_alone
            and comment.is_alone
            and comment.start - block[-1].end < 120
            and not any(block[-1].end <= start < comment.start for start in starts)
        )
        if block and not joins:
            yield tuple(block)
            block = []
        block.append(comment)
    if block:
        yield tuple(block)


def _text(
    block: tuple[m.Comment, ...],
    path: str,
    subject: Middleware | None,
    following: tuple[Middleware, ...],
    *,
    trailing: bool,
) -> OrderText:
    lines: list[str] = []
    pieces: list[tuple[int, Site]] = []
    at = 0
    for comment in block:
        line = _DIRECTIVE.split(comment.text)[0].lstrip("#").strip()
        pieces.append((at, Site(path, comment.start, comment.end)))
        lines.append(line)
        at += len(line) + 1
    return OrderText("\n".join(lines), tuple(pieces), subject, following, trailing)


def _of_docstrings(module: ModuleValue, listed: list[Middleware]) -> Iterator[OrderText]:
    if module.facts.docstring is not None:
        yield _of_docstring(module.facts.docstring, module.path, None, tuple(listed))
    for function in _functions(module.facts.body):
        if function.docstring is None:
            continue
        end = _end_of(function.body)
        inside = tuple(one for one in listed if function.end <= one.added.site.start <= end)
        if inside:
            yield _of_docstring(function.docstring, module.path, None, inside)


def _of_docstring(
    docstring: m.Comment, path: str, subject: Middleware | None, following: tuple[Middleware, ...]
) -> OrderText:
    site = Site(path, docstring.start, docstring.end)
    pieces = [(0, site)]
    return OrderText(docstring.text, tuple(pieces), subject, following)


def _functions(body: tuple[m.Stmt, ...]) -> Iterator[m.Function]:
    for statement in body:
        if isinstance(statement, m.Function):
            yield statement
        for inner in _inner(statement):
            yield from _functions(inner)


def _inner(statement: m.Stmt) -> Iterator[tuple[m.Stmt, ...]]:
    for name in ("body", "orelse", "final"):
        inner = getattr(statement, name, None)
        if isinstance(inner, tuple):
            yield inner
    for handler in getattr(statement, "handlers", ()):
        yield handler.body


def _end_of(body: tuple[m.Stmt, ...]) -> int:
    end = -1
    for statement in body:
        end = max(end, getattr(statement, "end", -1), *(_end_of(inner) for inner in _inner(statement)), -1)
    return end


def _statements(body: tuple[m.Stmt, ...]) -> Iterator[tuple[int, int]]:
    for statement in body:
        start = getattr(statement, "start", -1)
        if start >= 0:
            decorators = getattr(statement, "decorators", ())
            yield min([start, *(one.start for one in decorators)]), getattr(statement, "end", start)
        for inner in _inner(statement):
            yield from _statements(inner)


def _next_statement(statements: list[tuple[int, int]], offset: int) -> int:
    return next((start for start, _ in statements if start >= offset), 1 << 60)
