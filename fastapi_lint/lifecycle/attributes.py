"""Attributes of the replay: of modules, classes, their objects, bound methods and libraries' objects."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Final

from fastapi_lint.lifecycle.classes import (
    class_attribute,
    external_bases,
    field_default,
    has_fields,
    is_enum,
    is_field,
    is_settings,
    mro,
)
from fastapi_lint.lifecycle.effects import Slot
from fastapi_lint.lifecycle.evaluate import Evaluator, external_attribute, package_path
from fastapi_lint.lifecycle.framework import (
    framework_attribute,
    replace_in_router,
)
from fastapi_lint.lifecycle.registrations import AppRecord, RouterRecord
from fastapi_lint.lifecycle.values import (
    NONE,
    UNKNOWN,
    Arguments,
    Awaitable,
    ClassValue,
    Condition,
    Dictionary,
    External,
    FunctionValue,
    Instance,
    Literal,
    Member,
    Method,
    ModuleValue,
    OneOf,
    Phase,
    Sequence,
    Site,
    SuperValue,
    TypeForm,
    Unknown,
    Value,
    adopt,
    exclude_each_other,
    one_of,
    options_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_STATES: Final = (FunctionValue, ClassValue, ModuleValue, External, TypeForm, Method, Sequence, Dictionary, Member)
_NAMING: Final = frozenset({"__name__", "__qualname__", "__module__"})
SETTER: Final = "<setter>"
CACHED: Final = "<cached>"


class Attributes(Evaluator):
    """Looks up and sets attributes."""

    @abstractmethod
    def call_function(self, function: FunctionValue, arguments: Arguments, site: Site) -> Value:
        """Return what a call of a function gives."""

    def attribute(self, value: Value, name: str, site: Site) -> Value:
        """Return an attribute of a value."""
        handler = _ATTRIBUTE.get(value.__class__)
        return handler(self, value, name, site) if handler is not None else UNKNOWN

    def _external_attribute(self, value: External, name: str, _site: Site) -> Value:
        return external_attribute(value, name)

    def _sequence_attribute(self, value: Sequence, name: str, _site: Site) -> Value:
        return value.fields.get(name) or Member(value, name)

    def _member(self, value: Value, name: str, _site: Site) -> Value:
        return Member(value, name)

    def _attribute_of_one(self, value: OneOf, name: str, site: Site) -> Value:
        # None has no attributes: whatever goes on has another of the values.
        options = [option for option in value.options if option is not NONE] or list(value.options)
        return one_of([self.attribute(option, name, site) for option in options])

    def _form_attribute(self, value: TypeForm, name: str, site: Site) -> Value:
        return UNKNOWN if isinstance(value.base, str) else self.attribute(value.base, name, site)

    def _method_attribute(self, value: Method, name: str, _site: Site) -> Value:
        return value.receiver if name == "__self__" else Member(value.function, name)

    def _function_attribute(self, function: FunctionValue, name: str, _site: Site) -> Value:
        found = function.attributes.get(name)
        if found is not None:
            return found
        if name in _NAMING and not function.wrappers:
            wrapped = function.wrapped
            return _named(function, name) if wrapped is None else UNKNOWN
        return Member(function, name)

    def _module_attribute(self, module: ModuleValue, name: str, _site: Site) -> Value:
        found = module.namespace.get(name)
        if found is None and name == "__name__":
            return Literal(module.name)
        if found is None and name == "__path__" and module.is_package:
            return package_path(self, module)
        if found is None and module.is_package:
            found = self.import_module(f"{module.name}.{name}")
            if isinstance(found, External):
                found = None
        if found is None:
            return Unknown(f"`{name}` of `{module.name}`", self.site)
        if self.phase is Phase.REQUEST and not isinstance(found, (*_STATES, Instance)):
            self.read(Slot(module, name), "name")
        return found

    def _class_attribute(self, owner: ClassValue, name: str, site: Site) -> Value:
        if name in _NAMING:
            return _named(owner, name)
        found = class_attribute(owner, name)
        if found is None:
            return Member(owner, name) if any(external_bases(owner)) or name.startswith("__") else UNKNOWN
        value, holder = found
        if isinstance(value, FunctionValue):
            return Method(owner, value) if value.kind == "classmethod" else value
        if is_enum(owner):
            member = Instance(owner, Arguments((value,)), site, Phase.IMPORT, {"value": value, "name": Literal(name)})
            holder.namespace.setdefault(f".{name}", member)
            return holder.namespace[f".{name}"]
        if self.phase is Phase.REQUEST and not isinstance(value, _STATES):
            self.read(Slot(holder, name), "attribute")
        return value

    def _instance_attribute(self, instance: Instance, name: str, site: Site) -> Value:
        found = instance.attributes.get(name)
        if found is not None:
            if self.phase is Phase.REQUEST and not isinstance(found, _STATES):
                self.read(Slot(instance, name), "attribute")
            return found
        given = framework_attribute(instance, name)
        if given is not None:
            return given
        if isinstance(instance.type, ClassValue):
            return self._attribute_by_class(instance, instance.type, name, site)
        return Member(instance, name)

    def _attribute_by_class(self, instance: Instance, owner: ClassValue, name: str, site: Site) -> Value:
        found = class_attribute(owner, name)
        if found is None:
            if name == "__class__":
                return owner
            has_more = instance.record is not None or any(True for _ in external_bases(owner))
            return Member(instance, name) if has_more else UNKNOWN
        value, holder = found
        if isinstance(value, FunctionValue):
            return self._bound(value, instance, owner, name, site)
        if has_fields(owner):
            default = field_default(value, assumed=is_settings(owner))
            return self.own_copy(instance, owner, name, default) if default is value else default
        if self.phase is Phase.REQUEST and not isinstance(value, _STATES):
            self.read(Slot(holder, name), "attribute")
        return value

    @staticmethod
    def own_copy(instance: Instance, owner: ClassValue, name: str, default: Value) -> Value:
        """Return the container that an object made from fields gets of its own where its class states one."""
        if not isinstance(default, Sequence | Dictionary) or not is_field(owner, name):
            return default
        kept = list(default.items)
        copy: Sequence | Dictionary = (
            Sequence(default.kind, kept, default.site, instance.phase, open=default.open)  # type: ignore[arg-type]
            if isinstance(default, Sequence)
            else Dictionary(kept, default.site, instance.phase, open=default.open)  # type: ignore[arg-type]
        )
        copy.owner = instance
        instance.attributes[name] = copy
        return copy

    def _bound(self, value: FunctionValue, receiver: Value, owner: ClassValue, name: str, site: Site) -> Value:
        """Return what a function of a class gives as an attribute of an object."""
        if value.kind == "property":
            made = self.call_function(value, Arguments((receiver,)), site)
            if CACHED in value.attributes and isinstance(receiver, Instance) and self.phase is receiver.phase:
                receiver.attributes[name] = made
            return made
        if value.kind == "staticmethod":
            return value
        return Method(owner if value.kind == "classmethod" else receiver, value)

    def _super_attribute(self, value: SuperValue, name: str, site: Site) -> Value:
        receiver = value.receiver
        kind = receiver.type if isinstance(receiver, Instance) else receiver
        start = kind if isinstance(kind, ClassValue) else value.owner
        chain = list(mro(start))
        after = chain[chain.index(value.owner) + 1 :] if value.owner in chain else []
        for owner in after:
            found = owner.namespace.get(name)
            if isinstance(found, FunctionValue):
                return self._bound(found, receiver, start, name, site)
            if found is not None:
                return found
        return self._member_of_library(receiver, name, site)

    @staticmethod
    def _member_of_library(receiver: Value, name: str, _site: Site) -> Value:
        return Member(receiver, name)

    def find_in_class(self, value: Value, name: str) -> Value | None:
        """Return a bound method that a project's class gives its objects; None where it gives none."""
        if isinstance(value, Instance) and isinstance(value.type, ClassValue):
            found = class_attribute(value.type, name)
            if found is not None and isinstance(found[0], FunctionValue):
                return Method(value, found[0])
        return None

    def set_attribute(self, target: Value, name: str, value: Value) -> None:
        """Set an attribute, noting the change of anything that outlives the request."""
        options = options_of(target)
        is_told = len(options) == 1 or are_apart(list(options))
        for index, option in enumerate(options):
            if not is_told:
                with self.under(Condition(self.site, index)):
                    self.set_attribute(option, name, value)
            elif isinstance(option, Instance):
                self._set_on_instance(option, name, value)
            elif isinstance(option, ModuleValue | ClassValue):
                self.write(Slot(option, name), self.binding, value)
                inherited = class_attribute(option, name) if isinstance(option, ClassValue) else None
                old = inherited[0] if inherited is not None else None
                self._rebind(option.namespace, name, value, old, weak=self.is_weak(option))
            elif isinstance(option, FunctionValue):
                self._rebind(option.attributes, name, value, None, weak=self.is_weak(option))

    def _set_on_instance(self, instance: Instance, name: str, value: Value) -> None:
        given = class_attribute(instance.type, name) if isinstance(instance.type, ClassValue) else None
        setter = given[0].attributes.get(SETTER) if given and isinstance(given[0], FunctionValue) else None
        if isinstance(setter, FunctionValue):
            self.call_function(setter, Arguments((instance, value)), self.site)
            return
        record = instance.record
        if isinstance(record, AppRecord):
            self._set_on_app(record, name, value)
        elif isinstance(record, RouterRecord) and name in {"routes", "prefix", "dependencies"}:
            replace_in_router(self, record, name, value)
        elif isinstance(record, RouterRecord) and name == "lifespan_context":
            record.lifespan = value
            if isinstance(instance.owner, Instance) and isinstance(instance.owner.record, AppRecord):
                instance.owner.record.lifespan = value
        self.write(Slot(instance, name), self.binding, value)
        inherited = class_attribute(instance.type, name) if isinstance(instance.type, ClassValue) else None
        old = inherited[0] if inherited is not None else None
        self._rebind(instance.attributes, name, value, old, weak=self.is_weak(instance))
        instance.attribute_sites.setdefault(name, self.site)
        if self.phase is Phase.REQUEST:
            adopt(value, instance)
        if isinstance(value, Sequence | Dictionary | Instance) and value.owner is None and value is not instance:
            value.owner = instance

    def _set_on_app(self, record: AppRecord, name: str, value: Value) -> None:
        if name == "user_middleware":
            record.unresolved.append(("`user_middleware` is replaced", self.site))
        elif name == "dependency_overrides" and isinstance(value, Dictionary):
            record.overrides = value
        elif name in {"middleware_stack", "router", "routes"}:
            record.unresolved.append((f"`{name}` is replaced", self.site))

    def _rebind(
        self, names_: dict[str, Value], name: str, value: Value, inherited: Value | None, *, weak: bool
    ) -> None:
        old = names_.get(name)
        if old is None and inherited is not None:
            old = one_of([inherited, UNKNOWN])  # what a class gives may change yet
        names_[name] = self.perhaps(old, value) if weak and old is not None else value


_ATTRIBUTE: Final[Mapping[type, Callable[..., Value]]] = {
    Instance: Attributes._instance_attribute,
    External: Attributes._external_attribute,
    ModuleValue: Attributes._module_attribute,
    ClassValue: Attributes._class_attribute,
    Sequence: Attributes._sequence_attribute,
    Dictionary: Attributes._member,
    Member: Attributes._member,
    Literal: Attributes._member,
    Awaitable: Attributes._member,
    OneOf: Attributes._attribute_of_one,
    FunctionValue: Attributes._function_attribute,
    SuperValue: Attributes._super_attribute,
    TypeForm: Attributes._form_attribute,
    Method: Attributes._method_attribute,
}


def are_apart(values: list[Value]) -> bool:
    """Return whether objects were made in different arms of a branch: each that is there is the one that is meant."""
    made = [value.conditions for value in values if isinstance(value, Instance)]
    pairs = [(one, other) for index, one in enumerate(made) for other in made[:index]]
    return len(made) == len(values) and all(exclude_each_other(*pair) for pair in pairs)


def _named(value: FunctionValue | ClassValue, name: str) -> Value:
    names_ = {"__name__": value.name, "__qualname__": value.qualname, "__module__": value.module.name}
    return Literal(names_[name])
