"""Finds whom a predicate of a sentence is said of: a name to its left, a pronoun, or the registration it stands by.

Only particles may stand between a subject and its predicate. Whom a pronoun means can stay open: then all that it
could mean become subjects, and a claim is wrong only if it is wrong of each. Nobody is found where it is unclear.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    import re

    from fastapi_lint.lifecycle.order_model import Claim, StackEntry
    from fastapi_lint.lifecycle.order_tokens import Sentence

_BREAKS: Final = frozenset(",:(-=>/")


class Topic(Struct, frozen=True):
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


class Before(Struct, frozen=True):
    """The predicate that was read before in the same sentence."""

    end: int
    subjects: tuple[StackEntry, ...]
    others: tuple[StackEntry, ...]
    claim: Claim | None


def subjects_of(
    sentence: Sentence, kinds: str, match: re.Match[str], before: Before | None, topic: Topic
) -> tuple[StackEntry, ...]:
    """Return whom the predicate that a pattern matched is said of; nobody where it is unclear."""
    groups = match.groupdict()
    if groups.get("named"):
        return _added_one(sentence, kinds, match)
    if groups.get("pointed"):
        return _pronoun(sentence, kinds, match.start("pointed"), before, topic)
    floor = before.end if before else 0
    at = match.start() - 1
    while at >= floor and kinds[at] in "gv":
        at -= 1
    if at < floor:
        return before.subjects if before else topic.implied
    return _subject_at(sentence, kinds, at, before, topic)


def _added_one(sentence: Sentence, kinds: str, match: re.Match[str]) -> tuple[StackEntry, ...]:
    """Return what `add X first` names, if X can only be a middleware: `add a correlation id first` is work it does."""
    end = match.end("named")
    word = sentence.tokens[end - 1].word
    is_code = word.endswith("middleware") or "_" in word
    return sentence.entries(*match.span("named")) if is_code or kinds[end : end + 1] == "m" else ()


def _subject_at(sentence: Sentence, kinds: str, at: int, before: Before | None, topic: Topic) -> tuple[StackEntry, ...]:
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


def _pronoun(sentence: Sentence, kinds: str, at: int, before: Before | None, topic: Topic) -> tuple[StackEntry, ...]:
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
    sentence: Sentence, kinds: str, at: int, before: Before | None, topic: Topic
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
