"""What a container is declared to hold: the kind of its values by the annotation of the statement that makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi_lint.facts import model as m
from fastapi_lint.lifecycle.classes import has_fields
from fastapi_lint.lifecycle.contents import Kind, kind_by_name
from fastapi_lint.lifecycle.places import bodies
from fastapi_lint.lifecycle.values import ClassValue, External, ModuleValue, Site, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_TYPES: Final = frozenset({"type", "Type"})
_VAGUE: Final = ("typing.", "typing_extensions.", "types.", "builtins.object", "collections.")
_TUPLES: Final = frozenset({"tuple", "Tuple", "list", "List", "set", "Set", "dict", "Dict", "Optional", "Union"})


def declared_kind(modules: Mapping[str, ModuleValue], site: Site) -> Kind:
    """Return the kind of the values of the container that a statement makes, `UNKNOWN` where it does not say.

    `modules` are the application's modules by path.
    """
    module = modules.get(site.path)
    if module is None:
        return Kind.UNKNOWN
    annotation = _annotation_at(module.facts.body, site.start)
    if not isinstance(annotation, m.Subscript):
        return Kind.UNKNOWN
    arguments = _arguments(annotation)
    return _kind(arguments[-1], module) if arguments else Kind.UNKNOWN


def _annotation_at(body: Iterable[m.Stmt], start: int) -> m.Expr | None:
    for statement in body:
        if isinstance(statement, m.Assign) and statement.start == start:
            return statement.annotation
        for inner in bodies(statement):
            found = _annotation_at(inner, start)
            if found is not None:
                return found
    return None


def _arguments(subscript: m.Subscript) -> tuple[m.Expr, ...]:
    index = subscript.index
    return tuple(index.items) if isinstance(index, m.Seq) else (index,)


def _kind(annotation: m.Expr, module: ModuleValue) -> Kind:
    match annotation:
        case m.Subscript(value=base) if _last(base) in _TYPES:
            return Kind.HANDLE
        case m.Subscript(value=base) if _last(base) in _TUPLES:
            return _together([_kind(one, module) for one in _arguments(annotation)])
        case m.Subscript(value=base):
            return _kind(base, module)
        case m.Binary(operator="|"):
            return _together([_kind(annotation.left, module), _kind(annotation.right, module)])
        case m.Const(value=None):
            return Kind.EMPTY
        case m.Name() | m.Attr():
            return _kind_of_type(_resolve(annotation, module))
        case _:
            return Kind.UNKNOWN


def _together(kinds: list[Kind]) -> Kind:
    """Return handles only where there is nothing else."""
    known = {kind for kind in kinds if kind is not Kind.EMPTY}
    return known.pop() if len(known) == 1 else Kind.UNKNOWN


def _kind_of_type(value: Value | None) -> Kind:
    match value:
        case External(name=name):
            return Kind.UNKNOWN if name.startswith(_VAGUE) else kind_by_name(name, has_receiver=False)
        case ClassValue():
            return Kind.DATA if has_fields(value) else Kind.OBJECT
        case _:
            return Kind.UNKNOWN


def _resolve(expr: m.Expr, module: ModuleValue) -> Value | None:
    match expr:
        case m.Name(id=name):
            return module.namespace.get(name)
        case m.Attr():
            holder = _resolve(expr.value, module)
            if isinstance(holder, External):
                return External(f"{holder.name}.{expr.name}")
            return holder.namespace.get(expr.name) if isinstance(holder, ModuleValue) else None
        case _:
            return None


def _last(expr: m.Expr) -> str:
    if isinstance(expr, m.Name):
        return expr.id
    return expr.name if isinstance(expr, m.Attr) else ""
