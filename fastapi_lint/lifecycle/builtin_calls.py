"""Calls of Python's own functions and of the few library functions whose result the replay needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from fastapi_lint.facts import model as m
from fastapi_lint.knowledge.blocking import typed
from fastapi_lint.lifecycle.classes import has_attribute, has_fields
from fastapi_lint.lifecycle.machine import Machine
from fastapi_lint.lifecycle.mappings import merge, put
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
    truth,
)

Handler = Callable[[Machine, Arguments, Site], Value | None]
"""Takes a call; returns its value, or None to be treated like any library call."""

_PLAIN: Final = frozenset(
    f"builtins.{name}" for name in ("bool", "bytes", "dict", "float", "int", "list", "set", "str")
)


def _container(kind: str) -> Handler:
    def make(machine: Machine, args: Arguments, site: Site) -> Value:
        if not args.positional:
            return machine.made(kind, [], site, is_open=args.open)
        items: list[Value] = []
        is_open = isinstance(args.positional[0], OneOf)
        for source in options_of(args.positional[0]):
            machine.read(source, "copy")
            match source:
                case Sequence():
                    items += source.items
                    is_open |= source.open or (source.kind == "set" and kind != "set" and len(source.items) > 1)
                case Dictionary():
                    items += [key for key, _ in source.items]
                    is_open |= source.open
                case _:
                    is_open = True
        return machine.made(kind, items, site, is_open=is_open)

    return make


def _dict(machine: Machine, args: Arguments, site: Site) -> Value:
    result = Dictionary([], site, machine.phase, args.open, conditions=machine.conditions)
    if args.positional:
        source = args.positional[0]
        machine.read(source, "copy")
        merge(result, source)
    for word, value in args.keywords.items():
        put(result, Literal(word), value)
    return result


def _defaultdict(machine: Machine, args: Arguments, site: Site) -> Value:
    factory = args.positional[0] if args.positional else None
    made = Dictionary([], site, machine.phase, open=len(args.positional) > 1, factory=factory)
    made.conditions = machine.conditions
    return made


def _plain_dict(machine: Machine, _args: Arguments, site: Site) -> Value:
    return Dictionary([], site, machine.phase, conditions=machine.conditions)


def _deque(machine: Machine, args: Arguments, site: Site) -> Value:
    return _container("list")(machine, args, site) or UNKNOWN


def _str(_machine: Machine, args: Arguments, _site: Site) -> Value:
    value = args.positional[0] if args.positional else Literal("")
    is_plain = isinstance(value, Literal) and len(args.positional) < 2 and not args.keywords
    return Literal(str(value.value), value.assumed) if is_plain and isinstance(value, Literal) else UNKNOWN


def _bool(_machine: Machine, args: Arguments, _site: Site) -> Value:
    known = truth(args.positional[0]) if args.positional else False
    return Literal(value=known) if known is not None else UNKNOWN


def _int(machine: Machine, args: Arguments, _site: Site) -> Value:
    value = args.positional[0] if args.positional else Literal(0)
    plain = value.value if isinstance(value, Literal) else None
    if len(args.positional) > 1 or args.keywords or not isinstance(plain, int | str | float):
        return UNKNOWN
    try:
        number = int(plain) if len(str(plain)) < 20 else None
    except (ValueError, OverflowError):
        if not (isinstance(value, Literal) and value.assumed):
            machine.throw()
        return UNKNOWN
    return Literal(number, isinstance(value, Literal) and value.assumed) if number is not None else UNKNOWN


def _len(machine: Machine, args: Arguments, _site: Site) -> Value:
    value = args.positional[0] if args.positional else UNKNOWN
    machine.read(value, "len")
    if isinstance(value, Sequence | Dictionary) and not value.open and value.phase is machine.phase:
        return Literal(len(value.items))
    return (
        Literal(len(value.value), value.assumed)
        if isinstance(value, Literal) and isinstance(value.value, str)
        else UNKNOWN
    )


def _getattr(machine: Machine, args: Arguments, site: Site) -> Value:
    name = text_of(args.get(1, "name"))
    if not args.positional or name is None:
        return UNKNOWN
    has = has_attribute(args.positional[0], name) if len(args.positional) > 2 else True
    if has is False:
        return args.positional[2]
    found = machine.attribute(args.positional[0], name, site)
    return found if has else one_of([found, args.positional[2]])


def _setattr(machine: Machine, args: Arguments, _site: Site) -> Value:
    name = text_of(args.get(1, "name"))
    if len(args.positional) == 3 and name is not None:
        machine.set_attribute(args.positional[0], name, args.positional[2])
    return NONE


def _hasattr(machine: Machine, args: Arguments, _site: Site) -> Value:
    target = args.positional[0] if args.positional else UNKNOWN
    name = text_of(args.get(1, "name"))
    has = has_attribute(target, name) if name is not None else None
    if has is None or (isinstance(target, Instance) and machine.phase is not target.phase):
        return UNKNOWN
    return Literal(value=has)


def _isinstance(machine: Machine, args: Arguments, site: Site) -> Value:
    del machine, site
    if len(args.positional) < 2:
        return UNKNOWN
    value, kind = args.positional[:2]
    if isinstance(value, Instance) and isinstance(value.type, ClassValue) and value.type is kind:
        return Literal(value=True)
    if isinstance(value, Instance) and isinstance(value.type, External) and same(value.type, kind):
        return Literal(value=True)
    if isinstance(value, Instance) and isinstance(kind, External) and kind.name in _PLAIN:
        known = typed(value.type.name) if isinstance(value.type, External) else None
        return Literal(value=False) if known is not None and not known.rest else UNKNOWN
    return UNKNOWN


def _is_coroutine_function(_machine: Machine, args: Arguments, _site: Site) -> Value:
    """Answer for functions of the project that no library's decorator changed, all of one kind."""
    answers: set[bool] = set()
    for value in options_of(args.positional[0]) if len(args.positional) == 1 else ():
        function = value.function if isinstance(value, Method) else value
        if not isinstance(function, FunctionValue) or function.wrappers:
            return UNKNOWN
        definition = function.definition
        answers.add(isinstance(definition, m.Function) and definition.is_async and not definition.is_generator)
    return Literal(answers.pop()) if len(answers) == 1 else UNKNOWN


