"""Dependencies that are made once: an argument dropped, or a callable built under one name that all uses share."""

from __future__ import annotations

import ast
import re
import zlib
from itertools import count
from typing import TYPE_CHECKING, Final

from fastapi_lint.core.finding import Edit
from fastapi_lint.core.span import Location, Span
from fastapi_lint.edits.imports import is_bound
from fastapi_lint.edits.tree import Definition, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastapi_lint.edits.editor import Editor
    from fastapi_lint.edits.tree import Tree

_LONGEST: Final = 48
"""Characters of a name that is made of a call's words."""


def without_argument(editor: Editor, places: Sequence[Location], name: str) -> Iterator[Edit]:
    """Yield the edits that take a keyword argument out of the calls at places."""
    for place in places:
        tree = editor.tree(place.path)
        for call in tree.within(place, ast.Call) if tree is not None else ():
            found = next((one for one in call.keywords if one.arg == name), None)
            if tree is not None and found is not None:
                yield Edit(Location(place.path, _with_comma(tree, call, found)), "")


def with_argument(editor: Editor, places: Sequence[Location], name: str, value: str) -> tuple[Edit, ...]:
    """Return the edits that give the `Depends` at each place a keyword argument; none where one cannot have it."""
    edits: list[Edit] = []
    for place in places:
        tree = editor.tree(place.path)
        calls = tree.within(place, ast.Call) if tree is not None else []
        call = next((one for one in calls if name_of(one.func) in {"Depends", "Security"}), None)
        if tree is None or call is None or any(one.arg in {name, None} for one in call.keywords):
            return ()
        given = sorted(tree.span(one).end for one in (*call.args, *call.keywords))
        at = given[-1] if given else tree.span(call).end - 1
        edits.append(Edit(Location(place.path, Span(at, at)), f"{', ' if given else ''}{name}={value}"))
    return tuple(edits)


def built_once(editor: Editor, places: Sequence[Location]) -> tuple[Edit, ...]:
    """Return the edits that give what is built at each place one name, before the first of them.

    None are returned where the places stand in several files, build it with other words, or where it rests on what a
    function knows only when it runs.
    """
    tree = editor.tree(places[0].path) if len({place.path for place in places}) == 1 else None
    built = [_built(tree, place) for place in places] if tree is not None else []
    found = [one for one in built if one is not None]
    if tree is None or len(found) != len(places) or len({tree.text(one) for one in found}) != 1:
        return ()
    tops = [next(one for one in (node, *tree.parents(node)) if tree.parent(one) is tree.root) for node in found]
    first = min(tops, key=tree.span)
    if (
        any(_runs_later(tree, node) for node in found)
        or not isinstance(first, ast.stmt)
        or tree.rows(first, first) is None
    ):
        return ()
    wanted = _name(tree, found[0])
    names = (f"{wanted}_{number}" if number > 1 else wanted for number in count(1))
    name = next(one for one in names if not is_bound(tree, one))
    at = tree.lead(first)
    gap = tree.end * 2 if isinstance(first, Definition) else ""
    row = Edit(Location(tree.path, Span(at, at)), f"{name} = {tree.text(found[0])}{tree.end}{gap}")
    return (row, *(Edit(tree.location(one), name) for one in found))


def _built(tree: Tree, place: Location) -> ast.Call | None:
    """Return the call in the `Depends` or `Security` at a place that builds what is asked for."""
    for call in tree.within(place, ast.Call):
        given = [*call.args[:1], *(one.value for one in call.keywords if one.arg == "dependency")]
        if len(given) == 1 and isinstance(given[0], ast.Call) and name_of(given[0].func):
            return given[0]
    return None


def _name(tree: Tree, call: ast.Call) -> str:
    """Return a name for what a call builds, another one for every other call."""
    name = _slug(tree, call)
    text, start = tree.text(call), name[:1]
    others = (
        one for one in ast.walk(tree.root) if isinstance(one, ast.Call) and name_of(one.func)[:1].lower() == start
    )
    if len(name) <= _LONGEST and all(_slug(tree, one) != name or tree.text(one) == text for one in others):
        return name
    return f"{name[:_LONGEST]}_{zlib.crc32(text.encode()) & 0xFFFF:04x}"


def _slug(tree: Tree, call: ast.Call) -> str:
    words = [name_of(call.func), *(tree.text(one) for one in (*call.args, *call.keywords))]
    snake = (re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", word) for word in words)
    slug = re.sub(r"[^a-z0-9]+", "_", "_".join(snake).lower()).strip("_")
    return slug if len(words) > 1 and slug[:1].isalpha() else f"shared_{slug}"


def _runs_later(tree: Tree, node: ast.AST) -> bool:
    """Return whether a node stands in the body of a function, or of a class, whose names the module lacks."""
    inner = node
    for parent in tree.parents(node):
        if isinstance(parent, (*Definition, ast.Lambda)):
            body = parent.body if isinstance(parent.body, list) else [parent.body]
            if any(one is inner for one in body):
                return True
        inner = parent
    return False


def _with_comma(tree: Tree, call: ast.Call, argument: ast.keyword) -> Span:
    """Return the bytes of an argument, with the comma that parts it from the one before or behind it."""
    span = tree.span(argument)
    others = sorted(tree.span(one) for one in (*call.args, *call.keywords) if one is not argument)
    before = [one for one in others if one.end <= span.start]
    behind = [one for one in others if one.start >= span.end]
    if before:
        return Span(before[-1].end, span.end)
    return Span(span.start, behind[0].start) if behind else span
