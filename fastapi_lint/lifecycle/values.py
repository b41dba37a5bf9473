"""The values of the replay: what a name of the project stands for, as far as the code tells.

Values are compared by identity where Python would (functions, classes, instances, containers) and by content where the
content is all there is (literals, external names). `Unknown` is a value, not an error: whatever rests on it stays
unknown, and rules stay silent on it.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, Union

from msgspec import Struct, field

from fastapi_lint.core.span import Location, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi_lint.facts.model import Class, Comment, Function, Lambda, ModuleFacts


class Site(NamedTuple):
    """A place in a file of the project, in byte offsets."""

    path: str
    start: int
    end: int

    @property
    def location(self) -> Location:
        """Return the place as findings carry it."""
        return Location(self.path, Span(self.start, self.end))


NOWHERE = Site("", 0, 0)


class Phase(Enum):
    """When a piece of code runs: while modules are imported, at start-up, or for a request."""

    IMPORT = 0
    STARTUP = 1
    REQUEST = 2


class Condition(NamedTuple):
    """One undecided branch that a statement stands in: the branching statement and which arm of it."""

    site: Site
    arm: int


Conditions = tuple[Condition, ...]


def exclude_each_other(first: Conditions, second: Conditions) -> bool:
    """Return whether two places stand in different arms of one branch, so that no run reaches both."""
    arms = dict(first)
    return any(arms.get(condition.site, condition.arm) != condition.arm for condition in second)


class Unknown(Struct, eq=False):
    """What could not be resolved, and why."""

    reason: str = ""
    site: Site = NOWHERE


UNKNOWN = Unknown()


class Literal(Struct, frozen=True):
    """A text, number, True, False or None; `assumed` ones are defaults that the environment may override."""

    value: str | int | float | bool | None
    assumed: bool = False


NONE = Literal(None)
TRUE = Literal(value=True)
FALSE = Literal(value=False)


class Sequence(Struct, eq=False):
    """A list, tuple or set; `open` means that it may hold more than is listed."""

    kind: str
    items: list[Value]
    site: Site
    phase: Phase
    open: bool = False
    owner: Instance | ClassValue | Sequence | Dictionary | None = None
    conditions: Conditions = ()
    fields: Mapping[str, Value] = field(default_factory=dict)
    """The items by name, of a named tuple."""


class Dictionary(Struct, eq=False):
    """A dict; keys that are literals are known, `open` means that it may hold more."""

    items: list[tuple[Value, Value]]
    site: Site
    phase: Phase
    open: bool = False
    owner: Instance | ClassValue | Sequence | Dictionary | None = None
    factory: Value | None = None
    """What makes the value of a key that is not there, for a `defaultdict`."""
    conditions: Conditions = ()


class ModuleValue(Struct, eq=False):
    """A module of the project, imported or being imported."""

    name: str
    path: str
    facts: ModuleFacts
    namespace: dict[str, Value] = field(default_factory=dict)
    bindings: dict[str, Site] = field(default_factory=dict)
    """Where each name was bound at module level, for those that were."""
    is_package: bool = False
    is_loading: bool = True
    typing_only: set[str] = field(default_factory=set)
    is_measured: bool = False
    """Whether somebody asked for its comments: what is said of comments goes by how near they are."""

    def comments(self) -> tuple[Comment, ...]:
        """Return the comments of its file."""
        self.is_measured = True
        return self.facts.comments


class Frame(Struct, eq=False):
    """A scope in execution or captured: its names, the scope around it and its module."""

    module: ModuleValue
    names: dict[str, Value]
    parent: Frame | None = None
    is_class: bool = False
    global_names: set[str] = field(default_factory=set)
    nonlocal_names: set[str] = field(default_factory=set)
    function: FunctionValue | None = None
    returns: list[Value] = field(default_factory=list)
    yields: list[Value] = field(default_factory=list)
    owner: ClassValue | None = None
    qualname: str = ""
    is_comprehension: bool = False
    escapes: list[tuple[int, dict[str, Value], Condition]] = field(default_factory=list)
    """The paths that left the innermost loop, or a turn of it, so far: how, with which names, and what stayed."""


class FunctionValue(Struct, eq=False):
    """A function, method or lambda of the project, with the scope it closes over."""

    definition: Function | Lambda
    module: ModuleValue
    scope: Frame
    qualname: str
    site: Site
    phase: Phase
    owner: ClassValue | None = None
    kind: str = "plain"
    """`plain`, `property`, `staticmethod` or `classmethod`."""
    wrappers: tuple[Value, ...] = ()
    """Decorators of other libraries that stand around it, innermost first."""
    wrapped: Value | None = None
    """What `functools.wraps` says this one stands for."""
    defaults: dict[str, Value] = field(default_factory=dict)
    attributes: dict[str, Value] = field(default_factory=dict)
    memo: list[tuple[tuple[Value, ...], Value]] | None = None

    @property
    def name(self) -> str:
        """Return the bare name."""
        return self.qualname.rpartition(".")[2]


class ClassValue(Struct, eq=False):
    """A class of the project."""

    definition: Class
    module: ModuleValue
    qualname: str
    bases: tuple[Value, ...]
    namespace: dict[str, Value]
    site: Site
    phase: Phase
    annotations: dict[str, Frame] = field(default_factory=dict)
    keywords: dict[str, Value] = field(default_factory=dict)
    wrappers: tuple[Value, ...] = ()
    bindings: dict[str, Site] = field(default_factory=dict)
    line: tuple[ClassValue, ...] = ()
    """The class and its bases in the order of lookup, once somebody asked."""

    @property
    def name(self) -> str:
        """Return the bare name."""
        return self.qualname.rpartition(".")[2]


class External(Struct, frozen=True):
    """An object of a library, by its canonical dotted name."""

    name: str


REQUEST_DATA = External("<request data>")
"""The origin of objects that a request brings: parameters, bodies, connections."""


class Arguments(Struct, eq=False):
    """The arguments of a call: positional, by keyword, and whether there may be more."""

    positional: tuple[Value, ...] = ()
    keywords: Mapping[str, Value] = field(default_factory=dict)
    open: bool = False
    rest: tuple[Value, ...] = ()
    """Positional ones after an unknown number of others."""

    def get(self, index: int, keyword: str) -> Value | None:
        """Return the argument at a position or by keyword; Unknown where `*`/`**` may hold it; None where absent."""
        if 0 <= index < len(self.positional):
            return self.positional[index]
        found = self.keywords.get(keyword)
        return found if found is not None else (UNKNOWN if self.open else None)

    def values(self) -> Iterator[Value]:
        """Yield every argument."""
        return iter(self.all())

    def all(self) -> tuple[Value, ...]:
        """Return every argument."""
        if not self.rest and not self.keywords:
            return self.positional
        return (*self.positional, *self.rest, *self.keywords.values())


class Instance(Struct, eq=False):
    """An object: of a class of the project, or what calling a library's object gave."""

    type: ClassValue | External
    arguments: Arguments
    site: Site
    phase: Phase
    attributes: dict[str, Value] = field(default_factory=dict)
    attribute_sites: dict[str, Site] = field(default_factory=dict)
    conditions: Conditions = ()
    owner: Instance | ClassValue | Sequence | Dictionary | None = None
    record: object | None = None
    """What the framework keeps for this object (an application's or router's registrations)."""
    receiver: Value | None = None
    """The object whose method gave this one, for results of a library's method."""
    origin: Value | None = None


