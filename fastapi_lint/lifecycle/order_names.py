"""Finds the middleware of a stack in a text: by class name, by its words, by its known other names."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from msgspec import Struct

from fastapi_lint.knowledge import order_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fastapi_lint.lifecycle.order_model import StackEntry

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_SUFFIXES: Final = frozenset({"middleware", "middlewares"})
_LONGEST: Final = 6
_FAMILY: Final[Mapping[str, str]] = MappingProxyType(
    {word: family.split()[0] for family in order_words.FAMILIES for word in family.split()}
)
_GENERIC: Final = frozenset(order_words.GENERIC.split())
_ORDER_WORDS: Final = frozenset(word for words in order_words.CLASSES.values() for word in words.split())

_Key: TypeAlias = tuple[str, ...]
_T = TypeVar("_T")


class Names(Struct, frozen=True):
    """The names of a stack's entries: whole ones, which decide, and parts of them, which must be unambiguous.

    `written` holds identifiers, also in lower case, `whole` and `parts` the words of a name reduced to their families.
    """

    written: Mapping[str, tuple[StackEntry, ...]]
    whole: Mapping[_Key, tuple[StackEntry, ...]]
    parts: Mapping[_Key, tuple[StackEntry, ...]]

    def identifier(self, word: str) -> tuple[StackEntry, ...]:
        """Return the entries that one word names as code writes them: `CORSMiddleware`, or `GZip` for short."""
        return self.written.get(word, ()) or self.written.get(word.lower(), ())

    def phrase(self, words: Sequence[str]) -> tuple[StackEntry, ...]:
        """Return the entries that some words of prose name: `rate limiter`, `RequestID`."""
        key = tuple(_family(part) for word in words for part in split(word))
        return self.whole.get(key, ()) or self.parts.get(key, ())


def names_of(stack: Sequence[StackEntry]) -> Names:
    """Return the names under which a text may speak of the entries of a stack."""
    written: dict[str, list[StackEntry]] = {}
    whole: dict[_Key, list[StackEntry]] = {}
    parts: dict[_Key, list[StackEntry]] = {}
    for entry in stack:
        for name in (entry.name, *entry.aliases):
            bare = name.rpartition(".")[2]
            for form in _written(bare):
                _note(written, form, entry)
            key = _key(bare)
            if _names_by_itself(key, entire=True):
                _note(whole, key, entry)
            for part in _parts(key):
                _note(parts, part, entry)
        for name in order_words.KNOWN_ALIASES.get(entry.name, ()):
            _note(parts, _key(name), entry)
    return Names(_frozen(written), _frozen(whole), _frozen(parts))


def split(word: str) -> tuple[str, ...]:
    """Return the lower-case words of an identifier: `RequestID` and `request_id` give `request`, `id`."""
    return tuple(part.lower() for part in _WORD.findall(word))


def longest_phrase() -> int:
    """Return how many words of prose can together be one name."""
    return _LONGEST


def _written(name: str) -> Iterator[str]:
    yield name
    lowered = name.lower()
    for form in (lowered, lowered.removesuffix("middleware").removesuffix("_")):
        if len(form) > 2 and _family(form) not in _GENERIC and form not in _ORDER_WORDS:
            yield form


def _key(name: str) -> _Key:
    words = [_family(word) for word in split(name)]
    while words and words[-1] in _SUFFIXES:
        words.pop()
    return tuple(words)


def _parts(key: _Key) -> Iterator[_Key]:
    for start in range(min(len(key), _LONGEST)):
        for end in range(start + 1, min(len(key), _LONGEST) + 1):
            part = key[start:end]
            if part != key and _names_by_itself(part, entire=False):
                yield part


def _names_by_itself(key: _Key, *, entire: bool) -> bool:
    if not key:
        return False
    if len(key) == 1:
        return key[0] not in _GENERIC and key[0] not in _ORDER_WORDS
    return entire or any(word not in _GENERIC and word not in _ORDER_WORDS for word in key)


def _family(word: str) -> str:
    lowered = word.lower()
    return _FAMILY.get(lowered, lowered)


def _note(table: dict[_T, list[StackEntry]], key: _T, entry: StackEntry) -> None:
    entries = table.setdefault(key, [])
    if entry not in entries:
        entries.append(entry)


def _frozen(table: dict[_T, list[StackEntry]]) -> Mapping[_T, tuple[StackEntry, ...]]:
    return MappingProxyType({key: tuple(entries) for key, entries in table.items()})
