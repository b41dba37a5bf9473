"""FL405: every origin with credentials means that any site is allowed by its name."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter

PROOF = PROOFS / "cors_wildcard_credentials"
EVIL = "https://evil.example"


@pytest.fixture(scope="module")
def seen(interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every proof of the rule under one version."""
    return interpreter.probe("asks", list(PROOF.glob("*.py")), tmp_path_factory.mktemp("asks"))


def allowed(result: dict[str, Any]) -> list[tuple[str | None, str | None]]:
    """Return the origin and the credentials that each answer allows: a preflight, one with a cookie, one without."""
    names = ("access-control-allow-origin", "access-control-allow-credentials")
    return [tuple(reply["headers"].get(name) for name in names) for reply in result["replies"]]  # type: ignore[misc]


def test_the_wildcard_names_the_origin_that_asks(interpreter: Interpreter, seen: dict[str, Any]) -> None:
    without_cookie = EVIL if interpreter.starlette >= (1, 0) else "*"
    assert allowed(seen["bad_wildcard"]) == [(EVIL, "true"), (EVIL, "true"), (without_cookie, "true")]


def test_so_does_an_expression_for_anything(seen: dict[str, Any]) -> None:
    assert allowed(seen["bad_regex"]) == [(EVIL, "true")] * 3


def test_without_credentials_no_origin_is_named(seen: dict[str, Any]) -> None:
    assert [credentials for _, credentials in allowed(seen["good_without_credentials"])] == [None] * 3


def test_a_list_allows_no_other(seen: dict[str, Any]) -> None:
    assert [origin for origin, _ in allowed(seen["good_listed"])] == [None] * 3
