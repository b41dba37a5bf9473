"""Valid Python that LibCST 1.9 refuses, said in as many characters in a way that it takes.

Two forms are known: an annotated target in parentheses, `(x): int`, and a template whose prefix is `tr`. What stands
elsewhere keeps its place, so that spans of the one text are spans of the other, and so are their bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi_lint.source.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastapi_lint.source.tokens import Token

_BLANKS: Final = " \t\f"
_PASSED: Final = frozenset({"comment", "joined", "newline"})
_Edit = tuple[int, str]


def respelled(text: str) -> str:
    """Return the text with the forms that LibCST refuses said otherwise; the same text where it has none."""
    found = list(tokens(text))
    edits = sorted([*_prefixes(found), *_targets(text, found)])
    pieces: list[str] = []
    at = 0
    for start, said in edits:
        pieces += (text[at:start], said)
        at = start + len(said)
    return "".join([*pieces, text[at:]])


def _prefixes(found: Sequence[Token]) -> Iterator[_Edit]:
    """Yield the prefix of each template that is `tr`, turned round."""
    for token in found:
        if token.kind == "string" and token.text[:2].lower() == "tr":
            yield token.start, token.text[1::-1]


def _targets(text: str, found: Sequence[Token]) -> Iterator[_Edit]:
    """Yield blanks in the place of the parentheses around annotated targets."""
    depth = begins = 0
    is_line = True
    for index, token in enumerate(found):
        if token.kind == "open" and not depth and not text[begins : token.start].strip(_BLANKS):
            parentheses = _around_target(text, found, index)
            if parentheses is not None:
                inner, end, closing = parentheses
                yield _before(text, begins if is_line else token.start, token.start, inner, is_line=is_line)
                yield end, " " * (closing - end)
        if token.kind in {"open", "field"}:
            depth += 1
        elif token.kind in {"close", "unfield"}:
            depth -= 1
        elif not depth and (token.kind == "newline" or token.text in {";", ":"}):
            begins, is_line = token.start + 1, token.kind == "newline"


def _before(text: str, begins: int, opening: int, inner: int, *, is_line: bool) -> _Edit:
    """Return what to write from the end of the line above, or from an opening parenthesis, to what this holds.

    In an indented line the blanks must not become part of the indentation, so they go to the end of the line above. In
    the first line of all, a form feed begins the indentation anew.
    """
    blanks = " " * (inner - opening)
    if not is_line:
        return opening, blanks
    above = begins - (2 if text.startswith("\r\n", begins - 2) and begins > 1 else 1)
    indent = text[begins:opening]
    return (above, blanks + text[above:begins] + indent) if begins else (0, f"{blanks[1:]}\f{indent}")


def _around_target(text: str, found: Sequence[Token], index: int) -> tuple[int, int, int] | None:
    """Return where what an opening parenthesis holds begins and ends, and where the closing one does; None for others.

    Of several around each other all are passed.
    """
    last = _closing(found, index)
    if last is None or last + 1 >= len(found):
        return None
    after, closing = found[last + 1], found[last].start + 1
    if not after.text.startswith(":") or after.text.startswith(":=") or text[closing : after.start].strip(_BLANKS):
        return None
    inner, end = found[index].start + 1, found[last].start
    while found[index + 1].text == "(" and _closing(found, index + 1) == last - 1:
        if text[inner : found[index + 1].start].strip(_BLANKS) or text[found[last - 1].start + 1 : end].strip(_BLANKS):
            break
        index, last = index + 1, last - 1
        inner, end = found[index].start + 1, found[last].start
    inner = end - len(text[inner:end].lstrip(_BLANKS))
    return (inner, end, closing) if inner < end else None


def _closing(found: Sequence[Token], index: int) -> int | None:
    """Return the index of the parenthesis that closes one on the same line; None where there is none."""
    depth = 0
    for at in range(index, len(found)):
        kind = found[at].kind
        depth += (kind in {"open", "field"}) - (kind in {"close", "unfield"})
        if not depth:
            return at if found[index].text == "(" else None
        if kind in _PASSED:
            return None
    return None
