"""What a session knows of its files from one check to the next: what came of each text, and the last good facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi_lint.facts.model import ModuleFacts


@dataclass(frozen=True, slots=True)
class Extracted:
    """The facts of a file if they were wanted; a message says why it cannot be checked, empty where it can."""

    facts: ModuleFacts | None
    encoding: str = "utf-8"
    offset: int = 0
    message: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A file's bytes and what came of them."""

    data: bytes
    result: Extracted


class Memory:
    """The outcome of each file as it was last seen, and as it was when it last could be parsed."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._last: dict[str, Outcome] = {}
        self._good: dict[str, Outcome] = {}

    def recall(self, path: str, data: bytes) -> Extracted | None:
        """Return what came of a file with this content, None where that was not seen last."""
        for known in (self._last.get(path), self._good.get(path)):
            if known is not None and known.data == data:
                return known.result
        return None

    def note(self, path: str, data: bytes, result: Extracted) -> None:
        """Remember what came of a file."""
        self._last[path] = Outcome(data, result)
        if result.facts is not None:
            self._good[path] = self._last[path]

    def good(self, path: str) -> Outcome | None:
        """Return a file as it was when its facts were last extracted."""
        return self._good.get(path)

    def keep(self, paths: frozenset[str]) -> None:
        """Forget all files but these."""
        self._last = {path: known for path, known in self._last.items() if path in paths}
        self._good = {path: known for path, known in self._good.items() if path in paths}
