"""The state of one replay: modules, the running activation, phases, conditions and the budget.

The layers above add what Python does: `evaluate` values, `invoke` calls, `replay` statements and imports. Each knows
only the ones below it; what it needs from above is abstract here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from fastapi_lint.core.cancel import Cancel
from fastapi_lint.lifecycle.effects import Activation, Edge, ExternalCall, Read, Slot, Write
from fastapi_lint.lifecycle.values import (
    NOWHERE,
    UNKNOWN,
    Arguments,
    ClassValue,
    Condition,
    Conditions,
    Dictionary,
    External,
    FunctionValue,
    Instance,
    Literal,
    ModuleValue,
    Phase,
    Sequence,
    Site,
    Value,
    one_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi_lint.facts.model import Expr, ModuleFacts
    from fastapi_lint.knowledge.versions import Target
    from fastapi_lint.lifecycle.symbols import ProjectIndex
    from fastapi_lint.lifecycle.values import Frame

MOST_STEPS: Final = 400_000
"""Statements that one replay may run before it stops following calls: a bound for code made to be slow."""
DEEPEST: Final = 24
DEEPEST_SERVING: Final = 14
"""Calls inside calls that are followed while modules are imported, and once the process serves."""
MOST_TURNS: Final = 300


_new: Final = tuple.__new__
"""Makes a named tuple without its slower constructor."""
MOST_TEXT: Final = 10_000
MOST_ITEMS: Final = 2_000
"""How long a known text or container may grow; a longer one is unknown."""


class Leave(Enum):
    """How a run of statements ends: by reaching its end, or by leaving."""

    NOT = 0
    CONTINUE = 1
    BREAK = 2
    RETURN = 3
    RAISE = 4


class Thrown(Exception):  # noqa: N818  # no error: it carries the project's own exception to its handler
    """The project's code surely raises here; caught where statements are run."""


class Catcher(Struct, eq=False):
    """A `try` with handlers that is being run: its scope, and the names there were wherever it may have raised."""

    frame: Frame
    states: list[dict[str, Value]] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)


