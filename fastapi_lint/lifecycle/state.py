"""What lives in one process of an application and is used by requests: who reads it, who changes it, where it sits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fastapi_lint.lifecycle.effects import Activation, Edge, Effect, ExternalCall, Read, Slot, Write
from fastapi_lint.lifecycle.places import Place, Places
from fastapi_lint.lifecycle.values import Dictionary, FunctionValue, Phase, Sequence, Site, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastapi_lint.lifecycle.model import App, RequestPart


@dataclass(slots=True, eq=False)
class Use:
    """One look into or change of a piece of state, with the way from the request to it."""

    part: RequestPart
    path: tuple[Edge, ...]
    activation: Activation
    effect: Read | Write


@dataclass(slots=True, eq=False)
class State:
    """A piece of state that requests share within one process."""

    target: Value | Slot
    place: Place
    """Where it sits: the module-level statement, attribute or class attribute that findings point at."""
    reads: list[Use] = field(default_factory=list)
    writes: list[Use] = field(default_factory=list)

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
    """Return the state of an application that some request reads or changes, in the order in which it was made."""
    requests = app.requests  # what requests put into things must have happened before the walk to them
    places = Places(app)
    states: dict[tuple[object, ...], State] = {}
    for part in requests:
        for activation, path in reachable(part.activation):
            for effect in activation.effects:
                if not isinstance(effect, Read | Write) or _is_making(activation, effect):
                    continue
                state = _state_of(states, places, activation, effect)
                if state is not None:
                    uses = state.reads if isinstance(effect, Read) else state.writes
                    uses.append(Use(part, path, activation, effect))
    return tuple(sorted(states.values(), key=lambda state: (state.site, state.title)))


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


def _state_of(
    states: dict[tuple[object, ...], State], places: Places, activation: Activation, effect: Read | Write
) -> State | None:
    found = places.of(effect.target)
    if found is None:
        found = _default_of(activation, effect)
    if found is None:
        return None
    place, whole = found
    key: tuple[object, ...] = (id(whole.holder), whole.name) if isinstance(whole, Slot) else (id(whole),)
    return states.setdefault(key, State(whole, place))


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
        for activation, _ in reachable(root):
            if id(activation) not in seen:
                seen.add(id(activation))
                for effect in activation.effects:
                    yield activation, effect


def library_calls(activation: Activation) -> Iterator[ExternalCall]:
    """Yield the library calls of one activation."""
    for effect in activation.effects:
        if isinstance(effect, ExternalCall):
            yield effect
