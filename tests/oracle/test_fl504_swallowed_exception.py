"""FL504: what the client gets when a dependency stops the exception of the endpoint."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter

PROOF = PROOFS / "swallowed_exception"

SWALLOWED = ("bad_except", "bad_except_async", "bad_manager", "bad_return_in_finally", "bad_suppress")
PASSED_ON = ("good_later", "good_other", "good_raises_again")
ON_SOCKETS = ("good_websocket",)


@pytest.fixture(scope="module")
def seen(any_interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every proof of the rule under one version."""
    return any_interpreter.probe("request", list(PROOF.glob("*.py")), tmp_path_factory.mktemp("request"))


@pytest.mark.parametrize("proof", SWALLOWED)
def test_every_error_becomes_500_since_0_110(any_interpreter: Interpreter, seen: dict[str, Any], proof: str) -> None:
    result = seen[proof]
    if any_interpreter.since("0.110.0"):
        assert result["status"] == 500
        assert result["error"].startswith("FastAPIError: ")
    else:
        assert (result["status"], result["error"]) == (404, None)


@pytest.mark.parametrize("proof", PASSED_ON)
def test_the_look_alike_answers_as_the_endpoint_did(seen: dict[str, Any], proof: str) -> None:
    assert (seen[proof]["status"], seen[proof]["error"]) == (404, None)


def test_nothing_becomes_of_a_socket_that_ends_so(any_interpreter: Interpreter, seen: dict[str, Any]) -> None:
    result = seen["good_websocket"]
    assert result["journal"] == ["websocket.accept", "logged"]
    if any_interpreter.since("0.110.0"):
        assert result["body"] == "ended"


def test_every_proof_has_an_expectation() -> None:
    assert {path.stem for path in PROOF.glob("*.py")} == {*SWALLOWED, *PASSED_ON, *ON_SOCKETS}
