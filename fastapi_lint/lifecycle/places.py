"""Where the values of one process sit for people: the statement and the name by which the code reaches each."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from fastapi_lint.facts import model as m
from fastapi_lint.knowledge.framework import STATE
from fastapi_lint.lifecycle.effects import Slot
from fastapi_lint.lifecycle.registrations import AppRecord
from fastapi_lint.lifecycle.values import (
    ClassValue,
    Dictionary,
    External,
    Frame,
    FunctionValue,
    Instance,
    Method,
    ModuleValue,
    OneOf,
    PartialValue,
    Phase,
    Sequence,
    Site,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.model import App

_DEEPEST: Final = 6
_MOST_ITEMS: Final = 40
_NAMESPACES: Final = frozenset({STATE, "types.SimpleNamespace", "argparse.Namespace"})
"""Libraries' objects that are made to have attributes set on them."""


class Place(Struct, frozen=True):
    """The statement that people know a value by, its name there, and the attribute of it that leads to the value."""

    site: Site
    name: str
    attribute: str = ""

    @property
    def title(self) -> str:
        """Return the name as messages have it, in backticks: `x`, or `attribute` of `x`."""
        return f"`{self.attribute}` of `{self.name}`" if self.attribute else f"`{self.name}`"

    def inside(self, attribute: str) -> Place:
        """Return the place of an attribute of what sits here."""
        return Place(self.site, self.name, f"{self.attribute}.{attribute}" if self.attribute else attribute)


class _Known(Struct, frozen=True):
    place: Place
    root: Value
    """The outermost container that holds the value, or the value itself."""


