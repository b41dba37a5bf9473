"""Classes of the replay: the order in which bases are searched, fields that make constructors, bases of libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi_lint.facts import model as m
from fastapi_lint.lifecycle.nodes import nodes_of
from fastapi_lint.lifecycle.values import (
    UNKNOWN,
    Arguments,
    ClassValue,
    External,
    Frame,
    FunctionValue,
    Instance,
    Literal,
    OneOf,
    TypeForm,
    Unknown,
    Value,
    same,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_MODELS: Final = frozenset({"pydantic.BaseModel", "pydantic.main.BaseModel", "sqlmodel.SQLModel"})
_SETTINGS: Final = frozenset({"pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.v1.BaseSettings"})
_ENUMS: Final = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"})
_DATACLASSES: Final = frozenset({"dataclasses.dataclass", "pydantic.dataclasses.dataclass", "attrs.define", "attr.s"})


def mro(owner: ClassValue) -> Iterator[ClassValue]:
    """Yield a class and its bases of the project in the order in which attributes are looked up."""
    if not owner.line:
        owner.line = tuple(_linear(owner, ()))
    yield from owner.line


def _linear(owner: ClassValue, above: tuple[ClassValue, ...]) -> list[ClassValue]:
    """Return Python's order of a class and its bases (C3), as far as the project has them."""
    forms = [base.base if isinstance(base, TypeForm) else base for base in owner.bases]
    bases = [base for base in forms if isinstance(base, ClassValue) and base is not owner and base not in above]
    lines = [list(base.line) if base.line else _linear(base, (*above, owner)) for base in bases]
    if len(lines) <= 1:
        return [owner, *(lines[0] if lines else ())]
    order = [owner]
    pending = [*lines, bases]
    while pending:
        heads = [line[0] for line in pending]
        tails = [one for line in pending for one in line[1:]]
        # Where Python would refuse the bases, any order will do.
        first = next((head for head in heads if head not in tails), heads[0])
        order.append(first)
        pending = [rest for line in pending if (rest := [one for one in line if one is not first])]
    return order


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
    for current in owner.line or mro(owner):
        found = current.namespace.get(name)
        if found is not None:
            return found, current
    return None


def is_made_plainly(value: Value) -> bool:
    """Return whether a class can be made without arguments, as far as its own `__init__` says."""
    made = class_attribute(value, "__init__") if isinstance(value, ClassValue) else None
    if made is None:
        return True
    definition = made[0].definition if isinstance(made[0], FunctionValue) else None
    params = definition.params[1:] if definition is not None else ()
    return definition is not None and all(
        one.default is not None or one.kind in {"star", "double_star"} for one in params
    )


def is_settings(owner: ClassValue) -> bool:
    """Return whether objects of the class take their values from the environment."""
    return any(name in _SETTINGS for name in external_bases(owner))


def is_enum(owner: ClassValue) -> bool:
    """Return whether the class is an enumeration."""
    return any(name in _ENUMS for name in external_bases(owner))


def enum_members(owner: ClassValue) -> list[str]:
    """Return the names of an enumeration's members in order, those that are other names of one left out."""
    names: list[str] = []
    literals: set[object] = set()
    others: list[Value] = []
    for name, value in owner.namespace.items():
        if name.startswith((".", "_")) or isinstance(value, FunctionValue | ClassValue):
            continue
        if isinstance(value, Literal):
            if value.value in literals:
                continue
            literals.add(value.value)
        elif any(same(value, known) for known in others):
            continue
        else:
            others.append(value)
        names.append(name)
    return names


def has_attribute(target: Value, name: str) -> bool | None:
    """Return whether an object surely has an attribute or surely has not, None where the code does not tell."""
    owner = target if isinstance(target, ClassValue) else target.type if isinstance(target, Instance) else None
    if isinstance(target, Instance) and name in target.attributes:
        return True
    if not isinstance(owner, ClassValue):
        return None
    if class_attribute(owner, name) is not None:
        return True
    is_plain = next(external_bases(owner), None) is None and not owner.wrappers and not name.startswith("__")
    is_plain &= not any(isinstance(base, Unknown | OneOf) for one in mro(owner) for base in one.bases)
    is_plain &= class_attribute(owner, "__getattr__") is None and class_attribute(owner, "__getattribute__") is None
    return False if is_plain and not (isinstance(target, Instance) and target.record is not None) else None


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


def is_field(owner: ClassValue, name: str) -> bool:
    """Return whether a class that is made from annotated names has one of this name that belongs to its objects."""
    for current in mro(owner):
        for statement in current.definition.body:
            if isinstance(statement, m.Assign) and statement.annotation is not None:
                if m.Name(name) in statement.targets:
                    return not any(_is_class_variable(node) for node in nodes_of(statement.annotation))
    return False


def _is_class_variable(node: m.Node) -> bool:
    return "ClassVar" in (node.id if isinstance(node, m.Name) else getattr(node, "name", ""))


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
    if assumed and isinstance(value, Instance) and isinstance(value.type, ClassValue) and is_enum(value.type):
        kept = {
            name: Literal(one.value, assumed=True) if isinstance(one, Literal) else one
            for name, one in value.attributes.items()
        }
        return Instance(value.type, value.arguments, value.site, value.phase, kept)
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
