"""FL701: a returned `HTTPException` is a value with status 200, and stops no request."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter

PROOF = PROOFS / "returned_http_exception"


@pytest.fixture(scope="module")
def seen(interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every proof of the rule under one version."""
    return interpreter.probe("request", list(PROOF.glob("*.py")), tmp_path_factory.mktemp("request"))


@pytest.mark.parametrize("proof", ["bad_endpoint", "bad_function"])
def test_the_client_gets_200_with_the_exception(seen: dict[str, Any], proof: str) -> None:
    assert seen[proof]["status"] == 200
    assert seen[proof]["body"]["status_code"] == 404


def test_a_response_model_makes_it_500(seen: dict[str, Any]) -> None:
    result = seen["bad_response_model"]
    assert result["status"] in {500, None}
    assert "ValidationError" in result["error"]


def test_a_dependency_that_returns_it_stops_nothing(seen: dict[str, Any]) -> None:
    result = seen["bad_dependency"]
    assert (result["status"], result["body"], result["journal"]) == (200, "secret", ["endpoint"])


@pytest.mark.parametrize("proof", ["good_raised", "good_factory", "good_asked_for"])
def test_a_raised_one_is_the_answer(seen: dict[str, Any], proof: str) -> None:
    assert seen[proof]["status"] == 404
