"""Which request paths a route's path matches, and whether one path matches all that another does.

A path is what `compile_path` of `starlette/routing.py` makes of it: text, and parameters with the convertors of
`starlette/convertors.py` (0.14 to 1.10). Whether one covers another is decided exactly, on the automata of both.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping

Accepts = Callable[[str], bool]

_PARAMETER: Final = re.compile(r"{([a-zA-Z_][a-zA-Z0-9_]*)(?::([a-zA-Z_][a-zA-Z0-9_]*))?}")
_HEXADECIMAL: Final = "[0-9a-fA-F]"
_CONVERTORS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "str": ("[^/]+", "\uffff"),
        "path": (".*", "\uffff/"),
        "int": ("[0-9]+", "0"),
        "float": (r"[0-9]+(?:\.[0-9]+)?", "0.0"),
        "uuid": ("-?".join(f"{_HEXADECIMAL}{{{length}}}" for length in (8, 4, 4, 4, 12)), "0" * 32),
    }
)
"""The expression of each convertor, and a text that it matches and narrower ones do not."""
_MOST_PAIRS: Final = 4_000
_MOST_CHARACTERS: Final = 400


class Pattern(Struct):
    """The paths that a route matches, as an automaton; `is_exact` is False where it may match fewer than that."""

    text: str
    is_exact: bool = True
    prefix: str = ""
    """The text before the first parameter."""
    has_parameters: bool = False
    slashes: int | None = 0
    """How many slashes every path has, None where that differs."""
    expression: str = ""
    """The same as a regular expression, which matches no fewer paths."""
    compiled: re.Pattern[str] | None = None
    sample: str = ""
    """A path that it matches, as far as its convertors are known."""
    literals: set[str] = field(default_factory=set)
    steps: list[list[tuple[Accepts, int]]] = field(default_factory=lambda: [[]])
    empty: list[list[int]] = field(default_factory=lambda: [[]])

    def matches(self, path: str) -> bool:
        """Return whether it may match a path."""
        if self.compiled is None:
            self.compiled = re.compile(self.expression, re.DOTALL)
        return self.compiled.fullmatch(path) is not None

    def closure(self, states: frozenset[int]) -> frozenset[int]:
        """Return the states together with all that are reached from them without a character."""
        found, pending = set(states), list(states)
        while pending:
            for state in self.empty[pending.pop()]:
                if state not in found:
                    found.add(state)
                    pending.append(state)
        return frozenset(found)

    def after(self, states: frozenset[int], character: str) -> frozenset[int]:
        """Return the states that one character leads to."""
        found = {target for state in states for accepts, target in self.steps[state] if accepts(character)}
        return self.closure(frozenset(found))

    @property
    def last(self) -> int:
        """Return the accepting state."""
        return len(self.steps) - 1

    # Building: each method appends to the end of the automaton.

    def _state(self) -> int:
        self.steps.append([])
        self.empty.append([])
        return self.last

    def add(self, accepts: Accepts, least: int = 1, *, repeats: bool = False) -> None:
        """Append `least` characters of a kind, and any number more where it `repeats`."""
        for _ in range(least):
            before = self.last
            self.steps[before].append((accepts, self._state()))
        if repeats:
            before = self.last
            self.steps[before].append((accepts, before))
            self.empty[before].append(self._state())

    def add_text(self, text: str) -> None:
        """Append a text."""
        self.expression += re.escape(text)
        self.sample += text
        for character in text:
            self.literals.add(character)
            self.add(lambda given, wanted=character: given == wanted)  # type: ignore[misc]  # the default binds it
            if character == "/" and self.slashes is not None:
                self.slashes += 1

    def add_optional(self, build: Callable[[], None]) -> None:
        """Append what `build` appends, or nothing."""
        before = self.last
        build()
        self.empty[before].append(self.last)


def pattern_of(path: str, *, is_prefix: bool = False) -> Pattern | None:
    """Return the pattern of a path, with everything below it where `is_prefix`; None for one too long to judge."""
    if len(path) > _MOST_CHARACTERS:
        return None
    text = path.rstrip("/") + "/{path:path}" if is_prefix else path
    pattern = Pattern(text)
    at = 0
    for match in _PARAMETER.finditer(text):
        pattern.add_text(text[at : match.start()])
        if not pattern.has_parameters:
            pattern.prefix = text[: match.start()]
        pattern.has_parameters = True
        convertor = match[2] or "str"
        _add_parameter(pattern, convertor)
        expression, sample = _CONVERTORS.get(convertor, (".*", ""))
        pattern.expression += expression
        pattern.sample += sample
        at = match.end()
    pattern.add_text(text[at:])
    if not pattern.has_parameters:
        pattern.prefix = text
    return pattern


def _add_parameter(pattern: Pattern, convertor: str) -> None:
    match convertor:
        case "str":
            pattern.add(lambda given: given != "/", repeats=True)
        case "int":
            pattern.add(_is_digit, repeats=True)
        case "float":
            pattern.add(_is_digit, repeats=True)
            pattern.add_optional(lambda: _add_fraction(pattern))
        case "uuid":
            for index, length in enumerate((8, 4, 4, 4, 12)):
                if index:
                    pattern.literals.add("-")
                    pattern.add_optional(lambda: pattern.add(lambda given: given == "-"))
                pattern.add(_is_hexadecimal, length)
        case _:
            # A convertor of the project may match anything, or next to nothing.
            pattern.is_exact &= convertor == "path"
            pattern.slashes = None
            pattern.add(lambda _given: True, 0, repeats=True)


def _add_fraction(pattern: Pattern) -> None:
    pattern.literals.add(".")
    pattern.add(lambda given: given == ".")
    pattern.add(_is_digit, repeats=True)


def _is_digit(given: str) -> bool:
    return "0" <= given <= "9"


def _is_hexadecimal(given: str) -> bool:
    return _is_digit(given) or "a" <= given <= "f" or "A" <= given <= "F"


def covers(first: Pattern, second: Pattern) -> bool:
    """Return whether `first` surely matches every path that `second` matches."""
    if not first.is_exact:
        return False
    if first.text == second.text:
        return True
    if not first.has_parameters or not _may_cover(first, second):
        return False
    alphabet = _alphabet(first.literals | second.literals)
    start = (second.closure(frozenset({0})), first.closure(frozenset({0})))
    seen, pending = {start}, [start]
    while pending:
        inner, outer = pending.pop()
        if second.last in inner and first.last not in outer:
            return False
        for character in alphabet:
            following = second.after(inner, character)
            if not following:
                continue
            pair = (following, first.after(outer, character))
            if not pair[1] or len(seen) > _MOST_PAIRS:
                return False
            if pair not in seen:
                seen.add(pair)
                pending.append(pair)
    return True


def _may_cover(first: Pattern, second: Pattern) -> bool:
    """Return False where a look at the texts and at one path is enough."""
    if not second.prefix.startswith(first.prefix):
        return False
    if first.slashes is not None and first.slashes != second.slashes:
        return False
    return not second.is_exact or first.matches(second.sample)


def _alphabet(literals: set[str]) -> list[str]:
    """Return the literal characters, and one of each kind that no literal distinguishes."""
    kinds = ("0123456789", "abcdefABCDEF", "ghijklmnopqrstuvwxyz\uffff")
    others = [next((one for one in kind if one not in literals), None) for kind in kinds]
    return [*sorted(literals | {"/"}), *(one for one in others if one is not None)]
