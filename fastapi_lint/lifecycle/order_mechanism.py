"""Reads what a sentence says of the mechanism: which of the added is the outermost, in which order they run.

The patterns are over the word classes of `knowledge/order_words.py`, one character a word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from fastapi_lint.lifecycle.order_model import MechanismClaim

if TYPE_CHECKING:
    from fastapi_lint.lifecycle.order_tokens import Sentence

_HEAD: Final = r"(?:^|(?<=[gP,:(\-&e>=]))"
"""Before a noun that means any middleware: not `the CORS middleware added last`."""

_ADDED: Final = (
    r"(?:(?P<pos>[19])(?:m?(?:[gv]{0,3}(?P<how>A)|[gvP]{0,3}(?P<how3>L))[mK]?|K)"
    rf"|{_HEAD}m(?:gv)?(?P<how2>[AL])P?(?P<pos2>[19]))"
)
"""`first added`, `last middleware to be added`; `middleware added last`, `the one registered first`."""

_PLACE: Final = (
    r"(?:(?:R[gP]?)?(?:(?P<out>[Ou])|(?P<inn>[Inz]))"
    r"|[RC]v?[gP]{0,2}(?P<run>[19])"
    r"|(?P<run2>[19])[gvP]{0,2}[RCS](?:[ge]{0,2}(?P<path2>[qs]))?"
    r"|[RSv][ge]{0,2}(?P<path>[qs])[gvP]{0,2}(?P<run3>[19])"
    r"|w[gvP]{0,2}(?P<tight>z)"
    r"|w[gP]{0,2}(?P<all>e))"
)
"""`outermost`, `inner`; `runs first`; `last executed`; `sees the request first`; `wraps the tightest`; `wraps all`."""

_EQUATION: Final = re.compile(rf"A(?P<pos>[19])\)?[=>]\(?[gv]{{0,3}}{_PLACE}")

_STATEMENTS: Final = (
    re.compile(rf"{_ADDED}[gvPp=>,:(&)\-]{{0,5}}{_PLACE}"),
    _EQUATION,
    re.compile(r"(?P<verb>[RC])[gP]?(?P<pos>[19])m?[gv]{0,2}(?P<how>[AL])m?[gv]?(?P<run>[19])"),
    re.compile(r"(?P<place>[OI])m{0,2}(?:v{1,4}|=)A[gP]?(?P<pos>[19])"),
)
"""`last added = outermost`; `added last = runs first`; `runs the last added first`; `outermost must be added last`."""

_HEADINGS: Final = (
    re.compile(r"(?<![RSACNp])(?P<pos>[19])m?[=>v][gv]?(?P<place>[OI])"),
    re.compile(r"(?P<place>[OI])m?[=v>]?(?P<pos>[19])(?![AmR])"),
    re.compile(r"(?P<from>[OuIn])m?[vg>\-]{1,2}(?P<to>[InOu])m?"),
)
"""`first = outermost`; `outermost first`; `outermost to innermost`: said of the lines below."""

_ORDERS: Final = (
    re.compile(r"[RC]m?[gvP]{0,4}(?P<d>d?)k?[gvP]?r[gvPykp]{0,6}m?[gv]{0,2}A"),
    re.compile(r"[RC]m?[gvP]{0,4}(?P<d>d?)[gvP]?Ar"),
    re.compile(r"[RC]r[gvP]{0,4}(?:(?P<d>d)|k)[gvP]{0,4}r?[gvPyk]{0,4}A"),
    re.compile(r"[RC]r(?:=|vgk[gvP]{0,3})[gv]{0,2}Ar"),
    re.compile(r"A[gvPy]{0,3}(?P<d>d?)(?:Rr|r[gvPyk]{1,4}R)"),
)
"""`run in the order they are added`, `in reverse registration order`; `add in execution order`."""

_REVERSED: Final = (
    re.compile(r"[RC]m?[gvP]{0,4}d"),
    re.compile(r"(?:[RC]r|rPgR)[gvP]{0,3}d"),
)
"""`executed in reverse`, `the order of execution is reversed`: true of what is added; of a list it is unclear."""

_LISTINGS: Final = (
    re.compile(r"[RC]m?[gvP]{0,4}k?[gvP]?r[gvPykp]{0,6}m?[gv]{0,2}L"),
    re.compile(r"[RCr][gvPm]{0,4}[V\^]"),
    re.compile(r"[RCrm][gvPm(]{0,4}f"),
)
"""`executed in the order listed`, `runs top to bottom`, `FIFO`."""

_IDLE: Final = (
    re.compile(r"[OIun]m{0,2}[gv]{0,3}(?:[RC][gP]?[19]|[RS][ge]{0,2}[qs][gvP]{0,2}[19]|[19][gv]{0,2}[RS])"),
)
"""`the outermost middleware runs first`: what the words mean, and no claim."""

_WAY_AFTER = re.compile(r"[gvPe]{0,3}([qs])")
_WAY_BEFORE = re.compile(r"[gPe]{0,3}([qs])[mxg]?[,:\-(]")
_WAY_AS_SUBJECT = re.compile(r"[gPe]{0,3}([qs])[gv]{0,3}")
_OF_MIDDLEWARE: Final = frozenset("mNUyqsApR_,:(-=&>/g|")


class Reading(Struct, frozen=True):
    """Tokens that speak of the mechanism, and their claim, if they make one.

    An equation (`added last = outermost`) may as well be said of one middleware; a heading (`outermost first`) may
    be said of lines that follow in the text.
    """

    start: int
    end: int
    claim: MechanismClaim | None
    is_equation: bool = False
    is_heading: bool = False


class Mechanism(Struct, frozen=True):
    """All that a sentence says of the mechanism; the readings do not overlap."""

    readings: tuple[Reading, ...]


def read_mechanism(sentence: Sentence) -> Mechanism:
    """Return the claims of a sentence about the mechanism, with the spans that no other claim may use."""
    readings: list[Reading] = []
    taken = [False] * len(sentence.kinds)
    for patterns, read, is_heading in (
        (_STATEMENTS, _statement, False),
        (_ORDERS, _order, False),
        (_REVERSED, _nothing, False),
        (_LISTINGS, _listing, True),
        (_IDLE, _nothing, False),
        (_HEADINGS, _heading, True),
    ):
        for pattern in patterns:
            for match in pattern.finditer(sentence.kinds):
                start, end = match.span()
                if not any(taken[start:end]):
                    taken[start:end] = [True] * (end - start)
                    claim = read(sentence, match)
                    readings.append(Reading(start, end, claim, pattern is _EQUATION, is_heading))
    return Mechanism(tuple(readings))


def path_at(sentence: Sentence, start: int, end: int) -> str:
    """Return on which way what is said from one token to another happens: `q` request, `s` response, or unclear."""
    kinds = sentence.kinds
    if "s" not in kinds:
        return "q"
    after = _WAY_AFTER.match(kinds, end)
    if after:
        return after.group(1)
    clause = _clause_start(kinds, start)
    itself = _WAY_AS_SUBJECT.fullmatch(kinds, clause, start)
    if itself:
        return itself.group(1)
    before = _WAY_BEFORE.fullmatch(kinds, _clause_start(kinds, max(clause - 1, 0)), clause)
    return before.group(1) if before and "s" not in kinds[end:] else ""


def _clause_start(kinds: str, end: int) -> int:
    return max(kinds.rfind(mark, 0, end) for mark in ",:(-") + 1


def _statement(sentence: Sentence, match: re.Match[str]) -> MechanismClaim | None:
    groups = match.groupdict()
    first = (groups.get("pos") or groups.get("pos2")) == "1"
    outer = _is_outer(sentence, match)
    if outer is None:
        return None
    listed = "L" in {groups.get("how"), groups.get("how2"), groups.get("how3")}
    return MechanismClaim(sentence.words(*match.span()), first == outer, listed)


def _is_outer(sentence: Sentence, match: re.Match[str]) -> bool | None:
    groups = match.groupdict()
    place = groups.get("out") or groups.get("inn") or groups.get("place")
    if place is not None:
        return place in "Ou"
    if groups.get("tight") or groups.get("all"):
        return groups.get("all") is not None
    run = groups.get("run") or groups.get("run2") or groups.get("run3")
    path = groups.get("path") or groups.get("path2") or path_at(sentence, *match.span())
    return None if not path else (run == "1") == (path == "q")


def _order(sentence: Sentence, match: re.Match[str]) -> MechanismClaim | None:
    path = path_at(sentence, *match.span())
    if not path or not _is_about_middleware(sentence, match.start()):
        return None
    same = "d" not in match.group()
    return MechanismClaim(sentence.words(*match.span()), same == (path == "q"))


def _listing(sentence: Sentence, match: re.Match[str]) -> MechanismClaim | None:
    path = path_at(sentence, *match.span())
    if path != "q" or not _is_about_middleware(sentence, match.start()):
        return None
    first = match.group()[-1] != "^" and "d" not in match.group()
    return MechanismClaim(sentence.words(*match.span()), first, heading=True)


def _heading(sentence: Sentence, match: re.Match[str]) -> MechanismClaim | None:
    groups = match.groupdict()
    words = sentence.words(*match.span())
    start, end = groups.get("from"), groups.get("to")
    if start is not None and end is not None:
        opposite = (start in "Ou") != (end in "Ou")
        return (
            MechanismClaim(words, start in "Ou", heading=True) if opposite and not _tells_of_running(sentence) else None
        )
    if _tells_of_running(sentence) and "=" not in match.group():
        return None
    return MechanismClaim(words, (groups["pos"] == "1") == (groups["place"] == "O"), heading=True)


def _nothing(_sentence: Sentence, _match: re.Match[str]) -> None:
    return None


def _tells_of_running(sentence: Sentence) -> bool:
    return any(kind in "RCqs" for kind in sentence.kinds)


def _is_about_middleware(sentence: Sentence, start: int) -> bool:
    left = sentence.kinds[:start].rstrip("gv")
    return not left or left[-1] in _OF_MIDDLEWARE
