"""Where the definitions behind values stand, from the first line to the last."""

from __future__ import annotations

from typing import Final

from fastapi_lint.core.span import Location, Span
from fastapi_lint.facts import model as m
from fastapi_lint.lifecycle.teardown import definition_of
from fastapi_lint.lifecycle.values import ClassValue, FunctionValue, Instance, PartialValue, Value, options_of

_BLOCKS: Final = ("orelse", "final", "handlers", "cases", "body")


def extent_of(value: Value) -> Location | None:
    """Return the place of a whole function or class of the project, None for anything else.

    An object of a class of the project stands for the class, a partial for what it calls.
    """
    value = options_of(value)[0]
    if isinstance(value, PartialValue):
        return extent_of(value.function)
    if isinstance(value, Instance):
        return extent_of(value.type)
    found = value if isinstance(value, ClassValue) else definition_of(value)
    if not isinstance(found, ClassValue | FunctionValue):
        return None
    definition = found.definition
    return Location(found.module.path, Span(definition.start, _end(definition)))


def _end(node: object) -> int:
    """Return where a statement ends with all that is indented below it."""
    last = getattr(node, "end", 0)
    for name in _BLOCKS:
        block = getattr(node, name, None)
        if isinstance(block, tuple) and block and isinstance(block[-1], m.Node):
            last = max(last, _end(block[-1]))
    return int(last)
