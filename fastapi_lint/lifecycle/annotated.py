"""What an annotation says of a value that is not known otherwise: an object of a library's class that blocks.

Only classes of `knowledge.blocking` count, and classes of the project that derive from them: there it matters how an
object is used and not how it was made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi_lint.facts import model as m
from fastapi_lint.knowledge.blocking import is_class, typed
from fastapi_lint.lifecycle.classes import external_bases
from fastapi_lint.lifecycle.evaluate import type_name
from fastapi_lint.lifecycle.values import (
    Arguments,
    ClassValue,
    External,
    Instance,
    Member,
    Site,
    TypeForm,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.machine import Machine
    from fastapi_lint.lifecycle.values import Frame

_WRAPPING: Final = frozenset({"Annotated", "Optional", "Union"})
_YIELDING: Final = frozenset({"AsyncGenerator", "AsyncIterable", "AsyncIterator", "Generator", "Iterable", "Iterator"})


def as_annotated(machine: Machine, value: Value, annotation: m.Expr | None, scope: Frame, site: Site) -> Value:
    """Return an object of the class that an annotation names where nothing better is known of a value."""
    if annotation is None or not _is_open(value):
        return value
    key = (scope.module.path, site.start, site.end)
    if key not in machine.annotated:
        machine.annotated[key] = next(_classes(machine, annotation, scope), None)
    kind = machine.annotated[key]
    return value if kind is None else Instance(kind, Arguments(open=True), site, machine.phase)


def as_yielded(machine: Machine, value: Value, annotation: m.Expr | None, scope: Frame, site: Site) -> Value:
    """Return what `as_annotated` does for what a generator yields, by `Iterator[...]` and the like."""
    if isinstance(annotation, m.Subscript) and _last(annotation.value) in _YIELDING:
        inner = annotation.index
        return as_annotated(machine, value, inner.items[0] if isinstance(inner, m.Seq) else inner, scope, site)
    return value


def _is_open(value: Value) -> bool:
    """Return whether nothing is known of a value but perhaps which call of a library gave it."""
    if isinstance(value, Unknown):
        return True
    if isinstance(value, Member):
        return isinstance(value.receiver, Instance | Member) and typed(type_name(value)) is None
    if not isinstance(value, Instance) or not isinstance(value.type, External) or value.record is not None:
        return False
    name = value.type.name
    is_made = name.rpartition(".")[2][:1].isupper()
    return not is_made and typed(name) is None and ".asyncio." not in name


def _classes(machine: Machine, annotation: m.Expr, scope: Frame) -> Iterator[External | ClassValue]:
    match annotation:
        case m.Const(value=str() as text) if all(part.isidentifier() for part in text.split(".")):
            first, *others = text.split(".")
            expr: m.Expr = m.Name(first)
            for other in others:
                expr = m.Attr(expr, other)
            yield from _classes(machine, expr, scope)
        case m.Binary(operator="|"):
            yield from _classes(machine, annotation.left, scope)
            yield from _classes(machine, annotation.right, scope)
        case m.Subscript() if _last(annotation.value) in _WRAPPING:
            inner = annotation.index
            yield from _classes(machine, inner.items[0] if isinstance(inner, m.Seq) else inner, scope)
        case m.Name() | m.Attr():
            before = machine.site
            yield from _named(machine.evaluate(annotation, scope))
            machine.site = before
        case _:
            return


def _named(value: Value) -> Iterator[External | ClassValue]:
    match value:
        case External() if is_class(value.name):
            yield value
        case ClassValue() if any(is_class(base) for base in external_bases(value)):
            yield value
        case TypeForm() if value.arguments:
            yield from _named(value.arguments[0])
        case _:
            return


def _last(expr: m.Expr) -> str:
    return expr.name if isinstance(expr, m.Attr) else expr.id if isinstance(expr, m.Name) else ""
