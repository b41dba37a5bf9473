"""The instructions of a Dockerfile, each with its text and places.

A line reader after Docker's own: BuildKit's parser reads line by line too, so that a reader of the same kind agrees
with it on what is odd as well, where a grammar would have to recover. It follows the `escape` directive, continuation
lines with comments and blank lines between them, and heredocs. Nothing it meets is an error: what is no instruction
is passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from fastapi_lint.facts.deployment.text import Piece, Text, joined, split_lines

_DIRECTIVE = re.compile(r"#\s*([a-zA-Z]+)\s*=\s*(.*?)\s*$")
_NAME = re.compile(r"\s*([A-Za-z]+)(?:\s+|$)")
_HEREDOC = re.compile(r"(?:^|\s)\d?<<(-?)([\"']?)([A-Za-z_][\w.]*)\2(?=\s|$)")
_WITH_HEREDOCS = frozenset({"RUN", "COPY", "ADD"})
_MOST = 2000
_LONGEST = 32768


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its name in capitals, what follows it (continuation lines joined), and its heredocs' bodies."""

    name: str
    rest: Text
    heredocs: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """All instructions in order and the escape character."""

    instructions: tuple[Instruction, ...]
    escape: str


def read_dockerfile(text: Text) -> Dockerfile:
    """Return the instructions of a file's text."""
    lines = split_lines(text)
    escape, first = _directives(lines)
    found: list[Instruction] = []
    index = first
    while index < len(lines) and len(found) < _MOST:
        line = lines[index].value.strip()
        if not line or line.startswith("#"):
            index += 1
            continue
        whole, index = _continued(lines, index, escape)
        match = _NAME.match(whole.value)
        if match is None:
            continue
        name = match[1].upper()
        rest = whole.cut(match.end()).strip()
        heredocs: tuple[tuple[str, Text], ...] = ()
        if name in _WITH_HEREDOCS and "<<" in rest.value:
            heredocs, index = _heredocs(rest, lines, index)
        if len(rest) <= _LONGEST:
            found.append(Instruction(name, rest, heredocs))
    return Dockerfile(tuple(found), escape)


def _directives(lines: list[Text]) -> tuple[str, int]:
    """Return the escape character and the line after the parser directives, which must stand at the very top."""
    escape = "\\"
    for index, line in enumerate(lines):
        match = _DIRECTIVE.match(line.value)
        if match is None:
            return escape, index
        if match[1].lower() == "escape" and match[2] in {"\\", "`"}:
            escape = match[2]
    return escape, len(lines)


def _continued(lines: list[Text], index: int, escape: str) -> tuple[Text, int]:
    """Return the logical line that starts at `index`, and the line after it."""
    parts: list[Text] = []
    while index < len(lines):
        line = lines[index]
        value = line.value
        index += 1
        if parts and (not value.strip() or value.lstrip().startswith("#")):
            continue
        bare = value.rstrip()
        if not bare.endswith(escape):
            parts.append(line)
            break
        parts.append(line.cut(0, len(bare) - 1))
    return joined(parts), index


def _heredocs(rest: Text, lines: list[Text], index: int) -> tuple[tuple[tuple[str, Text], ...], int]:
    """Return the bodies of an instruction's heredocs and the line after the last; an open one takes the rest."""
    found: list[tuple[str, Text]] = []
    for match in _HEREDOC.finditer(rest.value):
        start = index
        while index < len(lines) and _end_of(lines[index].value, strips=bool(match[1])) != match[3]:
            index += 1
        if index >= len(lines):
            return tuple(found), index
        found.append((match[3], _body(lines[start:index])))
        index += 1
    return tuple(found), index


def _end_of(line: str, *, strips: bool) -> str:
    return line.lstrip("\t") if strips else line


def _body(lines: list[Text]) -> Text:
    """Return lines with their ends, which lie between them in the file."""
    parts: list[Text] = []
    for line in lines:
        parts.append(line)
        place = line.pieces[-1] if line.pieces else parts[0].pieces[-1] if parts and parts[0].pieces else None
        if place is not None:
            parts.append(Text((Piece("\n", place.path, place.end, place.end + 1),)))
    return joined(parts)