def _enumerate(machine: Machine, args: Arguments, site: Site) -> Value:
    source = args.positional[0] if args.positional else UNKNOWN
    start = args.get(1, "start") or Literal(0)
    if isinstance(source, Sequence):
        first = start.value if isinstance(start, Literal) and isinstance(start.value, int) else None
        is_counted = first is not None and not source.open and not (source.kind == "set" and len(source.items) > 1)
        pairs: list[Value] = [
            machine.made("tuple", [Literal(number) if is_counted else UNKNOWN, item], site, is_open=False)
            for number, item in enumerate(source.items, first or 0)
        ]
        return machine.made("list", pairs, site, is_open=source.open)
    machine.read(source, "iterate")
    return UNKNOWN


def _zip(machine: Machine, args: Arguments, site: Site) -> Value:
    if args.positional and all(isinstance(one, Sequence) and not one.open for one in args.positional):
        columns = [one.items for one in args.positional if isinstance(one, Sequence)]
        rows: list[Value] = [
            machine.made("tuple", list(row), site, is_open=False) for row in zip(*columns, strict=False)
        ]
        is_ordered = all(one.kind != "set" for one in args.positional if isinstance(one, Sequence))
        return machine.made("list", rows, site, is_open=not is_ordered)
    return UNKNOWN


def _range(machine: Machine, args: Arguments, site: Site) -> Value:
    numbers = [one.value for one in args.positional if isinstance(one, Literal) and isinstance(one.value, int)]
    if len(numbers) != len(args.positional) or not numbers or (len(numbers) == 3 and numbers[2] == 0):
        return UNKNOWN
    span = range(*numbers[:3])
    if len(span) > 50:
        return machine.made("list", [UNKNOWN], site, is_open=True)
    return machine.made("list", [Literal(number) for number in span], site, is_open=False)


def _reordered(machine: Machine, args: Arguments, site: Site) -> Value:
    source = args.positional[0] if args.positional else UNKNOWN
    machine.read(source, "iterate")
    for function in args.keywords.values():
        if isinstance(function, FunctionValue):
            machine.run_function(function, Arguments(open=True), site)
    if isinstance(source, Sequence):
        return machine.made("list", list(source.items), site, is_open=True)
    return UNKNOWN


