"""Calls of the replay: functions, classes, bound methods, libraries' objects, decorators."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import nullcontext
from typing import TYPE_CHECKING, Final

from fastapi_lint.facts import model as m
from fastapi_lint.knowledge import framework as names
from fastapi_lint.lifecycle.annotated import as_annotated, as_yielded
from fastapi_lint.lifecycle.attributes import CACHED, SETTER, Attributes, are_apart
from fastapi_lint.lifecycle.builtin_calls import CALLS
from fastapi_lint.lifecycle.classes import (
    class_attribute,
    default_factory,
    enum_members,
    external_bases,
    field_values,
    has_fields,
    is_enum,
)
from fastapi_lint.lifecycle.containers import CHANGES, LOOKS, container_method, text_method
from fastapi_lint.lifecycle.effects import Activation, Edge, Yielded
from fastapi_lint.lifecycle.evaluate import type_name
from fastapi_lint.lifecycle.framework import (
    change_routes,
    framework_call,
    make_app,
    make_router,
)
from fastapi_lint.lifecycle.machine import DEEPEST, DEEPEST_SERVING, Leave, Thrown
from fastapi_lint.lifecycle.mappings import put
from fastapi_lint.lifecycle.registrations import AppRecord, RouterRecord
from fastapi_lint.lifecycle.values import (
    NONE,
    REQUEST_DATA,
    UNKNOWN,
    Arguments,
    Awaitable,
    ClassValue,
    Condition,
    Dictionary,
    External,
    Frame,
    FunctionValue,
    Instance,
    Literal,
    Member,
    Method,
    ModuleValue,
    OneOf,
    PartialValue,
    Phase,
    Sequence,
    Site,
    TypeForm,
    Unknown,
    Value,
    one_of,
    options_of,
    same,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_RUN: Final[frozenset[type]] = frozenset({Awaitable, Sequence, FunctionValue, Method, PartialValue, OneOf})
"""What a library function may be given to run."""
_MANAGERS: Final = frozenset({"contextlib.contextmanager", "contextlib.asynccontextmanager"})
_MOST_REMEMBERED: Final = 64
_CACHES: Final = frozenset({"functools.lru_cache", "functools.cache", "async_lru.alru_cache"})
_PASSES_ARGUMENTS: Final[Mapping[str, int]] = {
    "add_task": 1,
    "run_in_threadpool": 1,
    "to_thread": 1,
    "submit": 1,
    "run_in_executor": 2,
    "run_sync": 1,
    "call_soon": 1,
    "call_later": 2,
}
"""Library functions that call a function given to them with the arguments after it."""


class Invoker(Attributes):
    """Makes calls."""

    @abstractmethod
    def execute(self, body: tuple[m.Stmt, ...], frame: Frame) -> Leave:
        """Run statements in a scope until one leaves; return how."""

    def call(self, function: Value, arguments: Arguments, site: Site) -> Value:
        """Return what calling a value gives, having done what the call does."""
        handler = _CALL.get(function.__class__)
        if handler is not None:
            return handler(self, function, arguments, site)
        self.run_callbacks(arguments, site, "")
        return UNKNOWN

    def _call_method(self, method: Method, arguments: Arguments, site: Site) -> Value:
        bound = Arguments((method.receiver, *arguments.positional), arguments.keywords, arguments.open)
        return self.call_function(method.function, bound, site)

    def _call_form(self, form: TypeForm, arguments: Arguments, site: Site) -> Value:
        if not isinstance(form.base, str):
            return self.call(form.base, arguments, site)
        self.run_callbacks(arguments, site, "")
        return UNKNOWN

    def _call_one_of(self, function: OneOf, arguments: Arguments, site: Site) -> Value:
        """Call each of several values of which one is called; those that surely raise give nothing."""
        results: list[Value] = []
        is_told = are_apart([option.receiver if isinstance(option, Member) else option for option in function.options])
        for index, option in enumerate(function.options):
            with nullcontext() if is_told else self.under(Condition(site, index)):
                try:
                    results.append(self.call(option, arguments, site))
                except Thrown:
                    results.append(UNKNOWN)
        return one_of(results)

    def _call_partial(self, partial: PartialValue, arguments: Arguments, site: Site) -> Value:
        bound = partial.arguments
        merged = Arguments(
            (*bound.positional, *arguments.positional),
            {**bound.keywords, **arguments.keywords},
            bound.open or arguments.open,
        )
        return self.call(partial.function, merged, site)

    def call_function(self, function: FunctionValue, arguments: Arguments, site: Site) -> Value:
        """Call a function of the project; coroutines and generators are made, not run."""
        definition = function.definition
        if isinstance(definition, m.Function) and (definition.is_async or definition.is_generator):
            return Awaitable(function, arguments, None, site)
        cached = self._memoised(function, arguments)
        if cached is not None:
            return cached
        result = self.run_function(function, arguments, site)
        if function.memo is not None and self.phase is not Phase.REQUEST and len(function.memo) < _MOST_REMEMBERED:
            function.memo.append((_cache_key(arguments), result))
        return result

    def _memoised(self, function: FunctionValue, arguments: Arguments) -> Value | None:
        if function.memo is None:
            return None
        given = _cache_key(arguments)
        for known, result in function.memo:
            if len(known) == len(given) and all(map(same, known, given)):
                if self.phase is Phase.REQUEST:
                    self.read(function, "cached call")
                return result
        return None

    def resolve_awaitable(self, value: Value, site: Site, via: str = "") -> Value:
        """Run a coroutine or generator that was made earlier; any other value is returned as is."""
        if isinstance(value, OneOf):
            return one_of([self.resolve_awaitable(option, site, via) for option in value.options])
        if isinstance(value, Awaitable):
            return self.run_function(value.function, value.arguments, site, via)
        return value

    def run_function(self, function: FunctionValue, arguments: Arguments, site: Site, via: str = "") -> Value:
        """Run a function's body, whatever kind of function it is, and return what it returns or yields."""
        definition = function.definition
        if self.phase is not Phase.IMPORT:
            if function.memo is not None:
                self.read(function, "cached call")
            key = self._memo_key(function, arguments)
            known = self.memo.get(key)
            if known is not None:
                self.activation.calls.append(Edge(known, site, via))
                return known.result or UNKNOWN
        deepest = DEEPEST if self.phase is Phase.IMPORT else DEEPEST_SERVING
        if self.is_spent() or self.depth >= deepest or self.running.count(definition) > 2:
            return UNKNOWN
        caller = self.activation
        activation = Activation(function, self.phase, site, caller)
        caller.calls.append(Edge(activation, site, via))
        self.activation = activation
        if self.phase is not Phase.IMPORT:
            self.memo[key] = activation
        self.depth += 1
        self.running.append(definition)
        before = self.conditions
        try:
            result = self._run_body(function, arguments)
        finally:
            self.depth -= 1
            self.running.pop()
            if self.conditions is not before:
                kept = (one for one in self.conditions if one not in before and self._is_caught(one))
                self.conditions = (*before, *kept)
            activation.is_done = True
            self.activation = caller
        activation.result = result
        if function.memo is not None and self.phase is Phase.REQUEST:
            # What a memoised function makes for a request stays for all that follow, known by the function's name.
            _keep(result)
            if isinstance(result, Instance) and result.origin is None:
                result.site = function.site
                result.origin = External(f"{function.module.name}:{function.qualname}")
        return result

    def _is_caught(self, condition: Condition) -> bool:
        """Return whether a condition says that nothing was raised, in the `try` of a caller."""
        return any(condition in catcher.conditions for catcher in self.catchers)

    def _memo_key(self, function: FunctionValue, arguments: Arguments) -> tuple[object, ...]:
        scope = 0 if function.scope.function is None else id(function.scope)
        given = tuple(_identity(value) for value in arguments.positional)
        words = tuple((word, _identity(value)) for word, value in arguments.keywords.items())
        return self.phase.value, id(function.definition), scope, given, words

    def _run_body(self, function: FunctionValue, arguments: Arguments) -> Value:
        definition = function.definition
        frame = Frame(function.module, {}, function.scope, function=function)
        frame.qualname = f"{function.qualname}.<locals>"
        self.bind_parameters(function, arguments, frame)
        if isinstance(definition, m.Lambda):
            return self.evaluate(definition.body, frame)
        leave = self.execute(definition.body, frame)
        if leave is Leave.RAISE and not frame.returns and not frame.yields:
            self.throw()
        if definition.is_generator:
            given = one_of(frame.yields) if frame.yields else UNKNOWN
            return as_yielded(self, given, definition.returns, function.scope, function.site)
        if self.is_spent():
            return one_of([*frame.returns, UNKNOWN])
        result = one_of([*frame.returns, NONE]) if leave is Leave.NOT else one_of(frame.returns)
        if self.phase is Phase.IMPORT:
            return result
        return as_annotated(self, result, definition.returns, function.scope, function.site)

    def bind_parameters(self, function: FunctionValue, arguments: Arguments, frame: Frame) -> None:
        """Bind the parameters of a function to what a call gives."""
        self._bind(function, arguments, frame)
        if self.phase is not Phase.IMPORT:
            for param in function.definition.params:
                if param.annotation is not None:
                    site = Site(function.module.path, param.start, param.end)
                    value = frame.names[param.name]
                    frame.names[param.name] = as_annotated(self, value, param.annotation, function.scope, site)

    def _bind(self, function: FunctionValue, arguments: Arguments, frame: Frame) -> None:
        rest = list(arguments.positional)
        words = dict(arguments.keywords)
        for param in function.definition.params:
            name = param.name
            if param.kind == "star":
                frame.names[name] = Sequence("tuple", rest, self.site, self.phase, arguments.open)
                rest = []
            elif param.kind == "double_star":
                extra = Dictionary([], self.site, self.phase, arguments.open)
                for word, value in words.items():
                    put(extra, Literal(word), value)
                frame.names[name] = extra
            elif param.kind != "keyword" and rest:
                frame.names[name] = rest.pop(0)
            elif name in words and param.kind != "positional":
                frame.names[name] = words.pop(name)
            elif arguments.open:
                frame.names[name] = UNKNOWN
            else:
                frame.names[name] = self._default(function, name)

    def _default(self, function: FunctionValue, name: str) -> Value:
        """Return a parameter's default; a container of its own for a request, for sharing one is another mistake."""
        value = function.defaults.get(name, UNKNOWN)
        if self.phase is Phase.REQUEST and isinstance(value, Sequence):
            return Sequence(value.kind, list(value.items), value.site, self.phase, value.open)
        if self.phase is Phase.REQUEST and isinstance(value, Dictionary):
            return Dictionary(list(value.items), value.site, self.phase, value.open, factory=value.factory)
        return value

    def note_yield(self, frame: Frame, value: Value, is_from: bool, site: Site) -> None:  # noqa: FBT001
        """Note that a generator gave a value."""
        if is_from:
            value = self.resolve_awaitable(value, site)
        frame.yields.append(value)
        self.activation.effects.append(Yielded(value, site))

    # Objects.

    def instantiate(self, owner: ClassValue, arguments: Arguments, site: Site) -> Value:
        """Make an object of a class of the project and run its constructor."""
        instance = Instance(owner, arguments, site, self.phase)
        instance.conditions = self.conditions
        made = class_attribute(owner, "__init__")
        if made is not None and isinstance(made[0], FunctionValue):
            bound = Arguments((instance, *arguments.positional), arguments.keywords, arguments.open)
            self.run_function(made[0], bound, site)
            if self._framework_base(owner) and instance.record is None:
                self._init_library_base(instance, Arguments(open=True), site)
        elif has_fields(owner):
            instance.attributes.update(field_values(owner, arguments))
            self._fill_fields(instance, site)
            for name in ("__post_init__", "model_post_init", "__attrs_post_init__"):
                after = class_attribute(owner, name)
                if after is not None and isinstance(after[0], FunctionValue):
                    self.run_function(after[0], Arguments((instance,), {}, open=True), site)
        elif is_enum(owner):
            return self._enum_member(owner, arguments, site)
        elif any(True for _ in external_bases(owner)):
            self._init_library_base(instance, arguments, site)
        return instance

    def _enum_member(self, owner: ClassValue, arguments: Arguments, site: Site) -> Value:
        given = arguments.get(0, "value")
        if isinstance(given, Literal) and not given.assumed:
            for name in enum_members(owner):
                if same(owner.namespace[name], given):
                    return self.attribute(owner, name, site)
        return UNKNOWN

    def _fill_fields(self, instance: Instance, site: Site) -> None:
        """Make the values of the fields that have a `default_factory`."""
        if not isinstance(instance.type, ClassValue):
            return
        for name, value in instance.attributes.items():
            if isinstance(value, Unknown):
                found = class_attribute(instance.type, name)
                factory = default_factory(found[0]) if found is not None else None
                if factory is not None:
                    value = self.call(factory, Arguments(), site)  # noqa: PLW2901
                    instance.attributes[name] = value
            elif isinstance(value, Sequence | Dictionary):
                found = class_attribute(instance.type, name)
                if found is not None and found[0] is value:
                    value = self.own_copy(instance, instance.type, name, value)  # noqa: PLW2901
            if isinstance(value, Sequence | Dictionary) and value.owner is None:
                value.owner = instance

    @staticmethod
    def _framework_base(owner: ClassValue) -> str | None:
        for name in external_bases(owner):
            if name in names.APPLICATIONS or name in names.ROUTERS:
                return name
        return None

    def _init_library_base(self, instance: Instance, arguments: Arguments, site: Site) -> None:
        if not isinstance(instance.type, ClassValue):
            return
        base = self._framework_base(instance.type)
        if base in names.APPLICATIONS:
            make_app(self, instance, arguments, site, is_fastapi=base == names.APP)
        elif base in names.ROUTERS:
            make_router(self, instance, arguments, site, is_fastapi=base == names.ROUTER)
        else:
            first = next((name for name in external_bases(instance.type) if name), "")
            if first:
                self.external_call(first, None, arguments, instance, site)

    def _call_instance(self, instance: Instance, arguments: Arguments, site: Site) -> Value:
        record = instance.record
        if callable(record):
            closure: Callable[[Value], Value] = record
            return closure(arguments.positional[0]) if arguments.positional else UNKNOWN
        method = self.find_in_class(instance, "__call__")
        if method is not None:
            return self.call(method, arguments, site)
        if isinstance(instance.type, ClassValue):
            self.run_callbacks(arguments, site, f"{instance.type.qualname}.__call__")
            return UNKNOWN
        return self._library_call(f"{instance.type.name}.__call__", instance, arguments, site)

    # Libraries.

    def _call_external(self, function: External, arguments: Arguments, site: Site) -> Value:
        name = function.name
        if name.endswith(".__init__") and arguments.positional and isinstance(arguments.positional[0], Instance):
            rest = Arguments(arguments.positional[1:], arguments.keywords, arguments.open)
            self._init_library_base(arguments.positional[0], rest, site)
            return NONE
        handler = CALLS.get(name)
        if handler is not None:
            result = handler(self, arguments, site)
            if result is not None:
                return result
        if name in names.APPLICATIONS or name in names.ROUTERS:
            instance = Instance(function, arguments, site, self.phase)
            instance.conditions = self.conditions
            if name in names.APPLICATIONS:
                make_app(self, instance, arguments, site, is_fastapi=name == names.APP)
            else:
                make_router(self, instance, arguments, site, is_fastapi=name == names.ROUTER)
            return instance
        return self._library_call(name, None, arguments, site)

    def _library_call(self, name: str, receiver: Value | None, arguments: Arguments, site: Site) -> Value:
        result = Instance(External(name), arguments, site, self.phase, receiver=receiver)
        result.conditions = self.conditions
        self.external_call(name, receiver, arguments, result, site)
        self.run_callbacks(arguments, site, name)
        return result

    def run_callbacks(self, arguments: Arguments, site: Site, via: str) -> None:
        """Run what a library function is given to run: coroutines always, functions once the process serves."""
        for index, value in enumerate(arguments.all()):
            if value.__class__ in _RUN:
                offset = _PASSES_ARGUMENTS.get(via.rpartition(".")[2], 0)
                for option in options_of(value):
                    self._run_callback(option, index, offset, arguments, site, via)

    def _run_callback(self, value: Value, index: int, offset: int, arguments: Arguments, site: Site, via: str) -> None:
        if isinstance(value, Awaitable):
            self.resolve_awaitable(value, site, via or "?")
        elif isinstance(value, Sequence) and value.phase is self.phase:
            for item in value.items[:20]:
                if isinstance(item, Awaitable):
                    self.resolve_awaitable(item, site, via or "?")
        elif self.phase is not Phase.IMPORT and isinstance(value, FunctionValue | Method | PartialValue):
            given = Arguments(open=True)
            if offset and index == offset - 1:
                given = Arguments(arguments.positional[offset:], arguments.keywords, arguments.open)
            result = self._call_callback(value, given, site, via or "?")
            self.resolve_awaitable(result, site, via or "?")

    def _call_callback(self, value: Value, given: Arguments, site: Site, via: str) -> Value:
        match value:
            case FunctionValue():
                return self.run_function(value, given, site, via)
            case Method():
                bound = Arguments((value.receiver, *given.positional), given.keywords, given.open)
                return self.run_function(value.function, bound, site, via)
            case PartialValue():
                merged = Arguments(
                    (*value.arguments.positional, *given.positional),
                    {**value.arguments.keywords, **given.keywords},
                    value.arguments.open or given.open,
                )
                return self._call_callback(value.function, merged, site, via)
            case _:
                return UNKNOWN

    def _call_member(self, member: Member, arguments: Arguments, site: Site) -> Value:
        receiver, name = member.receiver, member.name
        match receiver:
            case Sequence() | Dictionary():
                result = container_method(self, receiver, name, arguments, site)
                self.run_callbacks(arguments, site, name)
                return result
            case Literal():
                return text_method(receiver, name, arguments, site, self.phase)
            case FunctionValue():
                return self._function_method(receiver, name, arguments, site)
            case Instance():
                return self._instance_method(receiver, name, arguments, site)
            case Member() if isinstance(receiver.receiver, Instance):
                self._note_raw_change(receiver, name, arguments)
        return self._library_call(f"{type_name(member)}", receiver, arguments, site)

    def _note_raw_change(self, member: Member, name: str, arguments: Arguments) -> None:
        owner = member.receiver
        record = owner.record if isinstance(owner, Instance) else None
        if name not in CHANGES:
            return
        if isinstance(record, AppRecord) and member.name == "user_middleware":
            record.unresolved.append(("`user_middleware` is changed", self.site))
        elif isinstance(record, AppRecord | RouterRecord) and member.name == "routes":
            router = record.router.record if isinstance(record, AppRecord) else record
            if isinstance(router, RouterRecord):
                change_routes(self, router, name, arguments, is_app=isinstance(record, AppRecord))

    def _function_method(self, function: FunctionValue, name: str, arguments: Arguments, site: Site) -> Value:
        if name == "cache_clear":
            self.write(function, "cache_clear")
            return NONE
        if name in {"cache_info", "cache_parameters"}:
            return UNKNOWN
        if name == "__wrapped__":
            return self.call_function(function, arguments, site)
        result = Instance(External(f"{name}"), arguments, site, self.phase, receiver=function)
        self.external_call(name, function, arguments, result, site)
        return result

    def _instance_method(self, receiver: Instance, name: str, arguments: Arguments, site: Site) -> Value:
        if name == "__init__" and receiver.record is None:
            self._init_library_base(receiver, arguments, site)
            return NONE
        done = framework_call(self, receiver, name, arguments, site)
        if done is not None:
            return done
        values = tuple(arguments.values())
        if name in CHANGES or name in {"__setitem__", "set"}:
            self.write(receiver, name, values[-1] if values else None, values)
        if name in LOOKS or name in {"pop", "__getitem__", "setdefault"}:
            self.read(receiver, name, values)
        library = type_name(receiver)
        if isinstance(receiver.type, ClassValue):
            library = next((base for base in external_bases(receiver.type) if base), library)
        return self._library_call(f"{library}.{name}", receiver, arguments, site)

    # Decorators.

    def decorate(self, value: Value, decorator: Value, site: Site) -> Value:
        """Return what a decorator makes of a function or class."""
        if isinstance(decorator, OneOf):
            return one_of([self.decorate(value, option, site) for option in decorator.options])
        if isinstance(decorator, External):
            return self._decorate_by_library(value, decorator, decorator.name, site)
        if isinstance(decorator, Instance) and not callable(decorator.record) and isinstance(decorator.type, External):
            return self._decorate_by_library(value, decorator, decorator.type.name, site)
        if isinstance(decorator, Member):
            return self._decorate_by_member(value, decorator, site)
        if isinstance(decorator, Unknown):
            return self._wrapped_by(value, decorator)
        result = self.call(decorator, Arguments((value,)), site)
        return self._wrapped_by(value, decorator) if isinstance(result, Unknown) else result

    def _decorate_by_library(self, value: Value, decorator: Value, name: str, site: Site) -> Value:
        if isinstance(value, FunctionValue):
            short = name.rpartition(".")[2]
            if name in {"builtins.staticmethod", "builtins.classmethod"}:
                value.kind = short
                return value
            if short in {"property", "cached_property", "hybrid_property", "computed_field"}:
                value.kind = "property"
                if short == "cached_property":
                    value.attributes[CACHED] = NONE
                return value
            if name in _CACHES:
                value.memo = []
        self.external_call(
            f"{name}()" if isinstance(decorator, Instance) else name, None, Arguments((value,)), value, site
        )
        return self._wrapped_by(value, decorator)

    def _decorate_by_member(self, value: Value, decorator: Member, site: Site) -> Value:
        if isinstance(decorator.receiver, FunctionValue) and decorator.name in {"setter", "getter", "deleter"}:
            if decorator.name == "setter":
                decorator.receiver.attributes[SETTER] = value
            return decorator.receiver
        self.external_call(type_name(decorator), decorator.receiver, Arguments((value,)), value, site)
        return self._wrapped_by(value, decorator)

    @staticmethod
    def _wrapped_by(value: Value, decorator: Value) -> Value:
        if isinstance(value, FunctionValue | ClassValue):
            value.wrappers = (*value.wrappers, decorator)
        return value


