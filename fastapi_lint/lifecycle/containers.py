"""Methods of lists, dicts, sets and texts: what they give, and what they change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi_lint.lifecycle.evaluate import put
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

_PURE_TEXT: Final = frozenset({"lower", "upper", "strip", "lstrip", "rstrip", "title", "removeprefix", "removesuffix"})


def container_method(machine: Machine, target: Dictionary | Sequence, name: str, args: Arguments, site: Site) -> Value:
    """Call a method of a list, dict or set."""
    values = tuple(args.values())
    if name in CHANGES:
        machine.write(target, name, values[-1] if values else None, values)
        if name in {"pop", "popleft", "popitem", "setdefault"}:
            machine.read(target, name, values)
    else:
        machine.read(target, name, values)
    is_weak = machine.phase is Phase.REQUEST and target.phase is not Phase.REQUEST
    if name in CHANGES and is_weak:
        for value in values:
            adopt(value, target)
    if name in CHANGES and (is_weak or machine.conditions):
        return _weak(target, name, args)
    if isinstance(target, Dictionary):
        return _dict_method(machine, target, name, args, site)
    return _list_method(machine, target, name, args, site)


def _weak(target: Dictionary | Sequence, name: str, args: Arguments) -> Value:
    """Change a container in a way that may not have happened: what it had stays possible."""
    target.open = True
    if isinstance(target, Sequence):
        if name in {"append", "add"} and args.positional and len(target.items) < 64:
            target.items.append(args.positional[0])
        if name in {"pop", "popleft"} and target.items:
            return one_of([*target.items, UNKNOWN])
        return NONE if name in {"append", "add", "extend", "clear", "remove"} else UNKNOWN
    if name == "setdefault" and len(args.positional) > 1:
        if len(target.items) < _MOST_KEPT:
            target.items.append((UNKNOWN, args.positional[1]))
        return one_of([value for _, value in target.items])
    return one_of([value for _, value in target.items] + [UNKNOWN]) if target.items else UNKNOWN


def _dict_method(  # noqa: C901  # one arm for each method
    machine: Machine, target: Dictionary, name: str, args: Arguments, site: Site
) -> Value:
    key = args.positional[0] if args.positional else None
    found = next((value for known, value in target.items if key is not None and same(known, key)), None)
    default = args.positional[1] if len(args.positional) > 1 else NONE
    match name:
        case "get" | "pop":
            if name == "pop" and found is not None:
                target.items[:] = [pair for pair in target.items if key is None or not same(pair[0], key)]
            if found is not None:
                return found
            is_live = machine.phase is Phase.REQUEST and target.phase is not Phase.REQUEST
            is_closed = not target.open and isinstance(key, Literal) and not is_live
            return default if is_closed else one_of([*(value for _, value in target.items), UNKNOWN])
        case "setdefault":
            if found is None and key is not None:
                put(target, key, default)
            return found or default
        case "update":
            other = key
            if isinstance(other, Dictionary):
                for inner, value in other.items:
                    put(target, inner, value)
                target.open |= other.open
            elif other is not None:
                target.open = True
            for word, value in args.keywords.items():
                put(target, Literal(word), value)
            return NONE
        case "items":
            pairs: list[Value] = [Sequence("tuple", [a, b], site, machine.phase) for a, b in target.items]
            return Sequence("list", pairs, site, machine.phase, target.open)
        case "keys":
            return Sequence("list", [known for known, _ in target.items], site, machine.phase, target.open)
        case "values":
            return Sequence("list", [value for _, value in target.items], site, machine.phase, target.open)
        case "copy":
            return Dictionary(list(target.items), site, machine.phase, target.open)
        case "clear":
            target.items.clear()
            return NONE
        case _:
            return UNKNOWN


def _list_method(  # noqa: C901  # one arm for each method
    machine: Machine, target: Sequence, name: str, args: Arguments, site: Site
) -> Value:
    first = args.positional[0] if args.positional else None
    match name:
        case "append" | "add" | "appendleft":
            if first is not None and not (name == "add" and any(same(first, item) for item in target.items)):
                target.items.insert(0 if name == "appendleft" else len(target.items), first)
            return NONE
        case "extend" | "update":
            if isinstance(first, Sequence):
                target.items += first.items
                target.open |= first.open
            else:
                target.open = True
            return NONE
        case "insert" if len(args.positional) > 1:
            at = args.positional[0]
            if isinstance(at, Literal) and isinstance(at.value, int):
                target.items.insert(at.value, args.positional[1])
            else:
                target.open = True
            return NONE
        case "copy":
            return Sequence(target.kind, list(target.items), site, machine.phase, target.open)
        case "clear":
            target.items.clear()
            return NONE
        case "pop":
            if not target.items or target.open:
                return one_of([*target.items, UNKNOWN]) if target.items else UNKNOWN
            at = first if first is not None else Literal(-1)
            if (
                isinstance(at, Literal)
                and isinstance(at.value, int)
                and -len(target.items) <= at.value < len(target.items)
            ):
                return target.items.pop(at.value)
            target.open = True
            return UNKNOWN
        case "remove" | "discard":
            target.items[:] = [item for item in target.items if first is None or not same(item, first)]
            return NONE
        case _:
            if name in CHANGES:
                target.open = True
            return UNKNOWN


def text_method(text: Literal, name: str, args: Arguments, site: Site, phase: Phase) -> Value:
    """Call a method of a text whose content is known."""
    value = text.value
    words = [arg.value for arg in args.positional if isinstance(arg, Literal) and isinstance(arg.value, str)]
    if not isinstance(value, str) or len(words) != len(args.positional):
        if name == "join" and isinstance(value, str) and args.positional and isinstance(args.positional[0], Sequence):
            items = args.positional[0]
            texts = [item.value for item in items.items if isinstance(item, Literal) and isinstance(item.value, str)]
            if len(texts) == len(items.items) and not items.open:
                return Literal(value.join(texts), text.assumed)
        return UNKNOWN
    if name in _PURE_TEXT and len(words) <= 1:
        result = getattr(value, name)(*words)
        return Literal(str(result), text.assumed)
    if name == "replace" and len(words) == 2:
        return Literal(value.replace(words[0], words[1]), text.assumed)
    if name == "format" and not words and not args.keywords:
        return Literal(value, text.assumed) if "{" not in value else UNKNOWN
    if name in {"startswith", "endswith"} and len(words) == 1:
        return Literal(bool(getattr(value, name)(words[0])), text.assumed)
    if name == "split" and len(words) <= 1 and not args.keywords:
        pieces: list[Value] = [Literal(piece, text.assumed) for piece in value.split(words[0] if words else None)]
        return Sequence("list", pieces, site, phase)
    return UNKNOWN
