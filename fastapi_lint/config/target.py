"""The versions that the project runs on, from what the user and the project's own files say.

The user's word comes first, file by file after it: from the folder of the application's module upwards, and within a
folder in the order of `sources`. The first file that narrows a package down decides it. Once FastAPI is decided, only
Python is looked for further up: what else stands there belongs to another program. Where none of these files knows
FastAPI, what an image of the program is built from does.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from fastapi_lint.config.claims import Claim, FileClaims
from fastapi_lint.config.lockfiles import read_toml_lock
from fastapi_lint.config.overrides import normal_name, specifier_of
from fastapi_lint.config.requirements import read_requirements
from fastapi_lint.config.sources import Sources
from fastapi_lint.core.span import Location, Span
from fastapi_lint.knowledge.releases import KNOWN_RELEASES
from fastapi_lint.knowledge.specifiers import is_plain
from fastapi_lint.knowledge.versions import NEWEST_KNOWN, Statement, Target, VersionSet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fastapi_lint.config.sources import FileReader

_MAX_INCLUDES: Final = 50
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class TargetReading:
    """The target, what is wrong with the files that were read for it, and those files in the order of reading."""

    target: Target
    problems: tuple[tuple[Location, str], ...] = ()
    files: tuple[str, ...] = ()


def read_target(
    files: Sequence[str],
    read: Callable[[str], bytes],
    near: str,
    overrides: Mapping[str, str],
    configured: Mapping[str, str] = _NOTHING,
) -> TargetReading:
    """Return the versions that the application in the module `near` runs on.

    `files` are the project's files (relative to its root, POSIX), `read` returns one's bytes and may raise OSError.
    `overrides` are from the command line and `configured` from the settings, package to version each.
    Raises ConfigError for a version among those two that is none.
    """
    stated: dict[str, Statement] = {}
    for origin, versions in (("--target-version", overrides), ("target-version in the settings", configured)):
        for package, version in versions.items():
            name = normal_name(package)
            stated.setdefault(name, Statement(VersionSet.within(name, specifier_of(name, version)), origin))
    reading = _Reading(Sources(files), read, stated)
    reading.run(near)
    return TargetReading(Target.of(reading.result()), tuple(reading.problems), tuple(reading.known))


class _Reading:
    """What was read so far: `stated` is decided, `known` the files read, `_bare` names FastAPI without a version."""

    def __init__(self, sources: Sources, read: Callable[[str], bytes], stated: dict[str, Statement]) -> None:
        self.stated = stated
        self.problems: list[tuple[Location, str]] = []
        self.known: dict[str, FileClaims] = {}
        self._sources = sources
        self._read = read
        self._bare: Statement | None = None
        self._closed: frozenset[str] = frozenset({"starlette"} if "fastapi" in stated else ())
        self._only_python = False

    def run(self, near: str) -> None:
        """Read the files from the folder of the module `near` upwards, until FastAPI and Python are decided."""
        given = "fastapi" in self.stated
        for folder in _folders_up(near):
            for path, reader in self._files(folder):
                self._take(self._claims_with_includes(path, reader))
                if "fastapi" in self.stated and "python" in self.stated and not given:
                    return
            self._only_python = "fastapi" in self.stated and not given
        if "fastapi" not in self.stated and self._bare is None:
            # Any of several images may be the one that is meant.
            images = [self._claims_with_includes(path, reader) for path, reader in self._sources.of_images()]
            self._take(
                [claim for claims in images for claim in claims if any(one.package == "fastapi" for _, one in claims)]
            )

    def result(self) -> Mapping[str, Statement]:
        """Return what is stated; FastAPI without a version anywhere is its newest known release."""
        if self._bare is not None:
            self.stated.setdefault("fastapi", self._bare)
        return self.stated

    def _files(self, folder: str) -> list[tuple[str, FileReader]]:
        """Return the files that speak for a folder; the lock of a uv workspace speaks for its members."""
        own = self._sources.of(folder)
        shared = [
            (path, read_toml_lock)
            for path in self._sources.uv_locks_above(folder)
            if posixpath.relpath(folder, posixpath.dirname(path) or ".") in self._file(path, read_toml_lock).members
        ]
        return [*shared, *own]

    def _file(self, path: str, reader: FileReader) -> FileClaims:
        """Return what a file says, read once."""
        known = self.known.get(path)
        if known is not None:
            return known
        try:
            found = reader(self._read(path))
        except OSError as error:
            found = FileClaims(problems=((Span(0, 0), f"not checked: {(error.strerror or 'cannot be read').lower()}"),))
        self.known[path] = found
        self.problems.extend((Location(path, span), message) for span, message in found.problems)
        return found

    def _claims_with_includes(self, path: str, reader: FileReader) -> list[tuple[str, Claim]]:
        """Return the claims of a file and of the requirements files it includes, narrowed by its constraints."""
        required: list[tuple[str, Claim]] = []
        constraints: dict[str, tuple[str, Claim]] = {}
        seen = {path}
        queue = [(path, self._file(path, reader), False)]
        for current, found, is_constraint in queue:
            for claim in found.claims:
                if is_constraint:
                    constraints.setdefault(claim.package, (current, claim))
                else:
                    required.append((current, claim))
            for include, constrains in found.includes:
                included = posixpath.normpath(posixpath.join(posixpath.dirname(current), include))
                if included not in seen and included in self._sources.paths and len(seen) < _MAX_INCLUDES:
                    seen.add(included)
                    queue.append((included, self._file(included, read_requirements), is_constraint or constrains))
        return [_constrained(at, claim, constraints.get(claim.package)) for at, claim in required]

    def _take(self, claims: Sequence[tuple[str, Claim]]) -> None:
        """Let the claims of one file decide the packages that are still open."""
        by_package: dict[str, list[tuple[str, Claim]]] = {}
        known: set[tuple[str, str, int]] = set()
        for at, claim in claims:
            same = (claim.package, claim.specifier, claim.rank)
            if self._is_open(claim.package) and same not in known:
                known.add(same)
                by_package.setdefault(claim.package, []).append((at, claim))
        for package, found in by_package.items():
            narrowing = [(at, claim) for at, claim in found if claim.specifier]
            rank = min((claim.rank for _, claim in narrowing), default=0)
            statement = self._statement([(at, claim) for at, claim in narrowing if claim.rank == rank])
            if statement is not None:
                self.stated[package] = statement
            elif package == "fastapi" and self._bare is None and not narrowing:
                at, claim = found[0]
                newest = VersionSet(VersionSet.known(package).versions[-1:])
                self._bare = Statement(newest, f"{NEWEST_KNOWN} ({at} names none)", Location(at, claim.span))

    def _is_open(self, package: str) -> bool:
        if self._only_python and package != "python":
            return False
        return package not in self.stated and package not in self._closed

    def _statement(self, claims: Sequence[tuple[str, Claim]]) -> Statement | None:
        """Return what claims of one package say together: any of them may be the one that holds."""
        versions: VersionSet | None = None
        stated: dict[str, tuple[str, Claim]] = {}
        for path, claim in claims:
            found = _versions(claim)
            if found is not None:
                versions = found if versions is None else versions.joined(found)
                stated.setdefault(claim.specifier, (path, claim))
            elif claim.package in KNOWN_RELEASES:
                message = f"`{claim.specifier[:60]}` is no version of {claim.package}"
                self.problems.append((Location(path, claim.span), message))
        if versions is None:
            return None
        path, claim = next(iter(stated.values()))
        is_single = len(versions.versions) == 1 or "*" not in "".join(stated)
        is_pin = is_single and all(specifier.startswith("==") for specifier in stated)
        origin = path if is_pin else f"{path} (range {' or '.join(stated)})"
        return Statement(versions, origin, Location(path, claim.span))


def _versions(claim: Claim) -> VersionSet | None:
    """Return the versions of a claim, None where it cannot be understood or its package has no table and no pin."""
    if claim.package not in KNOWN_RELEASES:
        pinned = claim.specifier.removeprefix("==")
        return VersionSet((pinned,)) if claim.specifier.startswith("==") and is_plain(pinned) else None
    try:
        return VersionSet.within(claim.package, claim.specifier)
    except ValueError:
        return None


def _constrained(path: str, claim: Claim, constraint: tuple[str, Claim] | None) -> tuple[str, Claim]:
    """Return a claim together with the constraint on its package, at the constraint's place."""
    if constraint is None or not constraint[1].specifier:
        return path, claim
    at, narrower = constraint
    specifier = ",".join(filter(None, (claim.specifier, narrower.specifier)))
    if narrower.specifier.startswith("==") and "*" not in narrower.specifier:
        specifier = narrower.specifier
    return at, Claim(claim.package, specifier, narrower.span, claim.rank)


def _folders_up(path: str) -> list[str]:
    """Return the folder of a path and those above it, the nearest first; the root is the empty text."""
    folders: list[str] = []
    while path:
        path = posixpath.dirname(path)
        folders.append(path)
    return folders or [""]
