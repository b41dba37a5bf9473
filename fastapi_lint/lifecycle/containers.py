"""Methods of lists, dicts, sets and texts: what they give, and what they change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from fastapi_lint.lifecycle.machine import MOST_ITEMS, MOST_TEXT
from fastapi_lint.lifecycle.mappings import blur, is_missing, merge, put, put_perhaps
from fastapi_lint.lifecycle.values import (
    NONE,
    UNKNOWN,
    Arguments,
    Dictionary,
    Literal,
    Phase,
    Sequence,
    Site,
    Value,
    adopt,
    one_of,
    same,
)

if TYPE_CHECKING:
    from fastapi_lint.lifecycle.machine import Machine

CHANGES: Final = frozenset(
    {
        "append",
        "appendleft",
        "add",
        "clear",
        "discard",
        "extend",
        "extendleft",
        "insert",
        "pop",
        "popleft",
        "popitem",
        "remove",
        "reverse",
        "rotate",
        "setdefault",
        "sort",
        "update",
        "difference_update",
        "intersection_update",
        "symmetric_difference_update",
        "subtract",
    }
)
"""Methods that change a container, of the built-in ones and of those that libraries make in their image."""

LOOKS: Final = frozenset({"get", "items", "keys", "values", "copy", "count", "index", "most_common", "elements"})
"""Methods that look into a container."""

_MOST_KEPT: Final = 4
"""Values that a request may put into a shared dict before the replay stops to tell them apart."""

_PLAIN_FIELDS: Final = re.compile(r"(?:[^{}]|\{\{|\}\}|\{\w*\})*")
_TEXT_METHODS: Final = frozenset(
    {
        "lower",
        "upper",
        "strip",
        "lstrip",
        "rstrip",
        "title",
        "capitalize",
        "casefold",
        "removeprefix",
        "removesuffix",
        "replace",
        "startswith",
        "endswith",
        "split",
        "splitlines",
    }
)


def container_method(machine: Machine, target: Dictionary | Sequence, name: str, args: Arguments, site: Site) -> Value:
    """Call a method of a list, dict or set."""
    values = tuple(args.values())
    if name in CHANGES:
        machine.write(target, name, values[-1] if values else None, values)
        if name in {"pop", "popleft", "popitem", "setdefault"}:
            machine.read(target, name, values)
    else:
        machine.read(target, name, values)
    is_live = machine.phase is Phase.REQUEST and target.phase is not Phase.REQUEST
    if name in CHANGES and is_live:
        for value in values:
            adopt(value, target)
    if name in CHANGES and machine.is_weak(target):
        return _weak(target, name, args, is_live=is_live)
    if isinstance(target, Dictionary):
        return _dict_method(machine, target, name, args, site)
    return _list_method(machine, target, name, args, site)


def _weak(target: Dictionary | Sequence, name: str, args: Arguments, *, is_live: bool) -> Value:
    """Change a container in a way that may not have happened: what it had stays possible."""
    target.open = True
    if isinstance(target, Sequence):
        if name in {"append", "add"} and args.positional and len(target.items) < 64:
            target.items.append(args.positional[0])
        if name in {"pop", "popleft"} and target.items:
            return one_of([*target.items, UNKNOWN])
        return NONE if name in {"append", "add", "extend", "clear", "remove"} else UNKNOWN
    if not is_live:
        return _weak_at_import(target, name, args)
    if name == "setdefault" and len(args.positional) > 1:
        if len(target.items) < _MOST_KEPT:
            target.items.append((UNKNOWN, args.positional[1]))
        return one_of([value for _, value in target.items])
    return one_of([value for _, value in target.items] + [UNKNOWN]) if target.items else UNKNOWN


def _weak_at_import(target: Dictionary, name: str, args: Arguments) -> Value:
    given = args.positional
    changed: list[tuple[Value, Value]] = [(Literal(word), value) for word, value in args.keywords.items()]
    if name == "update" and (not given or isinstance(given[0], Dictionary)) and not args.open:
        changed += given[0].items if given and isinstance(given[0], Dictionary) else []
        for key, value in changed:
            put_perhaps(target, key, value)
        if given and isinstance(given[0], Dictionary) and given[0].open:
            blur(target)
        return NONE
    if name == "setdefault" and len(given) > 1:
        known = [value for key, value in target.items if same(key, given[0])]
        put_perhaps(target, given[0], given[1])
        return one_of([*known, given[1]]) if isinstance(given[0], Literal) else UNKNOWN
    result = one_of([*(value for _, value in target.items), *given[1:2], UNKNOWN])
    blur(target)
    return result if name in {"pop", "setdefault"} else UNKNOWN


def _dict_method(machine: Machine, target: Dictionary, name: str, args: Arguments, site: Site) -> Value:
    match name:
        case "get" | "pop":
            return _looked_up(machine, target, name, args)
        case "setdefault":
            return _set_default(target, args)
        case "update":
            return _updated(target, args)
        case "items":
            pairs: list[Value] = [machine.made("tuple", [a, b], site, is_open=False) for a, b in target.items]
            return machine.made("list", pairs, site, is_open=target.open)
        case "keys":
            return machine.made("list", [known for known, _ in target.items], site, is_open=target.open)
        case "values":
            return machine.made("list", [value for _, value in target.items], site, is_open=target.open)
        case "copy":
            made = Dictionary(list(target.items), site, machine.phase, target.open, None, target.factory)
            made.conditions = machine.conditions
            return made
        case "clear":
            target.items.clear()
            target.open = False
            return NONE
        case _:
            if name in CHANGES:
                blur(target)
            return UNKNOWN


def _updated(target: Dictionary, args: Arguments) -> Value:
    if args.positional:
        merge(target, args.positional[0])
    for word, value in args.keywords.items():
        put(target, Literal(word), value)
    if args.open:
        blur(target)
    return NONE


def _looked_up(machine: Machine, target: Dictionary, name: str, args: Arguments) -> Value:
    key = args.positional[0] if args.positional else None
    found = next((value for known, value in target.items if key is not None and same(known, key)), None)
    is_live = machine.phase is Phase.REQUEST and target.phase is not Phase.REQUEST
    if found is not None and not (isinstance(key, Literal) and key.assumed):
        if name == "pop":
            target.items[:] = [pair for pair in target.items if key is None or not same(pair[0], key)]
        return found
    if is_missing(target, key) and not is_live:
        if name == "pop" and len(args.positional) < 2:
            machine.throw()
        return args.positional[1] if len(args.positional) > 1 else NONE
    result = one_of([*(value for _, value in target.items), *args.positional[1:2], UNKNOWN])
    if name == "pop" and machine.phase is Phase.IMPORT:
        blur(target)
    return result


def _set_default(target: Dictionary, args: Arguments) -> Value:
    key = args.positional[0] if args.positional else UNKNOWN
    default = args.positional[1] if len(args.positional) > 1 else NONE
    found = next((value for known, value in target.items if same(known, key)), None)
    if found is not None:
        return found
    if is_missing(target, key):
        put(target, key, default)
        return default
    if isinstance(key, Literal) and not key.assumed:
        put_perhaps(target, key, default)
    else:
        target.items.append((UNKNOWN, default))
        target.open = True
    return one_of([value for _, value in target.items])


def _list_method(machine: Machine, target: Sequence, name: str, args: Arguments, site: Site) -> Value:
    first = args.positional[0] if args.positional else None
    if len(target.items) > MOST_ITEMS:
        target.open = True
        return UNKNOWN
    match name:
        case "append" | "add" | "appendleft":
            if first is not None and not (name == "add" and any(same(first, item) for item in target.items)):
                target.items.insert(0 if name == "appendleft" else len(target.items), first)
            return NONE
        case "extend" | "update":
            extend(target, first if len(args.positional) == 1 else UNKNOWN)
            return NONE
        case "insert" if len(args.positional) > 1:
            at = args.positional[0]
            is_known = isinstance(at, Literal) and isinstance(at.value, int) and not target.open
            target.items.insert(at.value if is_known else len(target.items), args.positional[1])  # type: ignore[union-attr,arg-type]
            target.open |= not is_known
            return NONE
        case "copy":
            return machine.made(target.kind, list(target.items), site, is_open=target.open)
        case "clear":
            target.items.clear()
            target.open = False
            return NONE
        case "pop":
            return _popped(machine, target, first)
        case "reverse":
            target.items.reverse()
            return NONE
        case "remove" | "discard":
            return _removed(target, first)
        case _:
            if name in CHANGES:
                target.open = True
            return UNKNOWN


def extend(target: Sequence, other: Value | None) -> None:
    """Put all of another container behind a list, or into a set."""
    if not isinstance(other, Sequence):
        target.open = True
        return
    for item in list(other.items[:MOST_ITEMS]):
        if target.kind != "set" or not any(same(item, known) for known in target.items):
            target.items.append(item)
    target.open |= other.open or len(other.items) > MOST_ITEMS


def _popped(machine: Machine, target: Sequence, at: Value | None) -> Value:
    if target.open or target.kind == "set":
        target.open = True
        return one_of([*target.items, UNKNOWN]) if target.items else UNKNOWN
    at = at if at is not None else Literal(-1)
    if isinstance(at, Literal) and isinstance(at.value, int):
        if -len(target.items) <= at.value < len(target.items):
            return target.items.pop(at.value)
        machine.throw()
    target.open = True
    return UNKNOWN


def _removed(target: Sequence, item: Value | None) -> Value:
    for index, known in enumerate(target.items):
        if item is not None and same(known, item):
            del target.items[index]
            return NONE
        if not isinstance(known, Literal) or not isinstance(item, Literal):
            break
    target.open = True
    return NONE


def text_method(text: Literal, name: str, args: Arguments, site: Site, phase: Phase) -> Value:
    """Call a method of a text whose content is known."""
    value = text.value
    if isinstance(value, str) and name == "format" and not args.open:
        return _text_formatted(text, value, args)
    if not isinstance(value, str) or args.keywords or args.open:
        return UNKNOWN
    if name == "join" and len(args.positional) == 1:
        return _text_joined(text, value, args.positional[0])
    given = [arg for arg in args.positional if isinstance(arg, Literal) and isinstance(arg.value, str)]
    if len(given) != len(args.positional):
        return UNKNOWN
    words = [str(arg.value) for arg in given]
    assumed = text.assumed or any(arg.assumed for arg in given)
    if name not in _TEXT_METHODS or (name == "replace" and len(value) > 1000):
        return UNKNOWN
    try:
        result = getattr(value, name)(*words)
    except (TypeError, ValueError):
        return UNKNOWN
    if isinstance(result, list):
        pieces: list[Value] = [Literal(piece, assumed) for piece in result[:MOST_ITEMS]]
        return Sequence("list", pieces, site, phase, open=len(result) > MOST_ITEMS)
    if isinstance(result, str) and len(result) > MOST_TEXT:
        return UNKNOWN
    return Literal(result, assumed) if isinstance(result, str | bool) else UNKNOWN


def _text_formatted(text: Literal, value: str, args: Arguments) -> Value:
    """Fill the fields of a text, as long as they are plain names and numbers."""
    given = [one for one in args.values() if isinstance(one, Literal)]
    if len(given) != len(list(args.values())) or not _PLAIN_FIELDS.fullmatch(value):
        return UNKNOWN
    words = {word: one.value for word, one in args.keywords.items() if isinstance(one, Literal)}
    places = [one.value for one in args.positional if isinstance(one, Literal)]
    try:
        result = value.format(*places, **words)
    except (IndexError, KeyError, ValueError):
        return UNKNOWN
    assumed = text.assumed or any(one.assumed for one in given)
    return Literal(result, assumed) if len(result) <= MOST_TEXT else UNKNOWN


def _text_joined(text: Literal, value: str, given: Value) -> Value:
    if not isinstance(given, Sequence) or given.open or given.kind == "set":
        return UNKNOWN
    items = [item for item in given.items if isinstance(item, Literal) and isinstance(item.value, str)]
    joined = value.join(str(item.value) for item in items)
    if len(items) != len(given.items) or len(joined) > MOST_TEXT:
        return UNKNOWN
    return Literal(joined, text.assumed or any(item.assumed for item in items))
