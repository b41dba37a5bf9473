"""Calls of Python's own functions and of the few library functions whose result the replay needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from fastapi_lint.lifecycle.classes import has_fields
from fastapi_lint.lifecycle.evaluate import put
from fastapi_lint.lifecycle.machine import Machine
from fastapi_lint.lifecycle.values import (
    NONE,
    UNKNOWN,
    Arguments,
    Awaitable,
    ClassValue,
    Dictionary,
    External,
    FunctionValue,
    Instance,
    Literal,
    Method,
    OneOf,
    PartialValue,
    Sequence,
    Site,
    TypeForm,
    Value,
    one_of,
    options_of,
    same,
    text_of,
)

Handler = Callable[[Machine, Arguments, Site], Value | None]
"""Takes a call; returns its value, or None to be treated like any library call."""


def _container(kind: str) -> Handler:
    def make(machine: Machine, args: Arguments, site: Site) -> Value:
        if not args.positional:
            return Sequence(kind, [], site, machine.phase, args.open)
        items: list[Value] = []
        is_open = isinstance(args.positional[0], OneOf)
        for source in options_of(args.positional[0]):
            machine.read(source, "copy")
            match source:
                case Sequence():
                    items += source.items
                    is_open |= source.open
                case Dictionary():
                    items += [key for key, _ in source.items]
                    is_open |= source.open
                case _:
                    is_open = True
        return Sequence(kind, items, site, machine.phase, is_open)

    return make


def _dict(machine: Machine, args: Arguments, site: Site) -> Value:
    result = Dictionary([], site, machine.phase, args.open)
    if args.positional:
        source = args.positional[0]
        machine.read(source, "copy")
        if isinstance(source, Dictionary):
            result.items += source.items
            result.open |= source.open
        else:
            result.open = True
    for word, value in args.keywords.items():
        put(result, Literal(word), value)
    return result


def _defaultdict(machine: Machine, args: Arguments, site: Site) -> Value:
    factory = args.positional[0] if args.positional else None
    return Dictionary([], site, machine.phase, open=len(args.positional) > 1, factory=factory)


def _plain_dict(machine: Machine, _args: Arguments, site: Site) -> Value:
    return Dictionary([], site, machine.phase)


def _deque(machine: Machine, args: Arguments, site: Site) -> Value:
    return _container("list")(machine, args, site) or UNKNOWN


def _str(_machine: Machine, args: Arguments, _site: Site) -> Value:
    value = args.positional[0] if args.positional else Literal("")
    return Literal(str(value.value), value.assumed) if isinstance(value, Literal) else UNKNOWN


def _int(_machine: Machine, args: Arguments, _site: Site) -> Value:
    value = args.positional[0] if args.positional else Literal(0)
    if isinstance(value, Literal) and isinstance(value.value, int | str | float):
        try:
            return Literal(int(value.value), value.assumed)
        except (ValueError, OverflowError):
            return UNKNOWN
    return UNKNOWN


def _len(machine: Machine, args: Arguments, _site: Site) -> Value:
    value = args.positional[0] if args.positional else UNKNOWN
    machine.read(value, "len")
    if isinstance(value, Sequence) and not value.open and value.phase is machine.phase:
        return Literal(len(value.items))
    return UNKNOWN


def _getattr(machine: Machine, args: Arguments, site: Site) -> Value:
    name = text_of(args.get(1, "name"))
    if not args.positional or name is None:
        return UNKNOWN
    found = machine.attribute(args.positional[0], name, site)
    if len(args.positional) > 2:
        return one_of([found, args.positional[2]])
    return found


def _setattr(machine: Machine, args: Arguments, _site: Site) -> Value:
    name = text_of(args.get(1, "name"))
    if len(args.positional) == 3 and name is not None:
        machine.set_attribute(args.positional[0], name, args.positional[2])
    return NONE


def _hasattr(machine: Machine, args: Arguments, _site: Site) -> Value:
    target = args.positional[0] if args.positional else UNKNOWN
    name = text_of(args.get(1, "name"))
    if isinstance(target, Instance) and name in target.attributes and machine.phase is target.phase:
        return Literal(value=True)
    return UNKNOWN


def _isinstance(machine: Machine, args: Arguments, site: Site) -> Value:
    del machine, site
    if len(args.positional) < 2:
        return UNKNOWN
    value, kind = args.positional[:2]
    if isinstance(value, Instance) and isinstance(value.type, ClassValue) and value.type is kind:
        return Literal(value=True)
    if isinstance(value, Instance) and isinstance(value.type, External) and same(value.type, kind):
        return Literal(value=True)
    return UNKNOWN


def _enumerate(machine: Machine, args: Arguments, site: Site) -> Value:
    source = args.positional[0] if args.positional else UNKNOWN
    if isinstance(source, Sequence):
        pairs: list[Value] = [
            Sequence("tuple", [Literal(index), item], site, machine.phase) for index, item in enumerate(source.items)
        ]
        return Sequence("list", pairs, site, machine.phase, source.open)
    machine.read(source, "iterate")
    return UNKNOWN


def _zip(machine: Machine, args: Arguments, site: Site) -> Value:
    if args.positional and all(isinstance(one, Sequence) and not one.open for one in args.positional):
        columns = [one.items for one in args.positional if isinstance(one, Sequence)]
        rows: list[Value] = [Sequence("tuple", list(row), site, machine.phase) for row in zip(*columns, strict=False)]
        return Sequence("list", rows, site, machine.phase)
    return UNKNOWN


def _range(machine: Machine, args: Arguments, site: Site) -> Value:
    numbers = [one.value for one in args.positional if isinstance(one, Literal) and isinstance(one.value, int)]
    if len(numbers) != len(args.positional) or not numbers or (len(numbers) == 3 and numbers[2] == 0):
        return UNKNOWN
    span = range(*numbers[:3])
    if len(span) > 50:
        return Sequence("list", [UNKNOWN], site, machine.phase, open=True)
    return Sequence("list", [Literal(number) for number in span], site, machine.phase)


def _reordered(machine: Machine, args: Arguments, site: Site) -> Value:
    source = args.positional[0] if args.positional else UNKNOWN
    machine.read(source, "iterate")
    for function in args.keywords.values():
        if isinstance(function, FunctionValue):
            machine.run_function(function, Arguments(open=True), site)
    if isinstance(source, Sequence) and len(source.items) <= 1:
        return Sequence("list", list(source.items), site, machine.phase, source.open)
    if isinstance(source, Sequence):
        return Sequence("list", list(source.items), site, machine.phase, open=True)
    return UNKNOWN


def _reversed(machine: Machine, args: Arguments, site: Site) -> Value:
    source = args.positional[0] if args.positional else UNKNOWN
    if isinstance(source, Sequence):
        return Sequence("list", source.items[::-1], site, machine.phase, source.open)
    return UNKNOWN


def _type(machine: Machine, args: Arguments, site: Site) -> Value:
    del machine, site
    value = args.positional[0] if len(args.positional) == 1 else None
    return value.type if isinstance(value, Instance) else UNKNOWN


def _import(machine: Machine, args: Arguments, _site: Site) -> Value:
    name = text_of(args.get(0, "name"))
    return machine.import_module(name) if name is not None and not name.startswith(".") else UNKNOWN


def _getenv(_machine: Machine, args: Arguments, _site: Site) -> Value:
    default = args.get(1, "default")
    if isinstance(default, Literal):
        return Literal(default.value, assumed=True)
    return UNKNOWN


def _partial(_machine: Machine, args: Arguments, site: Site) -> Value:
    if not args.positional:
        return UNKNOWN
    return PartialValue(args.positional[0], Arguments(args.positional[1:], args.keywords, args.open), site)


def _wraps(machine: Machine, args: Arguments, site: Site) -> Value:
    wrapped = args.get(0, "wrapped")

    def mark(function: Value) -> Value:
        if isinstance(function, FunctionValue) and wrapped is not None:
            function.wrapped = wrapped
        return function

    made = Instance(External("functools.<wraps>"), args, site, machine.phase)
    made.record = mark
    return made


def _update_wrapper(_machine: Machine, args: Arguments, _site: Site) -> Value:
    if len(args.positional) > 1 and isinstance(args.positional[0], FunctionValue):
        args.positional[0].wrapped = args.positional[1]
    return args.positional[0] if args.positional else UNKNOWN


def _cast(_machine: Machine, args: Arguments, _site: Site) -> Value:
    return args.positional[1] if len(args.positional) > 1 else UNKNOWN


def _new_type(_machine: Machine, args: Arguments, _site: Site) -> Value:
    return TypeForm(External("typing.NewType"), tuple(args.positional))


def _callable(_machine: Machine, args: Arguments, _site: Site) -> Value:
    value = args.positional[0] if args.positional else UNKNOWN
    return Literal(value=True) if isinstance(value, FunctionValue | Method | ClassValue | PartialValue) else UNKNOWN


def _run_coroutine(machine: Machine, args: Arguments, site: Site) -> Value | None:
    if args.positional and isinstance(args.positional[0], Awaitable):
        return machine.resolve_awaitable(args.positional[0], site)
    return None


def _next(machine: Machine, args: Arguments, site: Site) -> Value:
    source = args.positional[0] if args.positional else UNKNOWN
    found = machine.resolve_awaitable(source, site)
    if found is source:
        machine.read(source, "iterate")
        return UNKNOWN
    return found


def _replace(machine: Machine, args: Arguments, site: Site) -> Value | None:
    source = args.positional[0] if args.positional else None
    if not isinstance(source, Instance) or not isinstance(source.type, ClassValue) or not has_fields(source.type):
        return None
    made = Instance(source.type, source.arguments, site, machine.phase, {**source.attributes, **args.keywords})
    made.conditions = machine.conditions
    return made


CALLS: Final[Mapping[str, Handler]] = {
    "builtins.list": _container("list"),
    "builtins.tuple": _container("tuple"),
    "builtins.set": _container("set"),
    "builtins.frozenset": _container("set"),
    "builtins.dict": _dict,
    "builtins.str": _str,
    "builtins.int": _int,
    "builtins.len": _len,
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.hasattr": _hasattr,
    "builtins.isinstance": _isinstance,
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "builtins.range": _range,
    "builtins.sorted": _reordered,
    "builtins.filter": _reordered,
    "builtins.reversed": _reversed,
    "builtins.type": _type,
    "builtins.callable": _callable,
    "builtins.next": _next,
    "builtins.anext": _next,
    "builtins.__import__": _import,
    "importlib.import_module": _import,
    "collections.defaultdict": _defaultdict,
    "collections.OrderedDict": _dict,
    "collections.Counter": _plain_dict,
    "collections.deque": _deque,
    "weakref.WeakValueDictionary": _plain_dict,
    "weakref.WeakKeyDictionary": _plain_dict,
    "weakref.WeakSet": _container("set"),
    "os.getenv": _getenv,
    "os.environ.get": _getenv,
    "functools.partial": _partial,
    "functools.wraps": _wraps,
    "functools.update_wrapper": _update_wrapper,
    "typing.cast": _cast,
    "typing.NewType": _new_type,
    "asyncio.run": _run_coroutine,
    "dataclasses.replace": _replace,
    "copy.copy": _replace,
}
