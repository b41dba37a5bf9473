"""What a requirements file says, line by line, as pip reads it."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final

from fastapi_lint.config.claims import Claim, FileClaims, requirement_of
from fastapi_lint.core.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMENT: Final = re.compile(r"(?:^|(?<=\s))#.*$")
_INCLUDE: Final = re.compile(
    r"(?:-r|--requirement|(?P<constraint>-c|--constraint))(?:\s*=\s*|\s+|(?=[^\s=-]))(?P<path>\S+)"
)
_OPTIONS: Final = re.compile(r"\s--?[A-Za-z].*$", re.DOTALL)
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_requirements(data: bytes) -> FileClaims:
    """Return the requirements of a file and the files it includes; never raises.

    Hashes, options, markers and lines that are no requirement are passed over.
    """
    claims: list[Claim] = []
    includes: list[tuple[str, bool]] = []
    for text, span in _logical_lines(data):
        include = _INCLUDE.fullmatch(text)
        if include is not None:
            includes.append((include.group("path").strip("\"'"), include.group("constraint") is not None))
        elif not text.startswith("-"):
            requirement = requirement_of(_OPTIONS.sub("", text))
            if requirement is not None:
                claims.append(Claim(*requirement, span))
    return FileClaims(tuple(claims), includes=tuple(includes))


def _logical_lines(data: bytes) -> Iterator[tuple[str, Span]]:
    """Yield each line without comments, continued lines joined, with the span of its first line."""
    if data.startswith(_WIDE):  # what PowerShell's redirection writes; offsets into it help nobody
        yield from ((text, Span(0, 0)) for text, _ in _logical_lines(data.decode("utf-16", "replace").encode()))
        return
    parts: list[str] = []
    span = Span(0, 0)
    at = 0
    for line in data.splitlines(keepends=True):
        body = line.strip()
        if not parts:
            start = at + len(line) - len(line.lstrip())
            span = Span(start, start + len(body))
        at += len(line)
        text = body.decode("utf-8", "replace").lstrip("\ufeff")
        if text.startswith("#") and parts:
            continue
        is_continued = text.endswith("\\")
        parts.append(text[:-1] if is_continued else _COMMENT.sub("", text))
        if not is_continued:
            yield from _joined(parts, span)
            parts = []
    yield from _joined(parts, span)


def _joined(parts: list[str], span: Span) -> Iterator[tuple[str, Span]]:
    text = _COMMENT.sub("", " ".join(parts)).strip()
    if text:
        yield text, span
