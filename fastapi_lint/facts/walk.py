"""What lies inside a node of facts: its children by class, looked up once a class."""

from __future__ import annotations

from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from fastapi_lint.facts import model as m

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LEAVES: Final = frozenset(
    {
        *("start", "end", "name_start", "name_end"),
        *("id", "name", "operator", "kind", "keyword", "star", "level", "module", "names"),
        *("is_alone", "is_async", "is_from", "is_generator", "is_wildcard"),
        *("comments", "docstring", "called", "decorating", "imported", "text"),
    }
)
"""Fields that hold no statement and no value."""
_BLOCKS: Final = frozenset({"body", "orelse", "final", "handlers", "cases"})


def nodes(root: object) -> Iterator[m.Node]:
    """Yield every node of a body, a statement or a value, comments not; what is inside of it follows it."""
    pending: list[object] = [root]
    pop, extend = pending.pop, pending.extend
    while pending:
        node = pop()
        if node.__class__ is tuple:
            extend(node)
        elif node is not None and node.__class__ is not str:
            yield node  # type: ignore[misc]
            extend(children(node.__class__)(node))  # type: ignore[arg-type]


@cache
def children(kind: type[m.Node]) -> Callable[[m.Node], tuple[Any, ...]]:
    """Return what gives the fields of a node of this class that hold nodes, tuples of them or None."""
    return _fields(kind, _LEAVES | {"value"} if kind is m.Const else _LEAVES)


@cache
def header(kind: type[m.Node]) -> Callable[[m.Node], tuple[Any, ...]]:
    """Return what gives those of the children of a statement of this class that are no blocks of statements."""
    return _fields(kind, _LEAVES | _BLOCKS)


def _fields(kind: type[m.Node], without: frozenset[str]) -> Callable[[m.Node], tuple[Any, ...]]:
    names = [name for name in m.part_names(kind) if name not in without]
    if not names:
        return lambda _: ()
    if len(names) == 1:
        only = attrgetter(names[0])
        return lambda node: (only(node),)
    found: Callable[[m.Node], tuple[Any, ...]] = attrgetter(*names)
    return found