class Method(Struct, eq=False):
    """A function of the project bound to its first argument."""

    receiver: Value
    function: FunctionValue


class Member(Struct, eq=False):
    """An attribute of an object that a library defines: `engine.dispose`, `request.app`, `cache.get`."""

    receiver: Value
    name: str


class PartialValue(Struct, eq=False):
    """`functools.partial` of a value."""

    function: Value
    arguments: Arguments
    site: Site


class Awaitable(Struct, eq=False):
    """A coroutine or generator of the project that was made but not yet run."""

    function: FunctionValue
    arguments: Arguments
    receiver: Value | None
    site: Site


class TypeForm(Struct, eq=False):
    """A subscripted or united type: `Annotated[...]`, `list[str]`, `X | None`; `base` is "|" for a union."""

    base: Value | str
    arguments: tuple[Value, ...]


class OneOf(Struct, eq=False):
    """One of several values; which one the code does not tell."""

    options: tuple[Value, ...]


class SuperValue(Struct, eq=False):
    """What `super()` gives inside a method: the class to start after, and the object."""

    owner: ClassValue
    receiver: Value


Value = Union[  # noqa: UP007  # forward references
    Unknown,
    Literal,
    Sequence,
    Dictionary,
    ModuleValue,
    FunctionValue,
    ClassValue,
    External,
    Instance,
    Method,
    Member,
    PartialValue,
    Awaitable,
    TypeForm,
    OneOf,
    SuperValue,
]

