"""The stack of middleware that a text may speak of, the claims that a text can make, and a claim that does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

Via = Literal["add_middleware", "decorator", "list"]
Side = Literal["outside", "inside"]
Turn = Literal["before", "after"]
End = Literal["outermost", "innermost"]
Place = Literal["first", "last"]
Kind = Literal[
    "mechanism",
    "outermost",
    "innermost",
    "outside",
    "inside",
    "added-first",
    "added-last",
    "added-before",
    "added-after",
    "order",
    "added-order",
    "not-innermost",
]


class StackEntry(Struct, frozen=True):
    """One user middleware of an app.

    `name` is the class or function name (`CORSMiddleware`), `aliases` are further names. `rank` counts from
    the outside, 0 is the outermost. `registered` is the source order of the registration, 0 is added first;
    for an entry of a `middleware=` list it is the position in that list.
    """

    name: str
    rank: int
    registered: int
    via: Via = "add_middleware"
    aliases: tuple[str, ...] = ()

    @property
    def listed(self) -> bool:
        """Return whether it comes from a `middleware=` list, where the first is the outermost."""
        return self.via == "list"


class Words(Struct, frozen=True):
    """The exact words of a claim and their offset in the text."""

    text: str
    start: int


class MechanismClaim(Struct, frozen=True):
    """How the framework orders: what is added (or, if `listed`, listed) first is the outermost, or is the innermost.

    A `heading` says so of the lines that follow: `outermost first`.
    """

    words: Words
    first_is_outermost: bool
    listed: bool = False
    heading: bool = False


class EndClaim(Struct, frozen=True):
    """A middleware is the outermost or the innermost; it is one of `subjects`.

    `of_part` marks what follows from being added first, which is often said of those alone that are added next.
    """

    words: Words
    subjects: tuple[StackEntry, ...]
    end: End
    of_part: bool = False


class SideClaim(Struct, frozen=True):
    """A middleware stands outside or inside each of `others`."""

    words: Words
    subjects: tuple[StackEntry, ...]
    side: Side
    others: tuple[StackEntry, ...]


class EarlyClaim(Struct, frozen=True):
    """A middleware runs early, which the innermost of all does not."""

    words: Words
    subjects: tuple[StackEntry, ...]


class AddedClaim(Struct, frozen=True):
    """A middleware is added first or last."""

    words: Words
    subjects: tuple[StackEntry, ...]
    place: Place


class AddedSideClaim(Struct, frozen=True):
    """A middleware is added before or after each of `others`."""

    words: Words
    subjects: tuple[StackEntry, ...]
    turn: Turn
    others: tuple[StackEntry, ...]


class ChainClaim(Struct, frozen=True):
    """Several middleware in the order in which a request meets them, or (`added`) in which they are added."""

    words: Words
    entries: tuple[StackEntry, ...]
    added: bool = False


Claim: TypeAlias = MechanismClaim | EndClaim | SideClaim | EarlyClaim | AddedClaim | AddedSideClaim | ChainClaim


class Contradiction(Struct, frozen=True):
    """A claim that the real stack contradicts.

    `claim` is its exact words and `start` their offset in the text; `entries` are the registrations that
    decide it, `truth` is the clause that says what is the case.
    """

    claim: str
    start: int
    kind: Kind
    entries: tuple[StackEntry, ...]
    truth: str


def outermost(stack: Sequence[StackEntry]) -> StackEntry:
    """Return the entry that sees a request first; the stack must not be empty."""
    return min(stack, key=lambda entry: entry.rank)


def innermost(stack: Sequence[StackEntry]) -> StackEntry:
    """Return the entry that sees a request last; the stack must not be empty."""
    return max(stack, key=lambda entry: entry.rank)
