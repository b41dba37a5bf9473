"""The versions that a project may run on, and three-valued answers to questions about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final

from fastapi_lint.core.finding import Source
from fastapi_lint.knowledge.releases import KNOWN_RELEASES, STARLETTE_OF_FASTAPI
from fastapi_lint.knowledge.specifiers import matcher, named_versions, release_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from packaging.version import Version

    from fastapi_lint.core.span import Location

NEWEST_KNOWN: Final = "newest known release"
NOT_STATED: Final = "not stated"


class Ternary(Enum):
    """An answer that may be unknown; compare with the members, for every member is true to Python."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


@dataclass(frozen=True, slots=True)
class VersionSet:
    """The releases of one package that a project may run on: ascending, never empty."""

    versions: tuple[str, ...]

    @classmethod
    def known(cls, package: str) -> VersionSet:
        """Return every known release of a package that the tables list; raises KeyError for another."""
        return cls(tuple(KNOWN_RELEASES[package].split()))

    @classmethod
    def within(cls, package: str, specifier: str) -> VersionSet:
        """Return the known releases of a package within a specifier.

        Where no known release is within it (too new, too old), the versions that the specifier itself
        names stand for it. Raises ValueError where the specifier is not one, and where nothing can be
        said: it names no version, or it is no pin and the package has no table.
        """
        accepts = matcher(specifier)
        if package not in KNOWN_RELEASES and ("," in specifier or "*" in specifier or specifier[:2] != "=="):
            raise ValueError(specifier)
        test = _minor(accepts) if package == "python" else accepts
        found = tuple(version for version in KNOWN_RELEASES.get(package, "").split() if test(version))
        if not found:
            named = named_versions(specifier)
            found = tuple(version for version in named if accepts(version)) or named
        if not found:
            raise ValueError(specifier)
        return cls(found)

    def holds(self, specifier: str) -> Ternary:
        """Return whether a specifier holds for all, none or some of the versions; raises ValueError as `matcher`."""
        accepts = matcher(specifier)
        answers = {accepts(version) for version in self.versions}
        if len(answers) > 1:
            return Ternary.MAYBE
        return Ternary.YES if answers == {True} else Ternary.NO

    def joined(self, other: VersionSet) -> VersionSet:
        """Return the versions of either."""
        return VersionSet(tuple(sorted({*self.versions, *other.versions}, key=release_key)))

    @property
    def text(self) -> str:
        """Return the one version, or the first and the last, for people."""
        first, last = self.versions[0], self.versions[-1]
        return first if first == last else f"{first} to {last}"


@dataclass(frozen=True, slots=True)
class Statement:
    """Which versions of one package hold, what says so (`uv.lock`), and where it does if it is a file."""

    versions: VersionSet
    origin: str
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """The versions that a project runs on, complete for every package of `KNOWN_RELEASES`; made by `of`."""

    statements: Mapping[str, Statement]
    _answers: dict[tuple[str, str], Ternary] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, stated: Mapping[str, Statement]) -> Target:
        """Return the target of what is stated, the rest filled in.

        FastAPI is its newest known release unless stated. Starlette is what FastAPI accepts, within
        what is stated of it. The others may be any known release unless stated.
        """
        newest = VersionSet(VersionSet.known("fastapi").versions[-1:])
        fastapi = stated.get("fastapi") or Statement(newest, NEWEST_KNOWN)
        filled = {package: Statement(VersionSet.known(package), NOT_STATED) for package in KNOWN_RELEASES}
        filled.update(stated)
        filled.update(fastapi=fastapi, starlette=_starlette(stated.get("starlette"), fastapi))
        return cls(dict(sorted(filled.items())))

    @classmethod
    def pinned(cls, versions: Mapping[str, str], origin: str = "pinned") -> Target:
        """Return the target in which each package given is at one version, the rest filled in."""
        return cls.of({package: Statement(VersionSet((at,)), origin) for package, at in versions.items()})

    def holds(self, package: str, specifier: str) -> Ternary:
        """Return whether a specifier such as `>=0.93,<0.118` holds; MAYBE for a package nothing is known of."""
        query = (package, specifier)
        answer = self._answers.get(query)
        if answer is None:
            statement = self.statements.get(package)
            answer = statement.versions.holds(specifier) if statement else Ternary.MAYBE
            self._answers[query] = answer
        return answer

    def newest(self, package: str) -> Version:
        """Return the newest version a package may have; raises KeyError for a package nothing is known of."""
        from packaging.version import Version  # noqa: PLC0415  # a cached run does without it

        return Version(self.statements[package].versions.versions[-1])

    def oldest(self, package: str) -> Version:
        """Return the oldest version a package may have; raises KeyError for a package nothing is known of."""
        from packaging.version import Version  # noqa: PLC0415  # a cached run does without it

        return Version(self.statements[package].versions.versions[0])

    def describe(self, package: str) -> str:
        """Return the versions of a package for people: `0.115.3`, `0.110.0 to 0.115.14` or `any`."""
        statement = self.statements.get(package)
        return "any" if statement is None or statement.origin == NOT_STATED else statement.versions.text

    def sources(self) -> tuple[Source, ...]:
        """Return FastAPI, Starlette, then what else is stated, each with its versions and what says so."""
        order = {"fastapi": 0, "starlette": 1}
        return tuple(
            Source(package, statement.versions.text, statement.origin)
            for package, statement in sorted(self.statements.items(), key=lambda item: (order.get(item[0], 2), item[0]))
            if package in KNOWN_RELEASES and statement.origin != NOT_STATED
        )


def starlette_of(fastapi: VersionSet) -> VersionSet:
    """Return the known Starlette releases that some of the given FastAPI releases accept, by their metadata."""
    rows = [(release_key(first)[0], specifier) for first, specifier in STARLETTE_OF_FASTAPI]
    specifiers: list[str] = []
    for version in fastapi.versions:
        at = release_key(version)[0]
        accepted = [specifier for first, specifier in rows if first <= at]
        specifiers.append(accepted[-1] if accepted else rows[0][1])
    first, *others = dict.fromkeys(specifiers)
    found = VersionSet.within("starlette", first)
    for specifier in others:
        found = found.joined(VersionSet.within("starlette", specifier))
    return found


def _starlette(stated: Statement | None, fastapi: Statement) -> Statement:
    accepted = starlette_of(fastapi.versions)
    if stated is not None:
        kept = tuple(version for version in stated.versions.versions if version in accepted.versions)
        return Statement(VersionSet(kept or stated.versions.versions), stated.origin, stated.location)
    if fastapi.origin.startswith(NEWEST_KNOWN):
        return Statement(VersionSet(accepted.versions[-1:]), fastapi.origin, fastapi.location)
    return Statement(accepted, f"accepted by fastapi {fastapi.versions.text}", fastapi.location)


def _minor(accepts: Callable[[str], bool]) -> Callable[[str], bool]:
    """Return a test for Python's minor versions: whether the first or a late release of it is accepted."""
    return lambda minor: accepts(f"{minor}.0") or accepts(f"{minor}.99")
