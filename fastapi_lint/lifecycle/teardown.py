"""What kind of callable a dependency is, and when the exit code of those with `yield` runs.

Exit code runs after the response up to FastAPI 0.105, before it from 0.106.0 to 0.117.1, and after it again from
0.118.0 on (`fastapi/routing.py`, `request_response`), where since 0.121.0 `scope="function"` asks for before it.
Within each it runs in the reverse of the order of entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from typing import Literal as Word

from msgspec import Struct

from fastapi_lint.facts import model as m
from fastapi_lint.knowledge.versions import Target
from fastapi_lint.lifecycle.classes import class_attribute
from fastapi_lint.lifecycle.dependencies import Dependency, is_generator
from fastapi_lint.lifecycle.values import (
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Member,
    Method,
    PartialValue,
    TypeForm,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind = Word["function", "coroutine", "generator", "async_generator", "class", "instance", "external", "unknown"]
When = Word["before_response", "after_response"]


class Exit(Struct, frozen=True):
    """The exit code of one call: the place of the call among those of the request, and when it runs."""

    index: int
    when: When


def kind_of(call: Value) -> Kind:
    """Return the kind of a callable: a partial or a method is what it calls, `external` is a library's function."""
    match call:
        case FunctionValue():
            inner = call.wrapped if isinstance(call.wrapped, FunctionValue) else call
            return _kind_of_function(inner)
        case Method():
            return kind_of(call.function)
        case PartialValue():
            return kind_of(call.function)
        case ClassValue():
            return "class"
        case Instance():
            return "instance"
        case TypeForm() if not isinstance(call.base, str):
            return "class"
        case External() | Member():
            return "external"
        case _:
            return "unknown"


def _kind_of_function(function: FunctionValue) -> Kind:
    definition = function.definition
    if not isinstance(definition, m.Function):
        return "function"
    if definition.is_generator:
        return "async_generator" if definition.is_async else "generator"
    return "coroutine" if definition.is_async else "function"


def exits_of(uses: Sequence[Dependency], target: Target) -> list[Exit]:
    """Return the exit code of a request's calls in the order in which it runs, by the target's newest version."""
    version = str(target.newest("fastapi"))
    pinned = Target.pinned({"fastapi": version})
    default: When = "before_response" if _holds(pinned, ">=0.106.0,<0.118.0") else "after_response"
    unwraps = _holds(pinned, ">=0.123.6")
    early: list[Exit] = []
    late: list[Exit] = []
    for index, use in enumerate(uses):
        if not is_generator(use.call, unwraps=unwraps):
            continue
        is_early = use.scope == "function" and _holds(pinned, ">=0.121.0")
        (early if is_early else late).append(Exit(index, "before_response" if is_early else default))
    return [*reversed(early), *reversed(late)]


def _holds(target: Target, specifier: str) -> bool:
    return target.holds("fastapi", specifier).value == "yes"


def definition_of(call: Value) -> FunctionValue | None:
    """Return the function of the project that runs when a dependency is called, None where there is none."""
    match call:
        case FunctionValue():
            return call.wrapped if isinstance(call.wrapped, FunctionValue) else call
        case Method() | PartialValue():
            return definition_of(call.function)
        case Instance() if isinstance(call.type, ClassValue):
            found = class_attribute(call.type, "__call__")
            return definition_of(found[0]) if found is not None else None
        case ClassValue():
            found = class_attribute(call, "__init__")
            return definition_of(found[0]) if found is not None else None
        case _:
            return None