def _sorted(machine: Machine, args: Arguments, site: Site) -> Value:
    source = args.positional[0] if args.positional else UNKNOWN
    backwards = args.keywords.get("reverse", Literal(value=False))
    if isinstance(source, Sequence) and not source.open and set(args.keywords) <= {"reverse"} and not args.open:
        plain = [item for item in source.items if isinstance(item, Literal) and not item.assumed]
        texts = [item for item in plain if isinstance(item.value, str)]
        known = len(plain) == len(source.items) and all(item.value is not None for item in plain)
        if known and len(texts) in {0, len(plain)} and isinstance(backwards, Literal) and not backwards.assumed:
            machine.read(source, "iterate")
            plain.sort(key=_text_key if texts else _number_key, reverse=bool(backwards.value))
            return machine.made("list", [*plain], site, is_open=False)
    return _reordered(machine, args, site)


def _text_key(item: Literal) -> str:
    return str(item.value)


def _number_key(item: Literal) -> float:
    return float(item.value or 0)


def _reversed(machine: Machine, args: Arguments, site: Site) -> Value:
    source = args.positional[0] if args.positional else UNKNOWN
    if isinstance(source, Sequence):
        is_open = source.open or (source.kind == "set" and len(source.items) > 1)
        return machine.made("list", source.items[::-1], site, is_open=is_open)
    return UNKNOWN


def _type(machine: Machine, args: Arguments, site: Site) -> Value:
    del machine, site
    value = args.positional[0] if len(args.positional) == 1 else None
    return value.type if isinstance(value, Instance) else UNKNOWN


def _import(machine: Machine, args: Arguments, _site: Site) -> Value:
    name = text_of(args.get(0, "name"))
    if name is not None and name.startswith("."):
        # `importlib._bootstrap._resolve_name`: each dot after the first leaves one more package.
        package = text_of(args.get(1, "package"))
        rest = name.lstrip(".")
        above = len(name) - len(rest) - 1
        parts = package.split(".") if package else []
        if not parts or above >= len(parts):
            return UNKNOWN
        name = ".".join([*parts[: len(parts) - above], *([rest] if rest else [])])
    return machine.import_module(name) if name else UNKNOWN


def _dunder_import(machine: Machine, args: Arguments, _site: Site) -> Value:
    name = text_of(args.get(0, "name"))
    if not name or len(args.positional) > 1 or args.keywords:
        return UNKNOWN
    machine.import_module(name)
    return machine.import_module(name.partition(".")[0])


def _iter_modules(machine: Machine, args: Arguments, site: Site) -> Value:
    """List the modules of packages whose folders are known, in `pkgutil`'s order: folder by folder, each by name."""
    folders = args.get(0, "path")
    prefix = args.get(1, "prefix") or Literal("")
    names = [text_of(one) for one in folders.items] if isinstance(folders, Sequence) and not folders.open else [None]
    start = text_of(prefix)
    if start is None or None in names:
        return UNKNOWN
    found: list[Value] = []
    for folder in names:
        for name, is_package in machine.index.modules_in(folder or ""):
            parts: dict[str, Value] = {
                "module_finder": UNKNOWN,
                "name": Literal(start + name),
                "ispkg": Literal(value=is_package),
            }
            info = machine.made("tuple", list(parts.values()), site, is_open=False)
            info.fields = parts
            found.append(info)
    return machine.made("list", found, site, is_open=False)


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
    "builtins.bool": _bool,
    "builtins.len": _len,
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.hasattr": _hasattr,
    "builtins.isinstance": _isinstance,
    "asyncio.iscoroutinefunction": _is_coroutine_function,
    "inspect.iscoroutinefunction": _is_coroutine_function,
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "builtins.range": _range,
    "builtins.sorted": _sorted,
    "builtins.filter": _reordered,
    "builtins.reversed": _reversed,
    "builtins.type": _type,
    "builtins.callable": _callable,
    "builtins.next": _next,
    "builtins.anext": _next,
    "builtins.__import__": _dunder_import,
    "importlib.import_module": _import,
    "collections.defaultdict": _defaultdict,
    "collections.OrderedDict": _dict,
    "collections.Counter": _plain_dict,
    "collections.deque": _deque,
    "weakref.WeakValueDictionary": _plain_dict,
    "weakref.WeakKeyDictionary": _plain_dict,
    "weakref.WeakSet": _container("set"),
    "pkgutil.iter_modules": _iter_modules,
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