class Places:
    """Finds the values that an application's names lead to, nearest first."""

    def __init__(self, app: App) -> None:
        """Walk the application's modules, classes, state and endpoints as they are now."""
        self._middleware = {id(middleware.added.middleware) for middleware in app.stack}
        self._known: dict[int, _Known] = {}
        self._pending: deque[tuple[Value, Place, Value | None, int]] = deque()
        for module in app.modules.values():
            self._module(module)
        self._instance(app.instance, Place(app.instance.site, "app"), None, 0)
        self._walk()
        for endpoint in app.endpoints:
            self._start(endpoint.route.endpoint)
            for use in endpoint.graph.walk():
                self._start(use.call)
        self._walk()

    def of(self, target: Value | Slot) -> tuple[Place, Value | Slot] | None:
        """Return where a target sits and the whole it is part of; None for what no name leads to."""
        if isinstance(target, Slot):
            return self._of_slot(target)
        known = self._known.get(id(target))
        if known is None:
            return self._of_owned(target)
        whole = self._known.get(id(known.root), known)
        return whole.place, known.root

    def _of_slot(self, slot: Slot) -> tuple[Place, Value | Slot] | None:
        holder, name = slot.holder, slot.name
        if isinstance(holder, ModuleValue):
            site = holder.bindings.get(name)
            return (Place(site, name), slot) if site is not None else None
        if isinstance(holder, ClassValue):
            return Place(holder.bindings.get(name, holder.site), f"{holder.name}.{name}"), slot
        if not isinstance(holder, Instance) or holder.phase is Phase.REQUEST:
            return None
        known_as = self._framework_name(holder)
        if known_as:
            return Place(holder.attribute_sites.get(name, holder.site), f"{known_as}.{name}"), slot
        if isinstance(holder.type, External) and holder.type.name not in _NAMESPACES:
            return None
        found = self.of(holder)
        if found is None:
            return None
        place, root = found
        return (place.inside(name), slot) if root is holder else (place, root)

    def _framework_name(self, holder: Instance) -> str:
        """Return what an object is called whose attributes stand for themselves; empty for any other."""
        if isinstance(holder.record, AppRecord):
            return "app"
        if isinstance(holder.type, External):
            return "state" if holder.type.name == STATE else ""
        return holder.type.name if id(holder.type) in self._middleware else ""

    def _of_owned(self, value: Value) -> tuple[Place, Value | Slot] | None:
        """Return the place of a value that no name leads to by what holds it, or by what gives it."""
        if not isinstance(value, Sequence | Dictionary | Instance) or value.phase is Phase.REQUEST:
            return None
        owner = value.owner
        if isinstance(owner, Sequence | Dictionary):
            found = self.of(owner) if owner is not value else None
            return found if found is not None else None
        if isinstance(owner, Instance) and owner is not value:
            return self._of_attribute(owner, value)
        if isinstance(value, Instance) and isinstance(value.type, ClassValue):
            origin = value.origin.name if isinstance(value.origin, External) else ""
            name = origin.rpartition(":")[2] if ":" in origin else value.type.name
            return Place(value.site, name), value
        return None

    def _of_attribute(self, owner: Instance, value: Value) -> tuple[Place, Value | Slot] | None:
        name = _name_in(owner.attributes, value)
        found = self._of_slot(Slot(owner, name)) if name else self.of(owner)
        if found is None:
            return None
        place, root = found
        return place, value if isinstance(root, Slot) else root

    # The walk.

    def _module(self, module: ModuleValue) -> None:
        imports = set(_imports(module.facts.body))
        for name, value in module.namespace.items():
            site = module.bindings.get(name)
            if site is not None and (site.start, site.end) not in imports:
                self._pending.append((value, Place(site, name), None, 0))

    def _start(self, value: Value) -> None:
        match value:
            case FunctionValue():
                self._pending.append((value, Place(value.site, value.name), None, 0))
            case Instance(type=ClassValue() as owner):
                self._pending.append((value, Place(value.site, owner.name), None, 0))
            case Method():
                self._start(value.receiver)
            case PartialValue():
                self._start(value.function)
                for argument in value.arguments.values():
                    self._start(argument)
            case _:
                return

    def _walk(self) -> None:
        while self._pending:
            value, place, root, depth = self._pending.popleft()
            if depth > _DEEPEST:
                continue
            if isinstance(value, OneOf):
                self._pending.extend((option, place, root, depth) for option in value.options)
                continue
            if id(value) in self._known:
                continue
            match value:
                case Sequence() | Dictionary():
                    self._container(value, place, root, depth)
                case Instance():
                    self._known[id(value)] = _Known(place, value if root is None else root)
                    self._instance(value, place, root, depth)
                case FunctionValue():
                    self._known[id(value)] = _Known(Place(value.site, value.name), value)
                    self._function(value, depth)
                case ClassValue():
                    self._known[id(value)] = _Known(Place(value.site, value.name), value)
                    for name, inner in value.namespace.items():
                        made: Site = getattr(inner, "site", value.site)
                        inside = Place(value.bindings.get(name, made), f"{value.name}.{name}")
                        self._pending.append((inner, inside, None, depth + 1))
                case Method() | PartialValue():
                    self._pending.append((value.function, place, root, depth))
                case _:
                    continue

    def _container(self, value: Sequence | Dictionary, place: Place, root: Value | None, depth: int) -> None:
        whole = value if root is None else root
        self._known[id(value)] = _Known(place, whole)
        items = value.items if isinstance(value, Sequence) else [item for _, item in value.items]
        for item in items[:_MOST_ITEMS]:
            self._pending.append((item, place, whole, depth + 1))

    def _instance(self, value: Instance, place: Place, root: Value | None, depth: int) -> None:
        if isinstance(value.record, AppRecord) and value.record.state is not None:
            self._pending.append((value.record.state, place, None, depth + 1))
        elif value.record is not None or (isinstance(value.type, External) and value.type.name not in _NAMESPACES):
            return
        known_as = self._framework_name(value)
        for name, inner in value.attributes.items():
            inside = place.inside(name)
            if known_as:
                inside = Place(value.attribute_sites.get(name, value.site), f"{known_as}.{name}")
            self._pending.append((inner, inside, root, depth + 1))

    def _function(self, function: FunctionValue, depth: int) -> None:
        for name, inner in function.attributes.items():
            self._pending.append((inner, Place(function.site, f"{function.name}.{name}"), None, depth + 1))
        for _, result in function.memo or ():
            self._pending.append((result, Place(function.site, function.name), None, depth + 1))
        if function.wrapped is not None:
            self._pending.append((function.wrapped, Place(function.site, function.name), None, depth + 1))
        scope: Frame | None = function.scope
        while scope is not None and scope.function is not None:
            for name, inner in scope.names.items():
                site = getattr(inner, "site", None)
                if isinstance(inner, Sequence | Dictionary | Instance | OneOf) and not scope.is_class:
                    self._pending.append((inner, Place(site or function.site, name), None, depth + 1))
            scope = scope.parent


def _imports(body: tuple[m.Stmt, ...]) -> Iterator[tuple[int, int]]:
    for statement in body:
        if isinstance(statement, m.Import | m.ImportFrom):
            yield statement.start, statement.end
        for inner in bodies(statement):
            yield from _imports(inner)


def bodies(statement: m.Stmt) -> Iterator[tuple[m.Stmt, ...]]:
    """Yield the bodies of a statement that run where it stands: branches, loops, `with` and classes."""
    match statement:
        case m.If() | m.For() | m.While():
            yield statement.body
            yield statement.orelse
        case m.Try():
            yield statement.body
            yield from (handler.body for handler in statement.handlers)
            yield statement.orelse
            yield statement.final
        case m.With() | m.Class():
            yield statement.body
        case m.Match():
            yield from (case.body for case in statement.cases)
        case _:
            return


def _name_in(names: dict[str, Value], value: Value) -> str:
    for name, bound in names.items():
        if bound is value or (isinstance(bound, OneOf) and any(option is value for option in bound.options)):
            return name
    return ""
