"""What was found of a project, kept from run to run with all that it rested on: `kept` for the command line.

A run after an edit that says nothing new (a comment, white space, a docstring, a body that no application enters, a
test) moves the findings of the last run to where things are now, and links nothing. What an edit has to leave as it is
for that, `kept` says. Beside it the settings, the request, the linter and the names of all files have to be the same.

Nothing that is kept can run code, and what is damaged or of another linter is as if it were not there.
"""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import msgspec

from fastapi_lint.core.finding import Code, Confidence, Finding, Note, Severity, Source
from fastapi_lint.core.span import Location, Span
from fastapi_lint.engine.cache import LONGEST_UNUSED, key_of, prepare, write
from fastapi_lint.engine.raised import Raised
from fastapi_lint.engine.seal import is_believed
from fastapi_lint.engine.sources import Told

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi_lint.engine.kept import Moves

SUFFIX: Final = ".verdict"
_MAGIC: Final = b"fastapi-lint verdict 1\n"
_SUM: Final = 16
_LARGEST: Final = 256 << 20
_MOST: Final = 8
"""How many verdicts are kept of a project: for that many ways to ask."""

Placed = tuple[str, int, int]
_Finding = tuple[Placed, str, tuple[tuple[Placed, str], ...], str, str | None, str, tuple[Placed, ...]]
_Raised = tuple[str, str, str, str, bool, str, bool, _Finding]


class Verdict(msgspec.Struct, frozen=True, array_like=True):
    """What a run found, and what it rested on."""

    python: dict[str, bytes]
    """The hashes of all Python files."""
    other: tuple[str, ...]
    skipped: tuple[tuple[str, str, bool], ...]
    reads: dict[str, bytes | None]
    """The hashes of the files from which versions and deployments were read; None for one that could not be."""
    searches: tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...]
    """Words and decorators that were looked for, and the files that held one."""
    asked: dict[str, tuple[int, ...]]
    """The files whose facts were asked for, with where the bodies begin that were."""
    measured: tuple[str, ...]
    """The files in which distances count."""
    raised: tuple[_Raised, ...]
    problems: tuple[tuple[Placed, str], ...]
    apps: tuple[tuple[str, str, Placed], ...]
    entries: tuple[tuple[str, str], ...]
    targets: tuple[tuple[str, str, str], ...]
    deployments: tuple[tuple[str, str, Placed], ...]

    def findings(self, moves: Moves) -> list[Raised]:
        """Return what the rules found, where it is now."""
        return [_raised(one, moves) for one in self.raised]

    def told(self, moves: Moves) -> Told:
        """Return what is told beside the findings, where it is now."""
        return Told(
            tuple((name, value, _location(place, moves)) for name, value, place in self.apps),
            self.entries,
            tuple(Source(*one) for one in self.targets),
            tuple((name, value, _location(place, moves)) for name, value, place in self.deployments),
        )

    def troubles(self, moves: Moves) -> list[tuple[Location, str]]:
        """Return what was wrong with deployments and versions."""
        return [(_location(place, moves), message) for place, message in self.problems]


def packed(
    raised: list[Raised], told: Told, problems: list[tuple[Location, str]]
) -> tuple[
    tuple[_Raised, ...],
    tuple[tuple[Placed, str], ...],
    tuple[tuple[str, str, Placed], ...],
    tuple[tuple[str, str], ...],
    tuple[tuple[str, str, str], ...],
    tuple[tuple[str, str, Placed], ...],
]:
    """Return what was found as the fields of a verdict from `raised` on."""
    return (
        tuple(_packed(one) for one in raised),
        tuple((_placed(place), message) for place, message in problems),
        tuple((name, value, _placed(place)) for name, value, place in told.apps),
        told.entries,
        tuple((one.subject, one.value, one.origin) for one in told.targets),
        tuple((name, value, _placed(place)) for name, value, place in told.deployments),
    )


@dataclass(frozen=True, slots=True)
class VerdictStore:
    """The verdict on one project to one question, in the user's cache folder."""

    file: Path
    basis: bytes
    """What tells the linter, its settings and the question from all others."""

    def read(self) -> Verdict | None:
        """Return what is kept, None where that is nothing that can be used or to be believed; never raises."""
        if not is_believed(os.fspath(self.file.parent)):
            return None
        try:
            if self.file.stat().st_size > _LARGEST:
                return None
            data = self.file.read_bytes()
        except OSError:
            return None
        head = _MAGIC + self.basis
        body, found = data[:-_SUM], data[-_SUM:]
        if not body.startswith(head) or blake2b(body, digest_size=_SUM).digest() != found:
            return None
        try:
            return msgspec.msgpack.decode(memoryview(body)[len(head) :], type=Verdict)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            return None

    def write(self, verdict: Verdict) -> None:
        """Keep a verdict; failures leave nothing behind, and names that are no text are never kept."""
        with contextlib.suppress(OSError, UnicodeEncodeError):
            body = _MAGIC + self.basis + msgspec.msgpack.encode(verdict)
            prepare(self.file.parent)
            write(self.file, body + blake2b(body, digest_size=_SUM).digest())
            self._clean()

    def _clean(self) -> None:
        """Remove what nobody asked for in a long time, and the oldest of this project beyond some."""
        project = self.file.name.partition("-")[0]
        oldest = time.time() - LONGEST_UNUSED
        ours: list[tuple[int, str]] = []
        with os.scandir(self.file.parent) as entries:
            for entry in entries:
                if entry.name.endswith(SUFFIX):
                    made = entry.stat()
                    if entry.name.startswith(f"{project}-"):
                        ours.append((made.st_mtime_ns, entry.path))
                    elif made.st_mtime < oldest:
                        os.unlink(entry.path)  # noqa: PTH108
        for _, path in sorted(ours)[:-_MOST]:
            os.unlink(path)  # noqa: PTH108


def store_of(folder: Path, root: Path, linter: bytes, question: object) -> VerdictStore:
    """Return where the verdict on a project is kept; `question` has a text that says all that it depends on."""
    project = blake2b(os.fsencode(root), digest_size=12).hexdigest()
    asked = repr(question).encode("utf-8", "surrogatepass")
    name = f"{project}-{blake2b(asked, digest_size=8).hexdigest()}{SUFFIX}"
    return VerdictStore(folder / name, key_of(linter + asked))


def _placed(location: Location) -> Placed:
    return location.path, location.span.start, location.span.end


def _location(placed: Placed, moves: Moves) -> Location:
    path, start, end = placed
    return moves.location(Location(path, Span(start, end)))


def _packed(one: Raised) -> _Raised:
    finding = one.finding
    notes = tuple((_placed(note.location), note.message) for note in finding.notes)
    severity = finding.severity.value if finding.severity is not None else None
    packed_finding = (
        _placed(finding.location),
        finding.message,
        notes,
        finding.confidence.value,
        severity,
        finding.help,
        tuple(map(_placed, finding.parts)),
    )
    return one.code, one.name, one.url, one.severity.value, one.default_on, one.source, one.is_preview, packed_finding


def _raised(one: _Raised, moves: Moves) -> Raised:
    code, name, url, grade, default_on, source, is_preview, packed_finding = one
    place, message, notes, confidence, severity, advice, parts = packed_finding
    finding = Finding(
        _location(place, moves),
        message,
        tuple(Note(_location(where, moves), text) for where, text in notes),
        Confidence(confidence),
        Severity(severity) if severity is not None else None,
        advice,
        tuple(_location(where, moves) for where in parts),
    )
    return Raised(Code(code), name, url, Severity(grade), default_on, finding, source, is_preview=is_preview)
