"""A server's command line read as the server itself reads it: options, flags and operands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fastapi_lint.facts.deployment.text import OPEN, UNKNOWN, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi_lint.knowledge.servers import Server

_TARGET = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]")


@dataclass(slots=True)
class Arguments:
    """What a command line says, by the meanings of the server's table; the last of several options wins.

    `values` holds options with a value, `flags` those without (the text is the option itself). `is_open` says that
    further words may follow that nobody knows, such as an unset `$EXTRA_ARGS`.
    """

    values: dict[str, Text] = field(default_factory=dict)
    flags: dict[str, Text] = field(default_factory=dict)
    operands: list[Text] = field(default_factory=list)
    is_open: bool = False


def read_arguments(words: Sequence[Text], server: Server) -> Arguments:
    """Return what the words after the program's name mean to a server."""
    found = Arguments()
    index = 0
    while index < len(words):
        word = words[index]
        value = word.value
        if value == "--":
            found.operands.extend(words[index + 1 :])
            break
        if value == OPEN:
            found.is_open = True
        elif value.startswith("--"):
            index += _long(word, words[index + 1 : index + 2], server, found)
        elif value.startswith("-") and len(value) > 1:
            index += _short(word, words[index + 1 : index + 2], server, found)
        else:
            found.operands.append(word)
        index += 1
    if not found.operands and found.is_open:
        found.operands = [word for word in words if word.value == OPEN][:1]
    return found


def _long(word: Text, following: Sequence[Text], server: Server, found: Arguments) -> int:
    """Read one long option; return how many of the following words it takes."""
    name, equals, _ = word.value.partition("=")
    name = _full_name(name, server)
    if name in server.flags:
        _keep_flag(name, word, server, found)
        return 0
    if equals:
        _keep_value(name, word.cut(word.value.index("=") + 1), server, found)
        return 0
    if not following or not _takes(name, following[0].value, server):
        return 0
    _keep_value(name, following[0], server, found)
    return 1


def _takes(name: str, following: str, server: Server) -> bool:
    if name in server.valued:
        return True
    if name in server.optional:
        return following in server.optional[name]
    # an option of another release: most take a value, but the application must not be swallowed
    return not following.startswith("-") and not _TARGET.match(following) and UNKNOWN not in following


def _short(word: Text, following: Sequence[Text], server: Server, found: Arguments) -> int:
    """Read a cluster of short options (`-w4`, `-Dw 4`); return how many of the following words it takes."""
    value = word.value
    for at in range(1, len(value)):
        name = "-" + value[at]
        if name in server.flags:
            _keep_flag(name, word, server, found)
        elif name in server.valued:
            rest = word.cut(at + 1)
            if rest.value.startswith("=") and server.abbreviates:
                rest = rest.cut(1)
            if rest.value:
                _keep_value(name, rest, server, found)
                return 0
            if following:
                _keep_value(name, following[0], server, found)
            return 1
        else:
            return 0
    return 0


def _full_name(name: str, server: Server) -> str:
    known = server.valued | server.flags | server.optional.keys()
    if name in known or not server.abbreviates:
        return name
    begun = [option for option in known if option.startswith(name)]
    return begun[0] if len(begun) == 1 else name


def _keep_value(name: str, value: Text, server: Server, found: Arguments) -> None:
    meaning = server.meanings.get(name)
    if meaning is not None:
        found.values[meaning] = value


def _keep_flag(name: str, word: Text, server: Server, found: Arguments) -> None:
    meaning = server.meanings.get(name)
    if meaning is None:
        return
    found.flags[meaning] = word
    found.flags.pop(meaning[3:] if meaning.startswith("no_") else "no_" + meaning, None)
