"""How values are called: `module:qualname` for other programs, the bare name for people."""

from __future__ import annotations

from fastapi_lint.lifecycle.values import (
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Member,
    Method,
    ModuleValue,
    OneOf,
    PartialValue,
    Site,
    TypeForm,
    Value,
)


def full_name(value: Value) -> str:
    """Return `module:qualname` as Python's `__module__` and `__qualname__` give them, empty where neither is known."""
    match value:
        case FunctionValue() if isinstance(value.wrapped, FunctionValue):
            return full_name(value.wrapped)
        case FunctionValue() | ClassValue():
            return f"{value.module.name}:{value.qualname}"
        case Method():
            return full_name(value.function)
        case External():
            module, _, name = value.name.rpartition(".")
            return f"{module}:{name}"
        case Instance():
            return variable_name(value) or full_name(value.type)
        case PartialValue():
            return full_name(value.function)
        case Member():
            return f"{full_name(value.receiver)}.{value.name}"
        case TypeForm() if not isinstance(value.base, str):
            return full_name(value.base)
        case ModuleValue():
            return value.name
        case _:
            return ""


def short_name(value: Value) -> str:
    """Return the bare name that people use for a value."""
    match value:
        case OneOf():
            return short_name(value.options[0])
        case _:
            name = full_name(value)
            return name.rpartition(":")[2].replace("<locals>.", "").rpartition(".")[2] or name


def variable_name(value: Instance) -> str:
    """Return `module:variable` for an object bound to a module-level name."""
    origin = value.origin
    return origin.name if isinstance(origin, External) and ":" in origin.name else ""


def site_of(value: Value) -> Site | None:
    """Return where a value was defined or made, None for what the project does not hold."""
    match value:
        case FunctionValue() | ClassValue() | Instance() | PartialValue():
            return value.site
        case Method():
            return value.function.site
        case OneOf():
            return site_of(value.options[0])
        case _:
            return None
