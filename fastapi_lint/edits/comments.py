"""Suppression comments, changed: a name taken out or spelt anew, a code put in, and nothing else touched."""

from __future__ import annotations

import re
from typing import Final

from fastapi_lint.core.span import Span

_OWN: Final = re.compile(r"#[ \t]*fastapi-lint[ \t]*:[ \t]*[A-Za-z_-]+[ \t]*(\[(?P<codes>[^\]]*)\])?", re.IGNORECASE)
_NOQA: Final = re.compile(r"#[ \t]*noqa(?![\w-])(?:[ \t]*:(?P<codes>.*))?", re.IGNORECASE | re.DOTALL)
_CODE: Final = re.compile(r"[A-Za-z]+[0-9]+(?=[\s,]|$)")
_OPEN: Final = re.compile(r"#[ \t]*fastapi-lint[ \t]*:[ \t]*ignore[ \t]*\[[^\]]*(?=\])", re.IGNORECASE)

Change = tuple[Span, str]
"""Bytes of a file and what stands there instead."""


def without(data: bytes, span: Span, name: str, encoding: str, *, is_noqa: bool) -> Change | None:
    """Return how to take a name out of the comment at `span`, the whole directive where it names nothing else.

    An empty name means the whole directive. None where the comment has no such directive.
    """
    comment = data[span.start : span.end].decode(encoding, "replace")
    shorter = _without_noqa(comment, name) if is_noqa else _without_own(comment, name)
    if shorter is None or shorter == comment:
        return None
    return _change(data, span, comment, shorter, encoding)


def renamed(data: bytes, span: Span, old: str, new: str, encoding: str) -> Change | None:
    """Return how to spell a name anew in the comment at `span`; None where our own directive does not hold it."""
    comment = data[span.start : span.end].decode(encoding, "replace")
    found = _OWN.search(comment)
    inside = found.group("codes") if found is not None else None
    if found is None or inside is None:
        return None
    parts = inside.split(",")
    if new in (part.strip() for part in parts):
        return without(data, span, old, encoding, is_noqa=False)
    changed = ",".join(part.replace(old, new) if part.strip() == old else part for part in parts)
    start, end = found.span("codes")
    return _change(data, span, comment, comment[:start] + changed + comment[end:], encoding)


def with_codes(line: str, codes: tuple[str, ...]) -> str | None:
    """Return a line that is a suppression comment with more codes in its brackets; None where it is no such line."""
    found = _OPEN.match(line.lstrip())
    if found is None:
        return None
    at = len(line) - len(line.lstrip()) + found.end()
    return line[:at].rstrip() + "".join(f", {code}" for code in codes) + line[at:]


def _without_own(comment: str, name: str) -> str | None:
    found = _OWN.search(comment)
    if found is None:
        return None
    inside = found.group("codes")
    if name and inside is not None:
        parts = inside.split(",")
        rest = [part for part in parts if part.strip() != name]
        if any(part.strip() for part in rest):
            if len(rest) < len(parts) and parts[0].strip() == name:
                rest[0] = rest[0].lstrip()
            start, end = found.span("codes")
            return comment[:start] + ",".join(rest) + comment[end:]
    # A reason reaches to the next `#`, behind which another tool may be spoken to.
    end = comment.find("#", found.end())
    return _joined(comment[: found.start()], comment[end:] if end >= 0 else "")


def _without_noqa(comment: str, name: str) -> str | None:
    found = _NOQA.search(comment)
    if found is None:
        return None
    inside = found.group("codes")
    if inside is None:
        return None
    listed = _listed(inside)
    others = [code for code in listed if code[0].upper() != name.upper()]
    if others:
        start = found.start("codes")
        for _, first, last in reversed([code for code in listed if code[0].upper() == name.upper()]):
            comment = comment[: start + first] + comment[start + last :]
        return comment
    end = comment.find("#", found.start("codes"))
    return _joined(comment[: found.start()], comment[end:] if end >= 0 else "")


def _listed(text: str) -> list[tuple[str, int, int]]:
    """Return the codes at the start of a text, each with what goes when it does: itself and one separator."""
    codes: list[tuple[str, int, int]] = []
    at = 0
    while True:
        start = at + len(text[at:]) - len(text[at:].lstrip(" \t,"))
        found = _CODE.match(text, start)
        if found is None:
            break
        codes.append((found.group(), found.start(), found.end()))
        at = found.end()
    out: list[tuple[str, int, int]] = []
    for number, (code, start, end) in enumerate(codes):
        if number + 1 < len(codes):
            out.append((code, start, codes[number + 1][1]))
        else:
            out.append((code, codes[number - 1][2] if number else start, end))
    return out


def _joined(before: str, after: str) -> str:
    before = before.rstrip()
    return f"{before}  {after}" if before and after else before or after


def _change(data: bytes, span: Span, old: str, new: str, encoding: str) -> Change:
    if not new:
        return _gone(data, span)
    same = _same_start(old, new)
    tail = _same_start(old[same:][::-1], new[same:][::-1])
    start = span.start + len(old[:same].encode(encoding, "replace"))
    end = span.end - len(old[len(old) - tail :].encode(encoding, "replace"))
    return Span(start, end), new[same : len(new) - tail]


def _same_start(one: str, other: str) -> int:
    size = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        size += 1
    return size


def _gone(data: bytes, span: Span) -> Change:
    """Return how to remove a comment: with its row where it stands alone, with the blanks before it elsewhere."""
    start = span.start
    while start and data[start - 1 : start] in {b" ", b"\t"}:
        start -= 1
    if start and data[start - 1 : start] not in {b"\n", b"\r"}:
        return Span(start, span.end), ""
    end = span.end
    if data[end : end + 2] == b"\r\n":
        return Span(start, end + 2), ""
    if data[end : end + 1] in {b"\n", b"\r"}:
        end += 1
    return Span(start, end), ""
