"""Classes of the replay: the order in which bases are searched, fields that make constructors, bases of libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi_lint.facts import model as m
from fastapi_lint.lifecycle.values import (
    UNKNOWN,
    Arguments,
    ClassValue,
    External,
    Frame,
    Instance,
    Literal,
    TypeForm,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_MODELS: Final = frozenset({"pydantic.BaseModel", "pydantic.main.BaseModel", "sqlmodel.SQLModel"})
_SETTINGS: Final = frozenset({"pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.v1.BaseSettings"})
_ENUMS: Final = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"})
_DATACLASSES: Final = frozenset({"dataclasses.dataclass", "pydantic.dataclasses.dataclass", "attrs.define", "attr.s"})


def mro(owner: ClassValue) -> Iterator[ClassValue]:
    """Yield a class and its bases of the project in the order in which attributes are looked up."""
    seen: set[int] = set()
    pending: list[Value] = [owner]
    while pending:
        current = pending.pop(0)
        if isinstance(current, TypeForm) and not isinstance(current.base, str):
            current = current.base
        if isinstance(current, ClassValue) and id(current) not in seen:
            seen.add(id(current))
            yield current
            pending = [*current.bases, *pending]


def external_bases(owner: ClassValue) -> Iterator[str]:
    """Yield the names of the libraries' classes among the bases; an unknown base as an empty name."""
    for current in mro(owner):
        for base in current.bases:
            form = base.base if isinstance(base, TypeForm) and not isinstance(base.base, str) else base
            if isinstance(form, External):
                yield form.name
            elif not isinstance(form, ClassValue):
                yield ""


def class_attribute(owner: ClassValue, name: str) -> tuple[Value, ClassValue] | None:
    """Return an attribute found along the bases, with the class that has it."""
    for current in mro(owner):
        found = current.namespace.get(name)
        if found is not None:
            return found, current
    return None


def is_settings(owner: ClassValue) -> bool:
    """Return whether objects of the class take their values from the environment."""
    return any(name in _SETTINGS for name in external_bases(owner))


def is_enum(owner: ClassValue) -> bool:
    """Return whether the class is an enumeration."""
    return any(name in _ENUMS for name in external_bases(owner))


def has_fields(owner: ClassValue) -> bool:
    """Return whether the constructor is made from the annotated names (dataclass, pydantic, NamedTuple)."""
    if any(name in _MODELS or name in _SETTINGS or name == "typing.NamedTuple" for name in external_bases(owner)):
        return True
    return any(_wrapper_name(wrapper) in _DATACLASSES for current in mro(owner) for wrapper in current.wrappers)


def fields(owner: ClassValue) -> Iterator[tuple[str, m.Assign, ClassValue]]:
    """Yield the annotated names of a class and its bases, bases first, each once."""
    seen: set[str] = set()
    for current in reversed(list(mro(owner))):
        for statement in current.definition.body:
            if isinstance(statement, m.Assign) and statement.annotation is not None:
                target = statement.targets[0]
                if isinstance(target, m.Name) and target.id not in seen:
                    seen.add(target.id)
                    yield target.id, statement, current


def field_values(owner: ClassValue, arguments: Arguments) -> dict[str, Value]:
    """Return the attributes that a constructor made from fields gives an object."""
    names = [name for name, _, _ in fields(owner)]
    assumed = is_settings(owner)
    out: dict[str, Value] = {}
    for index, name in enumerate(names):
        given = arguments.get(index, name)
        if given is not None:
            out[name] = given
            continue
        default = class_attribute(owner, name)
        out[name] = field_default(default[0], assumed=assumed) if default is not None else UNKNOWN
    return out


def field_default(value: Value, *, assumed: bool) -> Value:
    """Return the default that a field's class-level value stands for: `Field(default=…)` is looked into."""
    if (
        isinstance(value, Instance)
        and isinstance(value.type, External)
        and value.type.name.endswith((".Field", ".field"))
    ):
        value = value.arguments.get(0, "default") or UNKNOWN
    if assumed and isinstance(value, Literal):
        return Literal(value.value, assumed=True)
    return value


def default_factory(value: Value) -> Value | None:
    """Return the `default_factory` of a field's class-level value, None where it has none."""
    if (
        isinstance(value, Instance)
        and isinstance(value.type, External)
        and value.type.name.endswith((".Field", ".field"))
    ):
        return value.arguments.keywords.get("default_factory")
    return None


def _wrapper_name(wrapper: Value) -> str:
    if isinstance(wrapper, Instance) and isinstance(wrapper.type, External):
        return wrapper.type.name
    return wrapper.name if isinstance(wrapper, External) else ""


def field_scope(owner: ClassValue) -> Frame | None:
    """Return the scope in which the annotations of a class are evaluated, if the class was run."""
    return owner.annotations.get("")