MOST_OPTIONS = 6


def adopt(value: Value | None, holder: Value) -> None:
    """Let a container or object that was made for a request live as long as the shared one it is put into."""
    if isinstance(value, OneOf):
        for option in value.options:
            adopt(option, holder)
    if not isinstance(value, Sequence | Dictionary | Instance) or value is holder:
        return
    if not isinstance(holder, Sequence | Dictionary | Instance | ClassValue) or holder.phase is Phase.REQUEST:
        return
    if value.phase is not Phase.REQUEST or (isinstance(value, Instance) and isinstance(value.type, External)):
        return
    if isinstance(value, Instance) and value.origin is REQUEST_DATA:
        return
    value.phase = holder.phase
    if value.owner is None:
        value.owner = holder
    inner = (
        value.items
        if isinstance(value, Sequence)
        else [item for _, item in value.items]
        if isinstance(value, Dictionary)
        else list(value.attributes.values())
    )
    for item in inner:
        adopt(item, value)


def one_of(values: list[Value]) -> Value:
    """Return a value that stands for any of `values`: the only one, a `OneOf`, or Unknown for too many."""
    options: list[Value] = []
    for value in values:
        for option in value.options if isinstance(value, OneOf) else (value,):
            for known in options:
                if option is known or (option.__class__ is known.__class__ and _is_equal(option, known)):
                    break
            else:
                options.append(option)
    if len(options) == 1:
        return options[0]
    if not options or len(options) > MOST_OPTIONS:
        return UNKNOWN
    return OneOf(tuple(options))


def _is_equal(first: Value, second: Value) -> bool:
    """Return whether two values of one class are equal by what they hold, if that is all there is to them."""
    if isinstance(first, Literal) and isinstance(second, Literal):
        return first == second and type(first.value) is type(second.value)
    return isinstance(first, External) and first == second


def options_of(value: Value) -> tuple[Value, ...]:
    """Return what a value may be: its options, or itself alone."""
    return value.options if isinstance(value, OneOf) else (value,)


def truth(value: Value) -> bool | None:
    """Return whether a value is true, or None where the code does not tell."""
    match value:
        case Literal():
            return None if value.assumed else bool(value.value)
        case Sequence() | Dictionary():
            return None if value.open else bool(value.items)
        case FunctionValue() | ClassValue() | ModuleValue() | Method() | PartialValue() | Awaitable():
            return True
        case OneOf():
            found = {truth(option) for option in value.options}
            return found.pop() if len(found) == 1 else None
        case _:
            return None


def text_of(value: Value | None) -> str | None:
    """Return the text that a value is, or None."""
    return value.value if isinstance(value, Literal) and isinstance(value.value, str) else None


def same(first: Value, second: Value) -> bool:
    """Return whether two values are surely equal: the same object, or equal content all the way down."""
    try:
        return _same(first, second)
    except RecursionError:  # a container that holds itself
        return False


def _is_copy(first: Instance, second: Instance) -> bool:
    """Return whether one object is a copy of the other: a member of an enumeration as a default that may change."""
    if first.type is not second.type or first.arguments is not second.arguments:
        return False
    return first.attributes.keys() == second.attributes.keys() and all(
        isinstance(one, Literal) and isinstance(other, Literal) and one.value == other.value
        for one, other in zip(first.attributes.values(), second.attributes.values(), strict=True)
    )


def _same(first: Value, second: Value) -> bool:
    if first is second:
        return not isinstance(first, Unknown)
    match first, second:
        case (Literal(), Literal()):
            return first.value == second.value  # as keys, 1 is True too
        case (Instance(), Instance()):
            return _is_copy(first, second)
        case (External(), External()):
            return first.name == second.name
        case (Sequence(), Sequence()):
            return (
                first.kind == second.kind
                and not first.open
                and not second.open
                and len(first.items) == len(second.items)
                and all(map(same, first.items, second.items))
            )
        case (Method(), Method()):
            return first.function is second.function and same(first.receiver, second.receiver)
        case (Member(), Member()):
            return first.name == second.name and same(first.receiver, second.receiver)
        case (TypeForm(), TypeForm()):
            return (
                (
                    first.base == second.base
                    or (
                        not isinstance(first.base, str)
                        and not isinstance(second.base, str)
                        and same(first.base, second.base)
                    )
                )
                and len(first.arguments) == len(second.arguments)
                and all(map(same, first.arguments, second.arguments))
            )
        case _:
            return False
