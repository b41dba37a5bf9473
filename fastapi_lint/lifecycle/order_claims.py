"""Reads what comments and docstrings claim about the order of middleware, and says where the real stack differs.

The text is read as far as it is plain: sentences that ask, doubt, deny, suppose, remember or speak of another
framework are passed over, and so is whatever the patterns do not know. Better silent than wrong.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from fastapi_lint.knowledge import order_words
from fastapi_lint.lifecycle.order_chains import leads_a_listing, read_chains, read_list
from fastapi_lint.lifecycle.order_judge import judge
from fastapi_lint.lifecycle.order_mechanism import read_mechanism
from fastapi_lint.lifecycle.order_model import Claim, Contradiction, MechanismClaim, StackEntry
from fastapi_lint.lifecycle.order_names import names_of
from fastapi_lint.lifecycle.order_predicates import read_predicates
from fastapi_lint.lifecycle.order_subjects import Topic
from fastapi_lint.lifecycle.order_tokens import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastapi_lint.lifecycle.order_chains import Chain
    from fastapi_lint.lifecycle.order_tokens import Sentence

__all__ = ["Claim", "Contradiction", "StackEntry", "contradictions", "read_claims"]

_HARD: Final = frozenset(order_words.HARD_DOUBTS.split()) | frozenset(order_words.OTHER_FRAMEWORKS.split())
_SOFT: Final = frozenset(order_words.SOFT_DOUBTS.split())
_CAUSES: Final = frozenset(order_words.CAUSES.split())
_NEGATIONS: Final = frozenset(order_words.NEGATIONS.split())
_CLAUSES: Final = frozenset(",:(-)")
_LONGEST_SENTENCE: Final = 300
_SIGNALS: Final = " ".join(order_words.CLASSES[kind] for kind in "OIunz19hbawWiodfr") + " top bottom front"
_SIGNAL: Final = re.compile(rf"\b(?:{'|'.join(_SIGNALS.split())})\b|[>\u2192\u21d2\u27f6\u279c\u25b6\u2794]")
"""What every claim holds at least one of: a look that is quicker than reading."""
_NAMES_IN_A_ROW: Final = re.compile(r"Nm?[,/&]{1,2}[g]{0,2}N")


def contradictions(
    text: str,
    stack: Sequence[StackEntry],
    *,
    subject: StackEntry | None = None,
    following: Sequence[StackEntry] = (),
    trailing: bool = False,
) -> tuple[Contradiction, ...]:
    """Return the claims of a text about the order of middleware which the stack contradicts, in the text's order.

    `text` is one comment block without its `#`, its lines joined by newlines, or a docstring. `stack` holds all user
    middleware of the app, in any order. `subject` is the registration that the comment trails (`trailing`) or stands
    directly above, or whose class or function the docstring belongs to; a statement without a subject of its own is
    taken to be about it, and is not read where it is None. `following` are the registrations below a comment that
    has no subject; it decides whether a word on the mechanism is about added or about listed middleware. Offsets
    count characters of `text`. What is said twice is returned once. A
    stack of fewer than two gives nothing. Never raises; takes linear time.
    """
    if len(stack) < 2:
        return ()
    group = _group(stack, subject, following)
    claims = read_claims(text, stack, subject=subject, trailing=trailing)
    judged = (judge(claim, stack, group) for claim in claims)
    found: dict[tuple[str, tuple[StackEntry, ...]], Contradiction] = {}
    for each in sorted((each for each in judged if each is not None), key=lambda each: each.start):
        found.setdefault((each.kind, each.entries), each)
    return tuple(found.values())


def read_claims(
    text: str, stack: Sequence[StackEntry], *, subject: StackEntry | None = None, trailing: bool = False
) -> tuple[Claim, ...]:
    """Return what a text claims about the order of a stack, true or not; the parameters are as in `contradictions`."""
    lowered = text.lower()
    if not _SIGNAL.search(lowered) or any(retraction in lowered for retraction in order_words.RETRACTIONS):
        return ()
    read = sentences(text, names_of(stack))
    lists = tuple(_lists(read))
    chains = [tuple(read_chains(sentence, _lead(read, index))) for index, sentence in enumerate(read)]
    names_later = _names_later(read)
    listing = any(leads_a_listing(items) for items, _ in lists) or any(chains)
    claims: list[Claim] = []
    for items, lead in lists:
        claim = read_list(items, lead) if lead is None or _is_plain(lead) else None
        claims += [claim] if claim is not None else []
    topic = Topic(subject)
    for index, sentence in enumerate(read):
        if _is_plain(sentence):
            reading = _Reading(topic, listing=listing or names_later[index] > 1, trailing=trailing)
            claims += _claims(sentence, chains[index], reading)
        general = bool(read_mechanism(sentence).readings)
        topic = Topic(subject, sentence.entries(0, len(sentence.tokens)), general)
    return tuple(_without_doubtful_headings(claims))


def _without_doubtful_headings(claims: Sequence[Claim]) -> Iterator[Claim]:
    """Drop `outermost first` and the like where the text itself explains that the order is the other way round."""
    said = {claim.first_is_outermost for claim in claims if isinstance(claim, MechanismClaim) and not claim.heading}
    for claim in claims:
        if not isinstance(claim, MechanismClaim) or not claim.heading or (not claim.first_is_outermost) not in said:
            yield claim


class _Reading(Struct, frozen=True):
    """How a sentence is to be read: what it is about, whether the text lists middleware, whether it trails code."""

    topic: Topic
    listing: bool
    trailing: bool


def _group(
    stack: Sequence[StackEntry], subject: StackEntry | None, following: Sequence[StackEntry]
) -> tuple[StackEntry, ...]:
    spoken_of = (subject,) if subject is not None else tuple(following) or tuple(stack)
    manners = {entry.listed for entry in spoken_of}
    return tuple(entry for entry in stack if {entry.listed} == manners)


def _is_plain(sentence: Sentence) -> bool:
    if sentence.asks or len(sentence.tokens) > _LONGEST_SENTENCE:
        return False
    return not any(token.word in _HARD for token in sentence.tokens)


def _lead(read: Sequence[Sentence], index: int) -> Sentence | None:
    before = read[index - 1] if index else None
    return before if before is not None and before.kinds.endswith(":") and _is_plain(before) else None


def _lists(read: Sequence[Sentence]) -> Iterator[tuple[tuple[Sentence, ...], Sentence | None]]:
    """Yield the runs of list items, each with the sentence that stands before it."""
    items: list[Sentence] = []
    lead: Sentence | None = None
    for index, sentence in enumerate(read):
        if sentence.item:
            if not items:
                lead = read[index - 1] if index else None
            items.append(sentence)
        elif items:
            yield tuple(items), lead
            items = []
    if items:
        yield tuple(items), lead


def _names_later(read: Sequence[Sentence]) -> list[int]:
    """Return for each sentence how many middleware the sentences after it name."""
    counts = [0] * len(read)
    seen: set[StackEntry] = set()
    for index in range(len(read) - 1, -1, -1):
        counts[index] = len(seen)
        seen.update(read[index].entries(0, len(read[index].tokens)))
    return counts


def _claims(sentence: Sentence, chains: Sequence[Chain], reading: _Reading) -> Iterator[Claim]:
    limit = _end_of_plain(sentence)
    mechanism = read_mechanism(sentence)
    kinds = list(sentence.kinds)
    for chain in chains:
        kinds[chain.start : chain.end] = "_" * (chain.end - chain.start)
        if chain.end <= limit and not _is_denied(sentence, chain.start, chain.end):
            yield from chain.claims
    for reading_of in mechanism.readings:
        start, end = reading_of.start, reading_of.end
        own = reading_of.is_equation and (reading.trailing or _is_label(sentence, start))
        if not own:
            kinds[start:end] = "_" * (end - start)
        hidden = reading_of.is_heading and (reading.listing or _lists_names(sentence, end))
        if reading_of.claim and not hidden and end <= limit and not _is_denied(sentence, start, end):
            yield reading_of.claim
    for claim, start, end in read_predicates(sentence, "".join(kinds), reading.topic):
        if _end_of_purpose(sentence) <= start and end <= limit and not _is_denied(sentence, start, end):
            yield claim


def _is_label(sentence: Sentence, end: int) -> bool:
    return sentence.kinds[:end].rstrip("(:-m").endswith("N")


def _lists_names(sentence: Sentence, start: int) -> bool:
    return _NAMES_IN_A_ROW.search(sentence.kinds, start) is not None


def _end_of_plain(sentence: Sentence) -> int:
    """Return where the clause starts from which on a sentence is no plain statement; its end if it is one."""
    for index, token in enumerate(sentence.tokens):
        told = token.word in {"was", "were"} and sentence.kinds[index + 1 : index + 2] == "A"
        if token.word in _SOFT and not told:
            return _start_of_clause(sentence, index)
    return len(sentence.tokens)


def _end_of_purpose(sentence: Sentence) -> int:
    """Return where a sentence such as `To make it run first, add it last` comes to its statement."""
    if sentence.tokens[0].word != "to":
        return 0
    comma = sentence.kinds.find(",")
    return comma if comma >= 0 else len(sentence.tokens)


def _start_of_clause(sentence: Sentence, index: int) -> int:
    while index and sentence.kinds[index] not in _CLAUSES and sentence.tokens[index].word not in _CAUSES:
        index -= 1
    return index


def _is_denied(sentence: Sentence, start: int, end: int) -> bool:
    kinds, tokens = sentence.kinds, sentence.tokens
    while start and kinds[start - 1] not in _CLAUSES:
        start -= 1
    while end < len(tokens) and kinds[end] not in _CLAUSES | {"&"} and tokens[end].word not in _CAUSES:
        end += 1
    return any(token.word in _NEGATIONS or token.word.endswith("n't") for token in tokens[start:end])
