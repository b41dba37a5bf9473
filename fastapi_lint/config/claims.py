"""What one file says of one package's version, and the forms in which files say it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from fastapi_lint.config.overrides import normal_name
from fastapi_lint.core.span import Span

_REQUIREMENT: Final = re.compile(
    r"\s*(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*"
    r"(?:@\s*(?P<url>\S+)|(?P<specifier>\(?[^;@]*\)?))?\s*(?:;.*)?",
    re.DOTALL,
)
_TAG: Final = re.compile(r"@v?([0-9]+(?:\.[0-9]+)+)(?:#|$)")
_WHEEL: Final = re.compile(r"/[A-Za-z0-9._]+-([0-9][0-9A-Za-z.]*)(?:-[^/]*\.whl|\.tar\.gz|\.zip)(?:#|$)")
_POETRY: Final = re.compile(r"([\^~]?)\s*v?([0-9]+(?:\.[0-9]+)*)(.*)", re.DOTALL)
_MAX_TEXT: Final = 1_000
_GAP: Final = re.compile(r"(?<=[0-9A-Za-z*])\s+(?=[\^~=<>!])")


@dataclass(frozen=True, slots=True)
class Claim:
    """A package's specifier in one file, empty where any version will do; `span` is the line that says it.

    `rank` orders the parts of one file: 0 is what the program needs, 1 its extras, 2 what its developers need.
    """

    package: str
    specifier: str
    span: Span
    rank: int = 0


@dataclass(frozen=True, slots=True)
class FileClaims:
    """All that one file says: its claims, what is wrong with it, and the folders whose lock it is besides its own.

    `includes` are the requirement files it takes in: path relative to its folder, and whether as constraints.
    """

    claims: tuple[Claim, ...] = ()
    problems: tuple[tuple[Span, str], ...] = ()
    members: tuple[str, ...] = ()
    includes: tuple[tuple[str, bool], ...] = ()


def requirement_of(text: str) -> tuple[str, str] | None:
    """Return the normal name and the specifier of a requirement (PEP 508), None for what is none.

    A reference to a file or a tag counts as a pin where it names a version; markers are passed over.
    """
    found = _REQUIREMENT.fullmatch(text) if len(text) <= _MAX_TEXT else None
    if found is None:
        return None
    name = normal_name(found.group("name"))
    url = found.group("url")
    if url is not None:
        tagged = _TAG.search(url) or _WHEEL.search(url)
        return name, f"=={tagged.group(1)}" if tagged else ""
    return name, (found.group("specifier") or "").strip().removeprefix("(").removesuffix(")").strip()


def poetry_specifiers(text: str) -> tuple[str, ...]:
    """Return the alternatives of a version constraint in Poetry's form (`^0.115`, `~0.115.2`, `*`) as specifiers."""
    alternatives = re.split(r"\|\|?", text[:_MAX_TEXT])
    return tuple(_poetry_alternative(alternative.strip()) for alternative in alternatives)


def line_span(data: bytes, at: int) -> Span:
    """Return the span of the line that holds an offset, without white space before it and its line end."""
    start = data.rfind(b"\n", 0, at) + 1
    end = data.find(b"\n", at)
    line = data[start : end if end >= 0 else len(data)]
    left = start + len(line) - len(line.lstrip())
    return Span(left, left + len(line.strip()))


def _poetry_alternative(text: str) -> str:
    clauses = (clause.strip() for clause in _GAP.sub(",", text).split(","))
    return ",".join(filter(None, map(_poetry_clause, clauses)))


def _poetry_clause(clause: str) -> str:
    if clause in {"", "*"}:
        return ""
    found = _POETRY.fullmatch(clause)
    if found is None or clause.startswith("~="):
        return clause
    sign, version, rest = found.groups()
    if not sign:
        return f"=={version}{rest}"
    numbers = [int(number) for number in version.split(".")]
    return f">={version}{rest},<{_ceiling(sign, numbers)}"


def _ceiling(sign: str, numbers: list[int]) -> str:
    """Return the first version that `^` (keep the first number that is not 0) or `~` (keep two) leaves out."""
    if sign == "~":
        kept = min(2, len(numbers))
    else:
        kept = next((index + 1 for index, number in enumerate(numbers) if number), len(numbers))
    return ".".join(map(str, [*numbers[: kept - 1], numbers[kept - 1] + 1]))
