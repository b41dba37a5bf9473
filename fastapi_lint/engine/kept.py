"""What a link rested on, so that it need not be done again where what changed says nothing new.

A link is a function of what it asks: the facts of files, which files hold some words, deployments, versions, settings.
A ledger notes the questions with their answers. Files whose facts nobody asked for may change as they like. Where facts
that were asked for say the same at other places, findings are moved there; but not in a file whose comments were asked
for, since what is said of comments goes by distances.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, cast

from fastapi_lint.core.span import Location, Span
from fastapi_lint.engine.reach import mentioning
from fastapi_lint.facts.placing import aligned

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from fastapi_lint.core.finding import Failure, Finding
    from fastapi_lint.engine.files import Files
    from fastapi_lint.engine.raised import Raised
    from fastapi_lint.engine.reach import Imports
    from fastapi_lint.engine.shard import Division
    from fastapi_lint.engine.targets import Targets
    from fastapi_lint.facts.deployment.model import Deployment
    from fastapi_lint.facts.model import ModuleFacts
    from fastapi_lint.lifecycle.model import Project
    from fastapi_lint.source.discovery import Discovered

    Search = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


class Ledger:
    """Answers what a link asks of a run's files, and notes it."""

    def __init__(self, files: Files, python: Mapping[str, bytes]) -> None:
        """Take the files, and the bytes of those that are Python."""
        self._files = files
        self._python = python
        self._facts: dict[str, ModuleFacts | None] = {}
        self._searches: list[tuple[Collection[str], Collection[str], frozenset[str]]] = []
        self._read: dict[str, bytes | None] = {}

    def facts(self, path: str) -> ModuleFacts | None:
        """Return the facts of a file, None for one that has none."""
        if path not in self._facts:
            self._facts[path] = self._files.facts(path)
        return self._facts[path]

    def mentions(self, words: Collection[str], decorators: Collection[str] = ()) -> tuple[str, ...]:
        """Return the files that hold one of the words or decorators."""
        found = mentioning(self._python, words, decorators)
        self._searches.append((frozenset(words), frozenset(decorators), frozenset(found)))
        return found

    def read(self, path: str) -> bytes:
        """Return the bytes of a file that versions or deployments are read from; raises OSError as `Files.read`."""
        self._read[path] = None
        data = self._read[path] = self._files.read(path)
        return data

    @property
    def read_files(self) -> Mapping[str, bytes | None]:
        """Return what versions and deployments were read from, None for what could not be read."""
        return self._read

    @property
    def searches(self) -> tuple[Search, ...]:
        """Return what was looked for, and the files that held it."""
        return tuple((tuple(sorted(w)), tuple(sorted(d)), tuple(sorted(found))) for w, d, found in self._searches)

    @property
    def asked(self) -> Mapping[str, ModuleFacts | None]:
        """Return the files whose facts were asked for, with these."""
        return self._facts

    def reads_same(self, files: Files) -> bool:
        """Return whether all that versions and deployments were read from is the same in other files."""

        def now(path: str) -> bytes | None:
            try:
                return files.read(path)
            except OSError:
                return None

        return all(now(path) == data for path, data in self._read.items())

    def moves(self, changed: Iterable[str], files: Files, measured: Collection[str]) -> Moves | None:
        """Return where things are now that some files changed; None where any answer is another one now.

        `files` are those of now, `measured` the files in which distances count.
        """
        return moves(changed, files, self._read, self._searches, self._facts, measured)


def moves(
    changed: Iterable[str],
    files: Files,
    read: Collection[str],
    searches: Iterable[tuple[Collection[str], Collection[str], Collection[str]]],
    asked: Mapping[str, ModuleFacts | None],
    measured: Collection[str],
) -> Moves | None:
    """Return what `Ledger.moves` does, of what a link read, looked for and asked."""
    places: dict[str, Callable[[int], int]] = {}
    for path in changed:
        data = files.known(path)
        if data is None or path in read:
            return None
        for words, decorators, found in searches:
            if bool(mentioning({path: data}, words, decorators)) is not (path in found):
                return None
        if path not in asked:
            continue
        before, now = asked[path], files.facts(path)
        if before == now:
            continue
        place = aligned(before, now, with_comments=path in measured) if before and now else None
        if place is None or path in measured:
            return None
        places[path] = place
    return Moves(places)


class Moves:
    """Where the places of a link are now."""

    def __init__(self, places: Mapping[str, Callable[[int], int]]) -> None:
        """Take what places the offsets of the files that changed."""
        self._places = places

    @property
    def is_nowhere(self) -> bool:
        """Return whether nothing moved."""
        return not self._places

    def location(self, location: Location) -> Location:
        """Return where a location is now."""
        place = self._places.get(location.path)
        if place is None:
            return location
        return Location(location.path, Span(place(location.span.start), place(location.span.end)))

    def finding(self, finding: Finding) -> Finding:
        """Return a finding as it is now."""
        return cast("Finding", self._moved(finding)) if self._places else finding

    def _moved(self, value: object) -> object:
        """Return a value with all locations in it moved."""
        if isinstance(value, Location):
            return self.location(value)
        if isinstance(value, tuple) and not hasattr(value, "_fields"):
            return tuple(self._moved(one) for one in value)
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{one.name: self._moved(getattr(value, one.name)) for one in fields(value)})
        return value


@dataclass(frozen=True, slots=True)
class Kept:
    """A link with what was judged of it, and what it rested on."""

    ledger: Ledger
    found: Discovered
    deployments: tuple[Deployment, ...]
    targets: Targets
    project: Project
    raised: tuple[Raised, ...]
    failures: tuple[Failure, ...]
    measured: frozenset[str]
    imports: Imports
    division: Division | None = None

    def moved(self, moves: Moves) -> list[Raised]:
        """Return what was judged, where it is now."""
        return [replace(one, finding=moves.finding(one.finding)) for one in self.raised]
