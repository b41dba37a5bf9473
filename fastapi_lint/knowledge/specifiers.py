"""Tests of a version against a specifier such as `>=0.93,<0.118`.

Plain versions and clauses are compared by hand: importing `packaging` costs more than the whole of a cached run.
All else (pre-releases, local versions, `===`) goes to `packaging`; where both can answer, they answer alike.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_Release = tuple[int, ...]

_CLAUSE: Final = re.compile(r"(==|!=|>=|<=|~=|>|<)\s*([0-9]{1,9}(?:\.[0-9]{1,9}){0,9})(\.\*)?")
_PLAIN: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9}){0,9}")
_NAMED: Final = re.compile(r"[=<>~]=?=?\s*v?([0-9][0-9A-Za-z.+!-]*)")


def matcher(specifier: str) -> Callable[[str], bool]:
    """Return a test for versions, as PEP 440 has it with pre-releases allowed; an empty specifier accepts all.

    Raises ValueError where the specifier is not one; the test raises it for a version that is not one.
    """
    clauses: list[Callable[[_Release], bool]] = []
    for text in filter(None, map(str.strip, specifier.split(","))):
        clause = _clause(text)
        if clause is None:
            return _packaged(specifier)
        clauses.append(clause)
    fallback: list[Callable[[str], bool]] = []

    def accepts(version: str) -> bool:
        if is_plain(version):
            release = _numbers(version)
            return all(clause(release) for clause in clauses)
        if not fallback:
            fallback.append(_packaged(specifier))
        return fallback[0](version)

    return accepts


def is_plain(version: str) -> bool:
    """Return whether a version is numbers and dots alone."""
    return _PLAIN.fullmatch(version) is not None


def named_versions(specifier: str) -> tuple[str, ...]:
    """Return the versions that the clauses of a specifier name, but those it excludes by `!=`, ascending."""
    clauses = (_NAMED.match(text.strip()) for text in specifier.split(","))
    named = {found.group(1).removesuffix(".") for found in clauses if found is not None}
    return tuple(sorted(named, key=release_key))


def release_key(version: str) -> tuple[tuple[int, ...], bool, str]:
    """Return what versions are sorted by: the leading numbers, then those with more to them before the plain ones."""
    found = _PLAIN.match(version.removeprefix("v"))
    return (_trimmed(_numbers(found.group())) if found else (), is_plain(version), version)


def _clause(text: str) -> Callable[[_Release], bool] | None:
    found = _CLAUSE.fullmatch(text)
    if found is None:
        return None
    operator, version, wildcard = found.groups()
    wanted = _numbers(version)
    if wildcard is not None:
        return _prefix_clause(operator, wanted)
    if operator == "~=":
        if len(wanted) < 2:
            return None
        floor, prefix = _trimmed(wanted), wanted[:-1]
        return lambda release: _trimmed(release) >= floor and _starts_with(release, prefix)
    return _order_clause(operator, _trimmed(wanted))


def _prefix_clause(operator: str, prefix: _Release) -> Callable[[_Release], bool] | None:
    if operator == "==":
        return lambda release: _starts_with(release, prefix)
    if operator == "!=":
        return lambda release: not _starts_with(release, prefix)
    return None


def _order_clause(operator: str, wanted: _Release) -> Callable[[_Release], bool]:
    tests: dict[str, Callable[[_Release], bool]] = {
        "==": lambda release: _trimmed(release) == wanted,
        "!=": lambda release: _trimmed(release) != wanted,
        ">=": lambda release: _trimmed(release) >= wanted,
        "<=": lambda release: _trimmed(release) <= wanted,
        ">": lambda release: _trimmed(release) > wanted,
        "<": lambda release: _trimmed(release) < wanted,
    }
    return tests[operator]


def _starts_with(release: _Release, prefix: _Release) -> bool:
    padded = release + (0,) * (len(prefix) - len(release))
    return padded[: len(prefix)] == prefix


def _numbers(version: str) -> _Release:
    return tuple(map(int, version.split(".")))


def _trimmed(release: _Release) -> _Release:
    end = len(release)
    while end and not release[end - 1]:
        end -= 1
    return release[:end]


def _packaged(specifier: str) -> Callable[[str], bool]:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415  # only for the unusual
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415

    try:
        specifiers = SpecifierSet(specifier)
    except InvalidSpecifier as error:
        raise ValueError(str(error)) from error

    def accepts(version: str) -> bool:
        try:
            return specifiers.contains(Version(version), prereleases=True)
        except InvalidVersion as error:
            raise ValueError(str(error)) from error

    return accepts
