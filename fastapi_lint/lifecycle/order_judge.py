"""Judges claims of order against a stack: which of them the framework contradicts, and what is the case instead.

What decides is Starlette's `applications.py`, in all versions: `add_middleware` inserts at the front of
`user_middleware`, so that the last added is the outermost; a `middleware=` list is taken as it stands, so that its
first is the outermost; whatever is added later goes outside the list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from fastapi_lint.lifecycle.order_model import (
    AddedClaim,
    AddedSideClaim,
    ChainClaim,
    Claim,
    Contradiction,
    EarlyClaim,
    EndClaim,
    Kind,
    MechanismClaim,
    Place,
    SideClaim,
    StackEntry,
    innermost,
    outermost,
)

_Height: TypeAlias = Callable[[StackEntry], int]


def judge(claim: Claim, stack: Sequence[StackEntry], group: Sequence[StackEntry]) -> Contradiction | None:
    """Return how the stack contradicts a claim, or nothing where it does not.

    `group` is what the text speaks of when it speaks of the mechanism: registrations of one manner, all added
    or all listed; it may be empty. A claim about one of several subjects is contradicted only if it is for each.
    """
    match claim:
        case MechanismClaim():
            return _mechanism(claim, group)
        case EndClaim():
            return _end(claim, stack)
        case EarlyClaim():
            return _early(claim, stack)
        case SideClaim():
            return _side(claim)
        case AddedClaim():
            return _added(claim, stack)
        case AddedSideClaim():
            return _added_side(claim)
        case ChainClaim():
            return _chain(claim)


def _mechanism(claim: MechanismClaim, group: Sequence[StackEntry]) -> Contradiction | None:
    if len(group) < 2:
        return None
    listed = group[0].listed
    if claim.first_is_outermost == listed or (claim.listed and not listed):
        return None
    outer, inner = outermost(group), innermost(group)
    rule = (
        "the first of a `middleware=` list is the outermost" if listed else "the middleware added last is the outermost"
    )
    truth = f"{rule}: `{outer.name}` sees the request before `{inner.name}`"
    return _contradiction(claim, "mechanism", (outer, inner), truth)


def _end(claim: EndClaim, stack: Sequence[StackEntry]) -> Contradiction | None:
    actual = outermost(stack) if claim.end == "outermost" else innermost(stack)
    opposite = innermost(stack) if claim.end == "outermost" else outermost(stack)
    if actual in claim.subjects or (claim.of_part and set(claim.subjects) != {opposite}):
        return None
    return _contradiction(claim, claim.end, (claim.subjects[0], actual), _end_truth(claim.end, actual))


def _end_truth(end: str, actual: StackEntry) -> str:
    outer = end == "outermost"
    if actual.listed:
        how = f"stands {'first' if outer else 'last'} in the `middleware=` list"
    else:
        how = f"is added {'last' if outer else 'first'}"
    sees = "sees the request first" if outer else "sees the request last"
    return f"`{actual.name}` {how}, so it is the {end} and {sees}"


def _early(claim: EarlyClaim, stack: Sequence[StackEntry]) -> Contradiction | None:
    actual = innermost(stack)
    if any(subject != actual for subject in claim.subjects):
        return None
    return _contradiction(claim, "not-innermost", (actual, outermost(stack)), _end_truth("innermost", actual))


def _side(claim: SideClaim) -> Contradiction | None:
    outside = claim.side == "outside"
    pair = _pair_against(claim.subjects, claim.others, lambda entry: entry.rank if outside else -entry.rank)
    if pair is None:
        return None
    subject, other = pair
    return _contradiction(claim, claim.side, pair, _side_truth(subject, other))


def _side_truth(subject: StackEntry, other: StackEntry) -> str:
    outer, inner = (subject, other) if subject.rank < other.rank else (other, subject)
    if outer.listed:
        how = f"stands before `{inner.name}` in the `middleware=` list"
    elif inner.listed:
        how = "is added to what the `middleware=` list holds"
    else:
        how = f"is added after `{inner.name}`"
    return f"`{outer.name}` {how}, so it is outside `{inner.name}` and sees the request before it"


def _added(claim: AddedClaim, stack: Sequence[StackEntry]) -> Contradiction | None:
    listed = claim.subjects[0].listed
    peers = [entry for entry in stack if entry.listed == listed]
    pick = max if claim.place == "last" else min
    actual = pick(peers, key=lambda entry: entry.registered)
    if any(subject.listed != listed or _is_added(subject, claim.place, peers) for subject in claim.subjects):
        return None
    subject = claim.subjects[0]
    verb = "stands" if listed else "is added"
    turn = "after" if claim.place == "last" else "before"
    truth = f"`{actual.name}` {verb} {turn} `{subject.name}`{_so(subject, actual)}"
    return _contradiction(claim, "added-last" if claim.place == "last" else "added-first", (subject, actual), truth)


def _is_added(subject: StackEntry, place: Place, peers: Sequence[StackEntry]) -> bool:
    """Return whether it is added last, or not last of all: `first` is often said of those that are added next."""
    is_last = all(peer.registered <= subject.registered for peer in peers)
    return is_last if place == "last" else not is_last


def _so(subject: StackEntry, actual: StackEntry) -> str:
    side = "outside" if actual.rank < subject.rank else "inside"
    return f", so `{actual.name}` is {side} `{subject.name}`"


def _added_side(claim: AddedSideClaim) -> Contradiction | None:
    if len({entry.listed for entry in (*claim.subjects, *claim.others)}) > 1:
        return None
    before = claim.turn == "before"
    pair = _pair_against(claim.subjects, claim.others, lambda entry: entry.registered if before else -entry.registered)
    if pair is None:
        return None
    subject, other = pair
    verb = "stands" if subject.listed else "is added"
    turn = "after" if before else "before"
    truth = f"`{subject.name}` {verb} {turn} `{other.name}`{_so(subject, other)}"
    return _contradiction(claim, "added-before" if before else "added-after", pair, truth)


def _pair_against(
    subjects: Sequence[StackEntry], others: Sequence[StackEntry], height: _Height
) -> tuple[StackEntry, StackEntry] | None:
    """Return a subject and another that stand the wrong way round, if each subject has such another."""
    pairs: list[tuple[StackEntry, StackEntry]] = []
    for subject in subjects:
        against = [other for other in others if other != subject and height(other) < height(subject)]
        if not against or subject in others:
            return None
        pairs.append((subject, against[0]))
    return pairs[0] if pairs else None


def _chain(claim: ChainClaim) -> Contradiction | None:
    entries = claim.entries
    if claim.added:
        if len({entry.listed for entry in entries}) > 1:
            return None
        actual = sorted(entries, key=lambda entry: entry.registered)
    else:
        actual = sorted(entries, key=lambda entry: entry.rank)
    if tuple(actual) == entries:
        return None
    order = " -> ".join(f"`{entry.name}`" for entry in actual)
    said = "they are added in the order" if claim.added else "a request meets them in the order"
    return _contradiction(claim, "added-order" if claim.added else "order", tuple(actual), f"{said} {order}")


def _contradiction(claim: Claim, kind: Kind, entries: tuple[StackEntry, ...], truth: str) -> Contradiction:
    return Contradiction(claim.words.text, claim.words.start, kind, tuple(dict.fromkeys(entries)), truth)
