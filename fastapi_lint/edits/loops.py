"""Loops over a list of routes, made to go over the routes of included routers as well."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from fastapi_lint.edits.imports import imported_as, importing, is_bound
from fastapi_lint.edits.tree import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.core.finding import Edit
    from fastapi_lint.core.span import Location
    from fastapi_lint.edits.editor import Editor
    from fastapi_lint.edits.tree import Tree

_FUNCTION: Final = "iter_route_contexts"
_MODULE: Final = "fastapi.routing"
_KEPT: Final = "original_route"
"""The route itself, of which the context tells where it ends up."""


def over_contexts(editor: Editor, place: Location) -> Iterator[Edit]:
    """Yield the edits that let a loop or comprehension at a place go over contexts; none where it changes routes."""
    tree = editor.tree(place.path)
    loop = _loop(tree, place) if tree is not None else None
    if tree is None or loop is None:
        return
    target, iterable, parts = loop
    if not isinstance(target, ast.Name):
        return
    asked: list[ast.Name] = []
    for use in (node for part in parts for node in ast.walk(part) if name_of(node) == target.id):
        parent = tree.parent(use)
        is_asked = isinstance(parent, ast.Call) and name_of(parent.func) == "isinstance" and parent.args[:1] == [use]
        is_read = isinstance(parent, ast.Attribute) and isinstance(parent.ctx, ast.Load)
        if not isinstance(use, ast.Name) or not (is_asked or is_read):
            return
        asked += [use] if is_asked else []
    known = imported_as(tree, (_MODULE,), _FUNCTION)
    brought = None if known else importing(tree, [(_MODULE, _FUNCTION)])
    if not known and (brought is None or is_bound(tree, _FUNCTION)):
        return
    span = tree.span(iterable)
    yield editor.insert(place.path, span.start, f"{known or _FUNCTION}(")
    yield editor.insert(place.path, span.end, ")")
    yield from (editor.insert(place.path, tree.span(use).end, f".{_KEPT}") for use in asked)
    if brought is not None:
        yield brought


def _loop(tree: Tree, place: Location) -> tuple[ast.expr, ast.expr, list[ast.AST]] | None:
    """Return the target of a loop, what it goes over, and the rest of it."""
    for node in ast.walk(tree.root):
        if isinstance(node, ast.For) and tree.span(node).start == place.span.start:
            return node.target, node.iter, [*node.body, *node.orelse]
    for node in tree.within(place, ast.expr):
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp) and len(node.generators) == 1:
            return node.generators[0].target, node.generators[0].iter, [node.elt, *node.generators[0].ifs]
        if isinstance(node, ast.DictComp) and len(node.generators) == 1:
            return node.generators[0].target, node.generators[0].iter, [node.key, node.value, *node.generators[0].ifs]
    return None
