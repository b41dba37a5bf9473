"""What is shown where the mouse rests: a rule's documentation on a suppression, a request's life on its decorator."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi_lint.config.selection import specificity
from fastapi_lint.rules.catalogue import entries

if TYPE_CHECKING:
    from fastapi_lint.rules.catalogue import BuiltIn
    from fastapi_lint.rules.rule import Rule

_MENTIONS: Final = re.compile(
    r"fastapi-lint[ \t]*:[ \t]*ignore(?:-file)?[ \t]*\[(?P<own>[^\]]*)|noqa[ \t]*:(?P<noqa>[A-Za-z0-9, \t]*)",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class Mention:
    """What a suppression names, and where in its row (in code points, from 0)."""

    text: str
    start: int
    end: int


def mention_at(row: str, column: int) -> Mention | None:
    """Return what a suppression in a row names at a column, None where there is none."""
    comment = row.find("#")
    for found in _MENTIONS.finditer(row, comment) if comment >= 0 else ():
        group = "own" if found["own"] is not None else "noqa"
        for word in _WORD.finditer(row, *found.span(group)):
            if word.start() <= column <= word.end():
                return Mention(word.group(), word.start(), word.end())
    return None


def documentation(mention: str) -> str:
    """Return the documentation of the rule that is named, a list of several, an empty text for none."""
    found = [entry for entry in entries() if specificity(mention, entry.code, entry.name) >= 0]
    exact = [entry for entry in found if mention.lower() in {entry.code.lower(), entry.name}]
    if exact:
        return _page(exact[0])
    return "\n".join(f"- [{entry.code}]({entry.url}) `{entry.name}`: {entry.summary}" for entry in found)


def _page(entry: Rule[object] | BuiltIn) -> str:
    heading = f"**{entry.code}** `{entry.name}` ({entry.severity.value})"
    return f"{heading}\n\n{entry.documentation}\n\n[{entry.url}]({entry.url})"
