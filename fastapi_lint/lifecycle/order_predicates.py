"""Reads what a sentence says of one middleware: outermost, runs before another, wraps all, is added last.

A predicate is found by its pattern over word classes; whom it is said of is sought by `order_subjects`.
"""

from __future__ import annotations

import re
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
from fastapi_lint.lifecycle.order_subjects import Before, subjects_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.order_subjects import Topic
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
_FOLLOWS: Final = frozenset("gP&,:()-=>/~v_b")
_ALL_ELSE: Final = frozenset({"everything", "anything", "else", "other", "others", "the rest"})
_ALL_OF_IT: Final = frozenset({"all", "entire", "whole", "every", "any"})


def read_predicates(sentence: Sentence, kinds: str, topic: Topic) -> Iterator[tuple[Claim, int, int]]:
    """Yield the claims of a sentence about particular middleware, with the tokens they span.

    `kinds` are the sentence's classes with what is read already blanked.
    """
    before: Before | None = None
    for form, match in _matches(kinds):
        subjects = subjects_of(sentence, kinds, match, before, topic)
        others = _others(sentence, kinds, match)
        claim = _claim(sentence, form, match, subjects, others, before) if subjects else None
        before = Before(match.end(), subjects, others or (), claim)
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
    before: Before | None,
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


def _is_added_first(before: Before | None) -> bool:
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
