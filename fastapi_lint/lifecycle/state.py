"""What lives in one process of an application and is used by requests: who reads it, who changes it, where it sits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from fastapi_lint.lifecycle.contents import Kind
from fastapi_lint.lifecycle.declared import declared_kind
from fastapi_lint.lifecycle.effects import Activation, Edge, Effect, ExternalCall, Read, Slot, Write
from fastapi_lint.lifecycle.places import Place, Places
from fastapi_lint.lifecycle.values import Dictionary, FunctionValue, Phase, Sequence, Site, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastapi_lint.lifecycle.model import App, RequestPart


class Use(Struct, eq=False):
    """One look into or change of a piece of state, with the way from the request to it."""

    part: RequestPart
    path: tuple[Edge, ...]
    activation: Activation
    effect: Read | Write
    is_nested: bool = False
    """Whether it is of something inside the state, which may have come to the request another way."""


class State(Struct, eq=False):
    """A piece of state that requests share within one process."""

    target: Value | Slot
    place: Place
    """Where it sits: the module-level statement, attribute or class attribute that findings point at."""
    reads: list[Use] = field(default_factory=list)
    writes: list[Use] = field(default_factory=list)
    declared: Kind = Kind.UNKNOWN
    """The kind of its values as its annotation says."""

    @property
    def site(self) -> Site:
        """Return the statement that findings point at."""
        return self.place.site

    @property
    def title(self) -> str:
        """Return what people call it, in backticks."""
        return self.place.title

    def values(self) -> Iterator[Value]:
        """Yield what requests put into it."""
        for use in self.writes:
            if isinstance(use.effect, Write) and use.effect.value is not None:
                yield use.effect.value


def shared_states(app: App) -> tuple[State, ...]:
    """Return the state of an application that some request changes, in the order in which it was made."""
    requests = app.requests  # what requests put into things must have happened before the walk to them
    finder = _Finder(app)
    ways = [(part, list(reachable(part.activation))) for part in requests]
    for _, way in ways:
        for activation, _ in way:
            finder.note(activation)
    for part, way in ways:
        for activation, path in way:
            for state, effect, is_nested in finder.effects(activation):
                uses = state.reads if isinstance(effect, Read) else state.writes
                uses.append(Use(part, path, activation, effect, is_nested))
    return tuple(sorted(finder.changed(), key=lambda state: (state.site, state.title)))


class _Finder:
    """Finds the states that activations look into or change, each activation once."""

    def __init__(self, app: App) -> None:
        self._places = Places(app)
        self._modules = {module.path: module for module in app.modules.values()}
        self._states: dict[tuple[object, ...], State] = {}
        self._changed: set[int] = set()
        self._effects: dict[int, list[tuple[State, Read | Write, bool]]] = {}

    def note(self, activation: Activation) -> None:
        """Find what an activation does to state, unless that is known."""
        if id(activation) in self._effects:
            return
        found: list[tuple[State, Read | Write, bool]] = []
        self._effects[id(activation)] = found
        for effect in activation.effects:
            if not isinstance(effect, Read | Write) or _is_making(activation, effect):
                continue
            state = self._state_of(activation, effect)
            is_nested = state is not None and not _is_whole(state.target, effect.target)
            if state is not None and not (is_nested and isinstance(effect.target, Slot)):
                found.append((state, effect, is_nested))
                if isinstance(effect, Write):
                    self._changed.add(id(state))

    def effects(self, activation: Activation) -> Iterator[tuple[State, Read | Write, bool]]:
        """Yield what an activation does to state that is changed somewhere."""
        for found in self._effects[id(activation)]:
            if id(found[0]) in self._changed:
                yield found

    def changed(self) -> Iterator[State]:
        """Yield the states that some activation changes."""
        for state in self._states.values():
            if id(state) in self._changed:
                state.declared = declared_kind(self._modules, state.site)
                yield state

    def _state_of(self, activation: Activation, effect: Read | Write) -> State | None:
        found = self._places.of(effect.target) or _default_of(activation, effect)
        if found is None:
            return None
        place, whole = found
        key: tuple[object, ...] = (id(whole.holder), whole.name) if isinstance(whole, Slot) else (id(whole),)
        return self._states.setdefault(key, State(whole, place))


def _is_whole(whole: Value | Slot, target: Value | Slot) -> bool:
    if isinstance(whole, Slot) and isinstance(target, Slot):
        return whole.holder is target.holder and whole.name == target.name
    return whole is target


def _is_making(activation: Activation, effect: Read | Write) -> bool:
    """Return whether an effect only fills what a memoised function is making."""
    subject = activation.subject
    if activation.phase is not Phase.REQUEST:
        return True
    if not isinstance(subject, FunctionValue) or subject.memo is None:
        return False
    site: Site | None = getattr(effect.target, "site", None)
    return site is not None and _is_inside(site, subject)


def _is_inside(site: Site, function: FunctionValue) -> bool:
    outer = function.site
    return site.path == outer.path and outer.start <= site.start and site.end <= outer.end


def _default_of(activation: Activation, effect: Read | Write) -> tuple[Place, Value] | None:
    """Return the place of a parameter's default that the function itself changes or reads."""
    target, subject = effect.target, activation.subject
    if not isinstance(target, Sequence | Dictionary) or not isinstance(subject, FunctionValue):
        return None
    for name, default in subject.defaults.items():
        if default is target:
            return Place(target.site, name), target
    return None


def reachable(root: Activation) -> Iterator[tuple[Activation, tuple[Edge, ...]]]:
    """Yield every activation that a root leads to, nearest first, each once, with a shortest way of calls to it."""
    seen = {id(root)}
    level: list[tuple[Activation, tuple[Edge, ...]]] = [(root, ())]
    while level:
        following: list[tuple[Activation, tuple[Edge, ...]]] = []
        for activation, path in level:
            yield activation, path
            for edge in activation.calls:
                if id(edge.callee) not in seen:
                    seen.add(id(edge.callee))
                    following.append((edge.callee, (*path, edge)))
        level = following


def effects_of(activations: Iterable[Activation]) -> Iterator[tuple[Activation, Effect]]:
    """Yield every effect that activations lead to, each activation once."""
    seen: set[int] = set()
    for root in activations:
        # What was seen before leads to nothing that was not, so the order is that of `reachable`.
        level = [root] if id(root) not in seen else []
        seen.add(id(root))
        while level:
            following: list[Activation] = []
            for activation in level:
                for effect in activation.effects:
                    yield activation, effect
                for edge in activation.calls:
                    callee = edge.callee
                    if id(callee) not in seen:
                        seen.add(id(callee))
                        following.append(callee)
            level = following


def library_calls(activation: Activation) -> Iterator[ExternalCall]:
    """Yield the library calls of one activation."""
    for effect in activation.effects:
        if isinstance(effect, ExternalCall):
            yield effect
