"""Versions: the answers by hand equal packaging's, and targets are filled in as documented."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from fastapi_lint.knowledge.releases import KNOWN_RELEASES, STARLETTE_OF_FASTAPI
from fastapi_lint.knowledge.specifiers import matcher, release_key
from fastapi_lint.knowledge.versions import Statement, Target, Ternary, VersionSet, starlette_of

NUMBERS = st.lists(st.integers(0, 12), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))
PLAIN_CLAUSES = st.builds("{}{}".format, st.sampled_from(["==", "!=", ">=", "<=", ">", "<", ">= ", "== "]), NUMBERS)
WILDCARDS = st.builds("{}{}.*".format, st.sampled_from(["==", "!="]), NUMBERS)
COMPATIBLE = st.builds("~={}.{}".format, NUMBERS, st.integers(0, 12))
ODD = st.sampled_from(["===1.0", "==1.0+cpu", ">=1.0rc1", "<2.0.dev1", "==1.0.post1"])
SPECIFIERS = st.lists(st.one_of(PLAIN_CLAUSES, WILDCARDS, COMPATIBLE, ODD), max_size=3).map(", ".join)
VERSIONS = st.one_of(NUMBERS, st.sampled_from(["1.0+cpu", "1.0rc1", "1.0.post1", "2.0.dev1", "v1.0"]))


@given(SPECIFIERS, VERSIONS)
def test_matches_as_packaging_does(specifier: str, version: str) -> None:
    assert matcher(specifier)(version) == SpecifierSet(specifier).contains(Version(version), prereleases=True)


@pytest.mark.parametrize("specifier", ["1.0", "=>1.0", ">=", "~=1", "==1.*.2", ">=1.*", "==a", ">=1.0 <2"])
def test_what_is_no_specifier_is_refused(specifier: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        matcher(specifier)


@given(st.lists(NUMBERS, min_size=2, max_size=5))
def test_plain_versions_sort_as_packaging_sorts_them(versions: list[str]) -> None:
    assert [Version(v) for v in sorted(versions, key=release_key)] == sorted(map(Version, versions))


@pytest.mark.parametrize("package", KNOWN_RELEASES)
def test_tables_ascend_without_repetition(package: str) -> None:
    releases = [Version(version) for version in KNOWN_RELEASES[package].split()]
    assert releases == sorted(set(releases))
    assert not any(release.is_prerelease for release in releases)


def test_every_fastapi_release_has_known_starlette_releases() -> None:
    assert [first for first, _ in STARLETTE_OF_FASTAPI] == sorted(
        (first for first, _ in STARLETTE_OF_FASTAPI), key=Version
    )
    known = set(KNOWN_RELEASES["starlette"].split())
    for version in KNOWN_RELEASES["fastapi"].split():
        assert set(starlette_of(VersionSet((version,))).versions) <= known


@pytest.mark.parametrize(
    ("fastapi", "oldest", "newest"),
    [
        ("0.65.0", "0.14.2", "0.14.2"),
        ("0.92.0", "0.25.0", "0.25.0"),
        ("0.115.0", "0.37.2", "0.38.6"),
        ("0.115.3", "0.40.0", "0.41.3"),
        ("0.132.0", "0.40.0", "0.52.1"),
        ("0.164.0", "1.6.0", None),
        ("0.60.0", "0.13.4", "0.13.4"),
        ("9.0", "1.6.0", None),
    ],
)
def test_starlette_follows_from_fastapi(fastapi: str, oldest: str, newest: str | None) -> None:
    target = Target.pinned({"fastapi": fastapi})
    assert str(target.oldest("starlette")) == oldest
    assert newest is None or str(target.newest("starlette")) == newest
    assert target.statements["starlette"].origin == f"accepted by fastapi {fastapi}"


def test_nothing_stated_is_the_newest_known_release() -> None:
    target = Target.of({})
    assert target.describe("fastapi") == KNOWN_RELEASES["fastapi"].split()[-1]
    assert target.describe("starlette") == KNOWN_RELEASES["starlette"].split()[-1]
    assert [(source.subject, source.origin) for source in target.sources()] == [
        ("fastapi", "newest known release"),
        ("starlette", "newest known release"),
    ]
    assert target.describe("sqlalchemy") == "any"
    assert target.holds("sqlalchemy", ">=2.0") is Ternary.MAYBE
    assert target.holds("never-heard-of", ">=2.0") is Ternary.MAYBE


def test_three_values() -> None:
    target = Target.of({"fastapi": Statement(VersionSet.within("fastapi", ">=0.100,<0.110"), "test")})
    assert target.holds("fastapi", ">=0.93") is Ternary.YES
    assert target.holds("fastapi", ">=0.118") is Ternary.NO
    assert target.holds("fastapi", ">=0.106") is Ternary.MAYBE
    assert target.holds("fastapi", "") is Ternary.YES
    assert target.holds("starlette", ">=0.27,<0.37") is Ternary.YES
    assert target.describe("fastapi") == "0.100.0 to 0.109.2"
    assert (str(target.oldest("fastapi")), str(target.newest("fastapi"))) == ("0.100.0", "0.109.2")


@pytest.mark.parametrize(
    ("package", "specifier", "versions"),
    [
        ("fastapi", "==0.115", ("0.115.0",)),
        ("fastapi", "==0.100.0b1", ("0.100.0b1",)),
        ("fastapi", ">=9.1,<10", ("9.1",)),
        ("fastapi", "<0.10", ("0.10",)),
        ("fastapi", "!=0.100,>=0.99.1,<0.101", ("0.99.1", "0.100.1")),
        ("python", ">=3.9.2,<3.12", ("3.9", "3.10", "3.11")),
        ("python", "==3.12.4", ("3.12.4",)),
        ("redis", "==5.0.1", ("5.0.1",)),
    ],
)
def test_versions_within(package: str, specifier: str, versions: tuple[str, ...]) -> None:
    assert VersionSet.within(package, specifier).versions == versions


@pytest.mark.parametrize(
    ("package", "specifier"), [("redis", ">=4"), ("redis", "==4.*"), ("redis", ""), ("fastapi", "x")]
)
def test_versions_that_cannot_be_told(package: str, specifier: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        VersionSet.within(package, specifier)


def test_stated_starlette_is_narrowed_to_what_fastapi_accepts() -> None:
    stated = {
        "fastapi": Statement(VersionSet(("0.115.3",)), "a"),
        "starlette": Statement(VersionSet.within("starlette", ">=0.41"), "b"),
    }
    assert Target.of(stated).describe("starlette") == "0.41.0 to 0.41.3"
    stated["starlette"] = Statement(VersionSet(("0.50.0",)), "b")
    assert Target.of(stated).describe("starlette") == "0.50.0"


def test_plain_questions_do_not_import_packaging() -> None:
    code = (
        "import sys; from fastapi_lint.knowledge.versions import Target; t = Target.pinned({'fastapi': '0.115.3'});"
        "t.holds('fastapi', '>=0.93,<0.118'); t.sources(); sys.exit('packaging' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