_CALL: Final[Mapping[type, Callable[..., Value]]] = {
    FunctionValue: Invoker.call_function,
    Method: Invoker._call_method,
    ClassValue: Invoker.instantiate,
    External: Invoker._call_external,
    Member: Invoker._call_member,
    Instance: Invoker._call_instance,
    PartialValue: Invoker._call_partial,
    OneOf: Invoker._call_one_of,
    TypeForm: Invoker._call_form,
}


def is_context_manager(function: FunctionValue) -> bool:
    """Return whether `contextmanager` or `asynccontextmanager` stands around a function."""
    return any(isinstance(wrapper, External) and wrapper.name in _MANAGERS for wrapper in function.wrappers)


def _keep(value: Value) -> None:
    """Let what was made for a request outlive it."""
    if not isinstance(value, Sequence | Dictionary | Instance) or value.phase is not Phase.REQUEST:
        return
    if isinstance(value, Instance) and value.origin is REQUEST_DATA:
        return
    value.phase = Phase.STARTUP
    match value:
        case Sequence():
            inner = value.items
        case Dictionary():
            inner = [item for _, item in value.items]
        case _:
            inner = list(value.attributes.values())
    for item in inner:
        _keep(item)


def _identity(value: Value) -> object:
    match value:
        case Literal():
            return ("literal", value.value)
        case External():
            return value.name
        case Instance() | Sequence() | Dictionary() if value.phase is not Phase.IMPORT:
            return (type(value), value.site, value.phase)
        case Instance() | Sequence() | Dictionary() | FunctionValue() | ClassValue() | ModuleValue():
            return id(value)
        case Method():
            return ("method", _identity(value.receiver), id(value.function))
        case _:
            return type(value)


def _cache_key(arguments: Arguments) -> tuple[Value, ...]:
    """Return what `functools.lru_cache` keeps a result by: how the arguments are written is a part of it."""
    shape = (Literal(len(arguments.positional)), Literal(" ".join(arguments.keywords)))
    return (*shape, *arguments.values())
