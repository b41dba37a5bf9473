"""FL201: a middleware that takes every scope for HTTP breaks the lifespan, and `Request(scope)` breaks WebSockets too."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter

PROOF = PROOFS / "unchecked_scope_type"
BROKEN = ("bad_path", "bad_request")
FAILING = "bad_send"
SOUND = ("good_type_first", "good_message_type")


@pytest.fixture(scope="module")
def seen(interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every proof of the rule under one version."""
    return interpreter.probe("lifespan", list(PROOF.glob("*.py")), tmp_path_factory.mktemp("scopes"))


@pytest.mark.parametrize("proof", BROKEN)
def test_start_up_never_runs_and_requests_are_answered_all_the_same(seen: dict[str, Any], proof: str) -> None:
    result = seen[proof]
    assert result["startup"] == "over"
    assert (result["status"], result["body"]) == (200, {"started": False})


def test_a_wrapper_that_asks_no_message_for_its_type_fails_at_start_up(seen: dict[str, Any]) -> None:
    assert seen[FAILING]["startup"] == "over"


@pytest.mark.parametrize("proof", SOUND)
def test_with_a_look_at_the_type_start_up_runs(seen: dict[str, Any], proof: str) -> None:
    result = seen[proof]
    assert (result["startup"], result["body"]) == ("startup.complete", {"started": True})


def test_every_proof_has_an_expectation() -> None:
    assert {path.stem for path in PROOF.glob("*.py")} == {*BROKEN, FAILING, *SOUND}
