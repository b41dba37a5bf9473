"""The one sanitiser: every text that the checked project wrote passes here before it reaches a terminal or a log.

A file name, a message or a source line may hold escape sequences that move the cursor, bidirectional controls that
make code read as what it is not, line ends that forge a line of output, or the magic words by which a build service
takes commands from a log. All of these become visible escapes; nothing is dropped, so that the reader sees what is
there. Lone surrogates (bytes of a name that are no UTF-8) are escaped too, for no stream could write them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# C0, DEL and C1; the bidirectional marks, embeddings and isolates; the line and paragraph separators; lone surrogates.
_CONTROL = r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
# `##[...]`, `##vso[...]` and `##teamcity[...]` are commands to a build service wherever in a line they stand.
_COMMAND = r"(?<=#)#(?=(?:(?i:vso|teamcity)\b)?\[)"
_UNSAFE = re.compile(f"{_CONTROL}|{_COMMAND}")
_BUILD_COMMAND = re.compile(_COMMAND)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SHORT: Mapping[str, str] = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def sanitize(text: str) -> str:
    """Return `text` on one line and without any character that a terminal or a build log would obey."""
    return _UNSAFE.sub(_escape, text)


def glyphs(line: str) -> list[str]:
    """Return what to print for each code point of a source line; tabs are left for the caller to expand."""
    result = list(line)
    for match in _UNSAFE.finditer(line):
        if match[0] != "\t":
            result[match.start()] = _escape(match)
    return result


def sanitize_path(path: str) -> str:
    """Return a path that may stand at the start of a line with a colon behind it.

    `::error::x.py` would be read as a workflow command, and so would the line `:: message` of a file named `:`.
    """
    shown = sanitize(path)
    return f"./{shown}" if shown.lstrip().startswith(":") else shown


def without_surrogates(text: str) -> str:
    """Return `text` with lone surrogates made visible: most readers of JSON refuse a document that holds one."""
    return _SURROGATE.sub(_escape, text)


def inert_json(text: str) -> str:
    """Return JSON in ASCII (or strings of TOML) that says the same, and of which nothing is obeyed where it is logged.

    JSON leaves DEL as it is, the only control character that it does not escape. It and the words of commands can only
    stand within strings.
    """
    return _BUILD_COMMAND.sub(r"\\u0023", text.replace("\x7f", r"\u007f"))


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character in _SHORT:
        return _SHORT[character]
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
