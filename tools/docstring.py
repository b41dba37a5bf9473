"""Reads a rule's docstring: its sections, and the example projects that its Bad and Good sections hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SECTIONS: Final = ("What it does", "Why it is bad", "Bad", "Good", "Fix safety", "References")
REQUIRED: Final = ("What it does", "Why it is bad", "Bad", "Good", "References")

_HEADING: Final = re.compile(r"^## (?P<title>.+?)\s*$")
_FENCE: Final = re.compile(r"^```(?P<language>[a-z]*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE: Final = re.compile(r"^# file: (?P<path>\S+)\n", re.MULTILINE)
_SINGLE: Final = {"": "main.py", "python": "main.py", "dockerfile": "Dockerfile", "toml": "pyproject.toml"}


@dataclass(frozen=True, slots=True)
class Example:
    """One fenced block: a small project, as text by path; `section` and `number` (from 1) say where it stands."""

    section: str
    number: int
    files: Mapping[str, str]


def sections(documentation: str) -> Mapping[str, str]:
    """Return the text below each `## Heading`, by heading in the order of the text; the summary is left out.

    Headings inside fenced blocks are text.
    """
    found: dict[str, list[str]] = {}
    title, fenced = "", False
    for line in documentation.splitlines():
        fenced ^= line.startswith("```")
        heading = None if fenced else _HEADING.match(line)
        if heading:
            title = heading["title"]
            found[title] = []
        elif title:
            found[title].append(line)
    return {title: "\n".join(lines).strip("\n") for title, lines in found.items()}


def examples(documentation: str, section: str) -> Iterator[Example]:
    """Yield the example projects of a section, one for each fenced block.

    A block is one file named after its language, or several files where lines `# file: app/main.py` begin them.
    """
    text = sections(documentation).get(section, "") + "\n"
    for number, block in enumerate(_FENCE.finditer(text), start=1):
        head, *parts = _FILE.split(block["code"])
        files = dict(zip(parts[::2], parts[1::2], strict=True))
        if not files or head.strip():
            files[_SINGLE[block["language"]]] = head
        yield Example(section, number, files)
