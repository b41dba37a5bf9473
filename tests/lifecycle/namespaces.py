"""Runs a project in the replay and says whether a value of it can be what Python really made."""

from __future__ import annotations

import builtins
import functools
import inspect
import types
from typing import TYPE_CHECKING, Any

from fastapi_lint.facts.extract import extract
from fastapi_lint.knowledge.versions import Target
from fastapi_lint.lifecycle.replay import Replay
from fastapi_lint.lifecycle.symbols import ProjectIndex
from fastapi_lint.lifecycle.values import (
    Awaitable,
    ClassValue,
    Dictionary,
    External,
    FunctionValue,
    Instance,
    Literal,
    Method,
    ModuleValue,
    OneOf,
    PartialValue,
    Sequence,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = {"list": list, "tuple": tuple, "set": (set, frozenset)}


def replayed(files: Mapping[str, str], sources: tuple[str, ...] = (), root: str = "", main: str = "") -> Replay:
    """Return a replay over the texts of some files, with nothing imported yet."""
    facts = {path: extract(text) for path, text in files.items()}
    index = ProjectIndex(files, sources)
    replay = Replay(index, facts.get, index.search_path(root), Target.pinned({"fastapi": "0.165.0"}))
    replay.main = main
    return replay


def namespace(text: str) -> dict[str, Value]:
    """Return what a module of its own binds."""
    module = replayed({"module.py": text}).import_module("module")
    assert isinstance(module, ModuleValue)
    return module.namespace


def is_possible(value: Value, real: Any, depth: int = 0) -> bool:
    """Return whether a value of the replay may stand for an object: what is known has to be right."""
    if depth > 8:
        return True
    match value:
        case Literal():
            return value.assumed or (type(real) is type(value.value) and real == value.value)
        case OneOf():
            return any(is_possible(option, real, depth + 1) for option in value.options)
        case Sequence():
            return value.open or _is_possible_sequence(value, real, depth)
        case Dictionary():
            return _is_possible_dict(value, real, depth)
        case FunctionValue():
            return getattr(real, "__qualname__", None) in {value.qualname, _wrapped(value).qualname}
        case ClassValue():
            return isinstance(real, type) and real.__qualname__ == value.qualname
        case Instance(type=ClassValue() as owner):
            return type(real).__qualname__ == owner.qualname and all(
                is_possible(inner, getattr(real, name, None), depth + 1)
                for name, inner in value.attributes.items()
                if not name.startswith(".")
            )
        case External() if value.name.startswith("builtins."):
            return real is getattr(builtins, value.name[len("builtins.") :], None)
        case Method():
            return inspect.ismethod(real) and real.__qualname__ == value.function.qualname
        case PartialValue():
            return isinstance(real, functools.partial)
        case ModuleValue():
            return isinstance(real, types.ModuleType) and real.__name__ in {value.name, "__main__"}
        case Awaitable():
            return inspect.iscoroutine(real) or inspect.isgenerator(real) or inspect.isasyncgen(real)
        case _:
            return True


def _wrapped(value: FunctionValue) -> FunctionValue:
    return value.wrapped if isinstance(value.wrapped, FunctionValue) else value


def _is_possible_sequence(value: Sequence, real: Any, depth: int) -> bool:
    if not isinstance(real, KINDS[value.kind]) or len(real) != len(value.items):
        return False
    if value.kind != "set":
        return all(is_possible(item, one, depth + 1) for item, one in zip(value.items, real, strict=True))
    return all(any(is_possible(item, one, depth + 1) for item in value.items) for one in real)


def _is_possible_dict(value: Dictionary, real: Any, depth: int) -> bool:
    if not isinstance(real, dict):
        return False
    known = {key.value: item for key, item in value.items if isinstance(key, Literal) and not key.assumed}
    if not value.open and (len(value.items) != len(real) or list(known) != [key for key in real if key in known]):
        return False
    return all(is_possible(item, real[key], depth + 1) for key, item in known.items() if key in real)


def is_known(value: Value, depth: int = 0) -> bool:
    """Return whether a value is known all the way down."""
    match value:
        case Literal():
            return not value.assumed
        case Sequence():
            return depth > 8 or (not value.open and all(is_known(item, depth + 1) for item in value.items))
        case Dictionary():
            pairs = [one for pair in value.items for one in pair]
            return depth > 8 or (not value.open and all(is_known(one, depth + 1) for one in pairs))
        case Instance(type=ClassValue()):
            return depth > 8 or all(is_known(one, depth + 1) for one in value.attributes.values())
        case FunctionValue() | ClassValue() | Method() | PartialValue() | ModuleValue():
            return True
        case External():
            return value.name.startswith("builtins.")
        case _:
            return False


def shown(value: Value, depth: int = 0) -> str:
    """Return a value as people read it."""
    if depth > 4:
        return "..."
    match value:
        case Literal():
            return f"{value.value!r}{'?' if value.assumed else ''}"
        case OneOf():
            return " or ".join(shown(option, depth + 1) for option in value.options)
        case Sequence():
            items = ", ".join(shown(item, depth + 1) for item in value.items)
            return f"{value.kind}[{items}{' ...' if value.open else ''}]"
        case Dictionary():
            pairs = ", ".join(f"{shown(key, depth + 1)}: {shown(item, depth + 1)}" for key, item in value.items)
            return f"{{{pairs}{' ...' if value.open else ''}}}"
        case Instance():
            kind = value.type.qualname if isinstance(value.type, ClassValue) else value.type.name
            inner = ", ".join(f"{name}={shown(one, depth + 1)}" for name, one in value.attributes.items())
            return f"<{kind} {inner}>"
        case FunctionValue() | ClassValue():
            return value.qualname
        case ModuleValue() | External():
            return value.name
        case _:
            return type(value).__name__
