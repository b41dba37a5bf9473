"""Reads what a sentence says of one middleware: outermost, runs before another, wraps all, is added last.

A predicate is found by its pattern over word classes; its subject is then sought to the left, over particles only.
Whom a pronoun means can stay open: then all that it could mean become subjects, and a claim is wrong only if it is
wrong of each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi_lint.knowledge import order_words
from fastapi_lint.lifecycle.order_mechanism import path_at
from fastapi_lint.lifecycle.order_model import (
    AddedClaim,
    AddedSideClaim,
    Claim,
    EarlyClaim,
    End,
    EndClaim,
    SideClaim,
    StackEntry,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.order_tokens import Sentence

_OTHERS: Final = r"(?P<others>[gP]{0,2}Nm?(?:[,&/]{1,2}[gP]?Nm?)*|[gP]?e{1,3}m{0,2}e?)"
_SUBJECT: Final = r"A(?:(?P<named>[gP]{0,2}N)m?|(?P<pointed>p)m?)?[gvP]{0,3}"
_SENDS: Final = r"[RSv][ge]{0,2}(?P<path>[qs])"

_PATTERNS: Final = (
    ("added-side", re.compile(rf"{_SUBJECT}(?P<turn>[ba]){_OTHERS}")),
    ("added", re.compile(rf"{_SUBJECT}(?P<place>[19])m?")),
    ("turn", re.compile(rf"(?:R|{_SENDS})[gvP]{{0,2}}(?P<turn>[ba]){_OTHERS}")),
    ("end", re.compile(rf"(?:R|{_SENDS})[gvP]{{0,2}}(?P<place>[19])m?")),
    ("end", re.compile(r"(?P<place>[19])m?v[RS](?:[gP]?[ge]?(?P<path>[qs]))?")),
    ("early", re.compile(r"R[gvP]{0,2}h")),
    ("far", re.compile(r"w[gP]{0,2}e{0,2}[qE]")),
    ("wraps", re.compile(rf"w{_OTHERS}")),
    ("wrapped", re.compile(rf"W[gP]i?{_OTHERS}")),
    ("side", re.compile(rf"R?(?P<side>[io]){_OTHERS}")),
    ("end", re.compile(r"R?(?P<end>[OI])m{0,2}")),
)
_QUALIFIERS: Final = frozenset(order_words.QUALIFIERS_AFTER.split())
_SEQUELS: Final = frozenset(order_words.SEQUELS.split())
_SETUP_NOUNS: Final = frozenset(order_words.SETUP_NOUNS.split())
_BREAKS: Final = frozenset(",:(-=>/")
_FOLLOWS: Final = frozenset("gP&,:()-=>/~v_b")
_ALL_ELSE: Final = frozenset({"everything", "anything", "else", "other", "others", "the rest"})
_ALL_OF_IT: Final = frozenset({"all", "entire", "whole", "every", "any"})


@dataclass(frozen=True, slots=True)
class Topic:
    """What a text is about when a sentence starts: the registration it stands by, and whom it named just before.

    `is_general` says that the sentence before was about the mechanism, so that `it` may go on about that.
    """

    registration: StackEntry | None
    named: tuple[StackEntry, ...] = ()
    is_general: bool = False

    @property
    def implied(self) -> tuple[StackEntry, ...]:
        """Return whom a statement without a subject may be about; nobody where it stands by no registration."""
        if self.registration is None:
            return ()
        return tuple(dict.fromkeys((self.registration, *self.named)))


@dataclass(frozen=True, slots=True)
class _Before:
    """The predicate that was read before in the same sentence."""

    end: int
    subjects: tuple[StackEntry, ...]
    others: tuple[StackEntry, ...]
    claim: Claim | None


def read_predicates(sentence: Sentence, kinds: str, topic: Topic) -> Iterator[tuple[Claim, int, int]]:
    """Yield the claims of a sentence about particular middleware, with the tokens they span.

    `kinds` are the sentence's classes with what is read already blanked.
    """
    before: _Before | None = None
    for form, match in _matches(kinds):
        subjects = _subjects(sentence, kinds, match, before, topic)
        others = _others(sentence, kinds, match)
        claim = _claim(sentence, form, match, subjects, others, before) if subjects else None
        before = _Before(match.end(), subjects, others or (), claim)
        compares = "others" in match.groupdict()
        if claim is not None and (compares or _follows_well(sentence, kinds, match.end())):
            yield claim, match.start(), match.end()


def _matches(kinds: str) -> Iterator[tuple[str, re.Match[str]]]:
    found = [
        (match.start(), rank, form, match)
        for rank, (form, pattern) in enumerate(_PATTERNS)
        for match in pattern.finditer(kinds)
    ]
    end = 0
    for start, _, form, match in sorted(found, key=lambda item: item[:2]):
        if start >= end:
            end = match.end()
            yield form, match


def _claim(
    sentence: Sentence,
    form: str,
    match: re.Match[str],
    subjects: tuple[StackEntry, ...],
    others: tuple[StackEntry, ...] | None,
    before: _Before | None,
) -> Claim | None:
    words = sentence.words(*match.span())
    match form:
        case "end":
            end = _end(sentence, match)
            of_part = end == "innermost" and _is_added_first(before)
            return EndClaim(words, subjects, end, of_part) if end else None
        case "early":
            return EarlyClaim(words, subjects) if path_at(sentence, *match.span()) == "q" else None
        case "added":
            if _speaks_of_setup(sentence) or _is_a_step(sentence, match.end()):
                return None
            return AddedClaim(words, subjects, "first" if match["place"] == "1" else "last")
        case "far":
            return EndClaim(words, subjects, "outermost") if _is_added_first(before) else None
        case _:
            return _sided(sentence, form, match, subjects, others)


def _is_added_first(before: _Before | None) -> bool:
    return before is not None and isinstance(before.claim, AddedClaim) and before.claim.place == "first"


def _sided(
    sentence: Sentence,
    form: str,
    match: re.Match[str],
    subjects: tuple[StackEntry, ...],
    others: tuple[StackEntry, ...] | None,
) -> Claim | None:
    if others is None:
        return None
    words = sentence.words(*match.span())
    if form == "added-side":
        if not others:
            return AddedClaim(words, subjects, "first" if match["turn"] == "b" else "last")
        return AddedSideClaim(words, subjects, "before" if match["turn"] == "b" else "after", others)
    outside = _is_outside(sentence, form, match)
    if outside is None:
        return None
    if not others:
        return EndClaim(words, subjects, "outermost" if outside else "innermost")
    return SideClaim(words, subjects, "outside" if outside else "inside", others)


def _end(sentence: Sentence, match: re.Match[str]) -> End | None:
    groups = match.groupdict()
    if groups.get("end"):
        return "outermost" if groups["end"] == "O" else "innermost"
    path = groups.get("path") or path_at(sentence, *match.span())
    if not path:
        return None
    return "outermost" if (groups["place"] == "1") == (path == "q") else "innermost"


def _is_outside(sentence: Sentence, form: str, match: re.Match[str]) -> bool | None:
    if form == "side":
        return match["side"] == "o"
    if form in {"wraps", "wrapped"}:
        return form == "wraps"
    path = match["path"] or path_at(sentence, *match.span())
    return None if not path else (match["turn"] == "b") == (path == "q")


def _others(sentence: Sentence, kinds: str, match: re.Match[str]) -> tuple[StackEntry, ...] | None:
    """Return the entries that a predicate compares with: none of them for `all others`, nothing where it is unclear."""
    if "others" not in match.groupdict():
        return None
    start, end = match.span("others")
    if "N" in kinds[start:end]:
        last = sentence.tokens[end - 1]
        if last.plain and last.entry is not None and _is_of_place(sentence, match):
            return None
        after = kinds[end : end + 1]
        if after == "|" or (last.plain and last.entry is not None and after in {"x", "E", "s", "q"}):
            return None
        return sentence.entries(start, end)
    words = {token.word for token in sentence.tokens[start:end]}
    wide = words & _ALL_OF_IT and match.re.pattern.startswith("w") and kinds[start:end].rstrip("e").endswith("m")
    if not (words & _ALL_ELSE or wide):
        return None
    bare = words & {"other"} and "m" not in kinds[start:end]
    return None if bare or kinds[end : end + 1] in set("xEqsNUioba") - {""} else ()


def _is_of_place(sentence: Sentence, match: re.Match[str]) -> bool:
    """Return whether `inside session`, `behind auth` need not speak of middleware: no `runs` or `sits` is before it."""
    if "side" not in match.groupdict() or match.group().startswith("R"):
        return False
    before = sentence.tokens[match.start() - 1].word if match.start() else ""
    return before not in {"sit", "sits"}


def _follows_well(sentence: Sentence, kinds: str, end: int) -> bool:
    """Return whether what follows a predicate leaves it as it is: not `outermost of the two`, `runs first in tests`."""
    if end >= len(kinds):
        return True
    if kinds[end] not in _FOLLOWS or sentence.tokens[end].word in _QUALIFIERS:
        return False
    rest = end
    while rest < len(kinds) and kinds[rest] in "gPe":
        rest += 1
    qualified = any(token.word in _QUALIFIERS for token in sentence.tokens[end:rest])
    vague = "P" in kinds[end:rest] and kinds[rest : rest + 1] == "x"
    return not qualified and not vague


def _speaks_of_setup(sentence: Sentence) -> bool:
    return any(token.word in _SETUP_NOUNS for token in sentence.tokens)


def _is_a_step(sentence: Sentence, end: int) -> bool:
    return any(token.word in _SEQUELS for token in sentence.tokens[end:])


def _subjects(
    sentence: Sentence, kinds: str, match: re.Match[str], before: _Before | None, topic: Topic
) -> tuple[StackEntry, ...]:
    groups = match.groupdict()
    if groups.get("named"):
        return sentence.entries(*match.span("named"))
    if groups.get("pointed"):
        return _pronoun(sentence, kinds, match.start("pointed"), before, topic)
    floor = before.end if before else 0
    at = match.start() - 1
    while at >= floor and kinds[at] in "gv":
        at -= 1
    if at < floor:
        return before.subjects if before else topic.implied
    return _subject_at(sentence, kinds, at, before, topic)


def _subject_at(
    sentence: Sentence, kinds: str, at: int, before: _Before | None, topic: Topic
) -> tuple[StackEntry, ...]:
    kind = kinds[at]
    if kind == "m" and at and kinds[at - 1] in "Np":
        at -= 1
        kind = kinds[at]
    if kind == "p":
        return _pronoun(sentence, kinds, at, before, topic)
    if kind == "N":
        return _noun(sentence, kinds, at)
    if kind == "&":
        adjacent = before is not None and not kinds[before.end : at].strip("gv")
        return before.subjects if before and adjacent else ()
    return _after_break(sentence, kinds, at, before, topic) if kind in _BREAKS else ()


def _noun(sentence: Sentence, kinds: str, at: int) -> tuple[StackEntry, ...]:
    left = kinds[:at].rstrip("g")[-1:]
    alone = left not in set("P&|NU") and not (left and left in ",/" and _is_listed(kinds, at))
    return sentence.entries(at, at + 1) if alone else ()


def _is_listed(kinds: str, at: int) -> bool:
    left = kinds[:at].rstrip("g,/&")
    return left[-1:] in {"N", "U", "m"}


def _pronoun(sentence: Sentence, kinds: str, at: int, before: _Before | None, topic: Topic) -> tuple[StackEntry, ...]:
    if sentence.tokens[at].word == "which":
        left = kinds[:at].rstrip(",gP")
        return sentence.entries(len(left) - 1, len(left)) if left.endswith("N") else ()
    if before is not None and before.subjects:
        return tuple(dict.fromkeys((*before.subjects, *before.others)))
    named = sentence.entries(0, at) if at else ()
    if named:
        own = (topic.registration,) if topic.registration is not None else ()
        return tuple(dict.fromkeys((*own, *named))) if own or len(named) == 1 else ()
    if "U" in sentence.kinds[:at]:
        return ()
    if sentence.tokens[at].word == "this" and topic.registration is not None:
        return (topic.registration,)
    if topic.is_general or "_" in kinds[:at]:
        return ()
    return topic.implied or (topic.named if len(topic.named) == 1 else ())


def _after_break(
    sentence: Sentence, kinds: str, at: int, before: _Before | None, topic: Topic
) -> tuple[StackEntry, ...]:
    if before is not None and not kinds[before.end : at].strip("gv)"):
        return before.subjects
    noun = at - 1
    while noun > 0 and kinds[noun] in "m)":
        noun -= 1
    if noun >= 0 and kinds[noun] == "N" and noun >= (before.end if before else 0):
        return _noun(sentence, kinds, noun)
    named = sentence.entries(0, at)
    if before is not None:
        return tuple(dict.fromkeys((*before.subjects, *topic.implied))) if set(named) <= set(before.subjects) else ()
    if not {"U", "_"}.isdisjoint(kinds[:at]) or at > 10 or not set(named) <= {topic.registration}:
        return ()
    return topic.implied
