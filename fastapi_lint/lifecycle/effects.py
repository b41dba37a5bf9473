"""What running code does, as far as rules care: activations of functions, the calls between them, their effects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Union

from msgspec import Struct, field

if TYPE_CHECKING:
    from fastapi_lint.facts.model import Comp, For
    from fastapi_lint.lifecycle.values import (
        Arguments,
        ClassValue,
        Conditions,
        FunctionValue,
        Instance,
        ModuleValue,
        Phase,
        Site,
        Value,
    )


class Activation(Struct, eq=False):
    """One run of a module's body or of a function: what it did itself, and what it called."""

    subject: ModuleValue | FunctionValue | ClassValue | None
    phase: Phase
    site: Site
    """The call that started it."""
    caller: Activation | None = None
    effects: list[Effect] = field(default_factory=list)
    calls: list[Edge] = field(default_factory=list)
    result: Value | None = None
    is_done: bool = False

    @property
    def label(self) -> str:
        """Return what ran, as people call it."""
        subject = self.subject
        if subject is None:
            return ""
        return subject.name if not hasattr(subject, "qualname") else subject.qualname


class Edge(Struct, eq=False):
    """A call from one activation to another; `via` names the library function that makes it (a thread pool, a task)."""

    callee: Activation
    site: Site
    via: str = ""


class Slot(Struct, frozen=True, eq=False):
    """A name of a module, an attribute of an object or class: something that can be bound again."""

    holder: Value
    name: str


class ExternalCall(Struct, eq=False):
    """A call of a library's object: its dotted name, or the method of an object and that object."""

    name: str
    receiver: Value | None
    arguments: Arguments
    result: Value
    site: Site
    conditions: Conditions
    is_awaited: bool = False


class Read(Struct, eq=False):
    """A look into shared state: a container, an object that a library keeps data in, or a slot."""

    target: Value | Slot
    how: str
    site: Site
    arguments: tuple[Value, ...] = ()


class Write(Struct, eq=False):
    """A change of shared state: a container's content, or the binding of a slot."""

    target: Value | Slot
    how: str
    site: Site
    value: Value | None = None
    arguments: tuple[Value, ...] = ()


class Yielded(Struct, eq=False):
    """Where a generator gave its value: what comes after runs when it is resumed."""

    value: Value
    site: Site


class Returned(Struct, eq=False):
    """What a `return` gave, once the process has started."""

    value: Value
    site: Site


class Raised(Struct, eq=False):
    """What a `raise` raised, once the process has started."""

    value: Value
    site: Site


class RoutesWalked(Struct, eq=False):
    """A loop or comprehension over the `routes` of an application or router; `holds` says how many it had included."""

    holder: Instance
    node: For | Comp
    site: Site
    holds: int


Effect = Union[ExternalCall, Read, Write, Yielded, Returned, Raised, RoutesWalked]  # noqa: UP007  # forward references