class Machine(ABC):
    """The state that every layer of the replay shares."""

    def __init__(
        self,
        index: ProjectIndex,
        facts: Callable[[str], ModuleFacts | None],
        search_path: tuple[str, ...],
        target: Target,
        cancel: Cancel | None = None,
    ) -> None:
        """Start with nothing imported; `facts` gives a file's facts, or None for one that cannot be read."""
        self.cancel = cancel or Cancel()
        self.index = index
        self.facts_of = facts
        self.search_path = search_path
        self.target = target
        self.modules: dict[str, ModuleValue | None] = {}
        self.phase = Phase.IMPORT
        self.conditions: Conditions = ()
        self.root = Activation(None, Phase.IMPORT, NOWHERE)
        self.activation = self.root
        self.apps: list[Instance] = []
        self.routers: list[Instance] = []
        self.steps = 0
        self.depth = 0
        self.running: list[object] = []
        self.site = NOWHERE
        self._order = 0
        self.binding = "rebind"
        """How a slot is bound now: anew, or `augment` by `+=` and the like."""
        self.main = ""
        """The dotted name of the module that runs as `__main__`, empty where a server imports the application."""
        self.memo: dict[tuple[object, ...], Activation] = {}
        self.depends_calls: list[Instance] = []
        self.executing = 0
        self.open_loops = 0
        """How many loops with an unknown number of turns are being run."""
        self.catchers: list[Catcher] = []
        self.annotated: dict[tuple[str, int, int], External | ClassValue | None] = {}
        """The classes that annotations name, by their places (`annotated`)."""
        self.carried_names: dict[int, frozenset[str]] = {}
        """What the body of each loop hands on from turn to turn, by the identity of the body."""

    # What the layers above provide.

    @abstractmethod
    def evaluate(self, expr: Expr, frame: Frame) -> Value:
        """Return the value of an expression in a scope."""

    @abstractmethod
    def attribute(self, value: Value, name: str, site: Site) -> Value:
        """Return an attribute of a value."""

    @abstractmethod
    def call(self, function: Value, arguments: Arguments, site: Site) -> Value:
        """Return what calling a value gives, having done what the call does."""

    @abstractmethod
    def set_attribute(self, target: Value, name: str, value: Value) -> None:
        """Set an attribute of a value."""

    @abstractmethod
    def import_module(self, name: str) -> Value:
        """Return a module by its absolute name: the project's, run if it was not yet, or a library's."""

    @abstractmethod
    def run_function(self, function: FunctionValue, arguments: Arguments, site: Site, via: str = "") -> Value:
        """Run a function's body, whatever kind of function it is, and return what it returns."""

    @abstractmethod
    def resolve_awaitable(self, value: Value, site: Site, via: str = "") -> Value:
        """Run a coroutine or generator that was made earlier; any other value is returned as is."""

    # State.

    def next_order(self) -> int:
        """Return the next number in the order of everything that is registered."""
        self._order += 1
        return self._order

    def is_spent(self) -> bool:
        """Return whether the budget of steps is used up."""
        return self.steps > MOST_STEPS

    def here(self, frame: Frame, start: int, end: int) -> Site:
        """Return a place in the file of a scope's module, and remember it as the current one."""
        site: Site = _new(Site, (frame.module.path, start, end))
        self.site = site
        return site

    @contextmanager
    def under(self, condition: Condition) -> Iterator[None]:
        """Run a block inside one arm of an undecided branch."""
        before = self.conditions
        self.conditions = (*before, condition)
        try:
            yield
        finally:
            self.conditions = before

    @contextmanager
    def activated(
        self, subject: ModuleValue | FunctionValue | ClassValue | None, site: Site, via: str = ""
    ) -> Iterator[Activation]:
        """Run a block as an activation of its own, called from the current one."""
        before = self.activation
        activation = Activation(subject, self.phase, site, before)
        before.calls.append(Edge(activation, site, via))
        self.activation = activation
        try:
            yield activation
        finally:
            activation.is_done = True
            self.activation = before

    @contextmanager
    def in_phase(self, phase: Phase) -> Iterator[None]:
        """Run a block in another phase of the process's life."""
        before = self.phase
        self.phase = phase
        try:
            yield
        finally:
            self.phase = before

    def is_weak(self, target: Value) -> bool:
        """Return whether a change of an object may not have happened where the object is used later."""
        if self.phase is Phase.REQUEST and is_shared(target):
            return True
        if not self.conditions:
            return False
        made: Conditions = getattr(target, "conditions", ())
        return any(condition not in made for condition in self.conditions)

    def perhaps(self, old: Value, value: Value) -> Value:
        """Return what is bound where `value` may have been; unknown too where several turns of a loop may bind it."""
        more = [UNKNOWN] if self.open_loops and self.phase is Phase.IMPORT else []
        return one_of([old, value, *more])

    def throw(self) -> None:
        """Leave the running statement, since the project's code surely raises; nothing while no statement is run."""
        if self.executing and self.phase is Phase.IMPORT:
            raise Thrown

    def made(self, kind: str, items: list[Value], site: Site, *, is_open: bool) -> Sequence:
        """Return a new list, tuple or set of what was made here and now; one that is too long stays open."""
        if len(items) > MOST_ITEMS:
            items, is_open = items[:MOST_ITEMS], True
        if kind == "set":
            literals = {item.value: item for item in reversed(items) if isinstance(item, Literal)}
            others = [item for item in items if not isinstance(item, Literal)]
            is_open |= bool(others) and len(items) > 1
            items = [item for item in items if not isinstance(item, Literal) or literals[item.value] is item]
        return Sequence(kind, items, site, self.phase, is_open, None, self.conditions)

    # Effects.

    def read(self, target: Value | Slot, how: str, arguments: tuple[Value, ...] = ()) -> None:
        """Note a look into something that outlives the request."""
        if self.phase is Phase.REQUEST and is_shared(target):
            self.activation.effects.append(Read(target, how, self.site, arguments))

    def write(
        self, target: Value | Slot, how: str, value: Value | None = None, arguments: tuple[Value, ...] = ()
    ) -> None:
        """Note a change of something that outlives the request, or that was made before this phase."""
        if self.phase is not Phase.IMPORT and is_shared(target):
            self.activation.effects.append(Write(target, how, self.site, value, arguments))

    def external_call(
        self, name: str, receiver: Value | None, arguments: Arguments, result: Value, site: Site
    ) -> ExternalCall:
        """Note a call of a library's object."""
        effect = ExternalCall(name, receiver, arguments, result, site, self.conditions)
        self.activation.effects.append(effect)
        return effect


_LASTING: Final[frozenset[type]] = frozenset({Sequence, Dictionary, Instance, FunctionValue, ClassValue})


def is_shared(target: Value | Slot) -> bool:
    """Return whether a thing was made before any request."""
    if isinstance(target, Slot):
        return is_shared(target.holder)
    if target.__class__ in _LASTING:
        return target.phase is not Phase.REQUEST  # type: ignore[union-attr]
    return isinstance(target, ModuleValue)
