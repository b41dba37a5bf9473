"""What values are to the processes that hold them: data that requests mean to share, or handles of one process."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from fastapi_lint.knowledge import resources
from fastapi_lint.lifecycle.classes import external_bases, has_fields, is_enum
from fastapi_lint.lifecycle.values import (
    REQUEST_DATA,
    Awaitable,
    ClassValue,
    Dictionary,
    External,
    FunctionValue,
    Instance,
    Literal,
    Member,
    Method,
    ModuleValue,
    OneOf,
    PartialValue,
    Sequence,
    TypeForm,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastapi_lint.lifecycle.values import Arguments

_DEEPEST = 5


class Kind(Enum):
    """What a value is to the process that holds it."""

    EMPTY = 0
    """None: nothing was put."""
    DATA = 1
    """Texts, numbers, rows, models: other processes would want to see it."""
    HANDLE = 2
    """A function, class, client, task, lock or compiled object: each process has its own."""
    OBJECT = 3
    """An object of a plain class of the project, which may be either."""
    UNKNOWN = 4


def kind_of(value: Value, depth: int = 0) -> Kind:
    """Return what a value is; `UNKNOWN` where the code does not tell."""
    match value:
        case Literal():
            return Kind.EMPTY if value.value is None else Kind.DATA
        case FunctionValue() | ClassValue() | ModuleValue() | Method() | PartialValue() | Awaitable() | TypeForm():
            return Kind.HANDLE
        case External():
            return Kind.HANDLE
        case Instance():
            return _kind_of_instance(value, depth)
        case Member():
            return Kind.DATA if isinstance(value.receiver, Instance) else Kind.UNKNOWN
        case OneOf():
            return _together({kind_of(option, depth) for option in value.options})
        case Sequence():
            return _kind_of_items(value.items, depth)
        case Dictionary():
            return _kind_of_items([item for _, item in value.items], depth)
        case _:
            return Kind.UNKNOWN


def _together(kinds: set[Kind]) -> Kind:
    for kind in (Kind.DATA, Kind.OBJECT, Kind.HANDLE, Kind.UNKNOWN):
        if kind in kinds:
            return kind
    return Kind.EMPTY


def _kind_of_items(items: list[Value], depth: int) -> Kind:
    if not items or depth > _DEEPEST:
        return Kind.DATA
    kind = _together({kind_of(item, depth + 1) for item in items})
    return Kind.DATA if kind is Kind.EMPTY else kind


def _kind_of_instance(value: Instance, depth: int) -> Kind:
    if value.origin is REQUEST_DATA:
        return Kind.DATA
    if isinstance(value.type, External):
        return kind_by_name(value.type.name, has_receiver=value.receiver is not None)
    owner = value.type
    if has_fields(owner) or is_enum(owner):
        return Kind.DATA
    if any(base and kind_by_name(base, has_receiver=False) is Kind.HANDLE for base in external_bases(owner)):
        return Kind.HANDLE
    if depth < _DEEPEST and any(kind_of(item, depth + 2) is Kind.HANDLE for item in value.attributes.values()):
        return Kind.HANDLE
    return Kind.OBJECT


def kind_by_name(name: str, *, has_receiver: bool) -> Kind:
    """Return what a library's call gives, judged by its name: classes give handles, functions and methods data."""
    last = name.rpartition(".")[2]
    if last in resources.PASSES:
        return Kind.UNKNOWN
    if last in resources.TASKS or last in resources.LOCKS or name in resources.RESOURCES:
        return Kind.HANDLE
    if last in resources.HANDLE_MAKERS:
        return Kind.HANDLE
    if name in resources.NO_HANDLES or any(word in last for word in resources.MEMORY_WORDS):
        return Kind.DATA
    is_class = last[:1].isupper() and not has_receiver
    return Kind.HANDLE if is_class and name.partition(".")[0] not in resources.DATA_MODULES else Kind.DATA


def is_composed(value: Value) -> bool:
    """Return whether a value has room for a time beside what it is about."""
    match value:
        case Sequence() | Dictionary():
            return len(value.items) > 1
        case OneOf():
            return any(is_composed(option) for option in value.options)
        case _:
            return False


def comes_from_request(value: Value, depth: int = 0) -> bool:
    """Return whether a value is surely made of what a request brought."""
    if depth > _DEEPEST + 1:
        return False
    match value:
        case Instance():
            if value.origin is REQUEST_DATA:
                return True
            parts = [*value.arguments.values()] if isinstance(value.type, External) else []
            if value.receiver is not None:
                parts.append(value.receiver)
            return any(comes_from_request(part, depth + 1) for part in parts)
        case Member():
            return comes_from_request(value.receiver, depth + 1)
        case OneOf():
            return any(comes_from_request(option, depth + 1) for option in value.options)
        case Sequence():
            return any(comes_from_request(item, depth + 1) for item in value.items)
        case Dictionary():
            return any(comes_from_request(item, depth + 1) for _, item in value.items)
        case _:
            return False


def holds(value: Value, wanted: str, depth: int = 0) -> bool:
    """Return whether a value is, or has within it, an object of a library's class."""
    if depth > _DEEPEST - 1:
        return False
    match value:
        case Instance():
            if isinstance(value.type, External) and value.type.name == wanted:
                return True
            return any(holds(item, wanted, depth + 1) for item in value.attributes.values())
        case OneOf():
            return any(holds(option, wanted, depth + 1) for option in value.options)
        case Sequence():
            return any(holds(item, wanted, depth + 1) for item in value.items)
        case Dictionary():
            return any(holds(part, wanted, depth + 1) for pair in value.items for part in pair)
        case _:
            return False


def has_argument(arguments: Arguments, wanted: int) -> bool:
    """Return whether a number is among the arguments of a call."""
    return any(isinstance(value, Literal) and value.value == wanted for value in arguments.values())


def is_known(value: Value) -> bool:
    """Return whether the code tells anything about a value."""
    return not isinstance(value, Unknown)
