"""FL502: what the client of a request hears whose commit fails, and in which versions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter

PROOF = PROOFS / "commit_after_response"

LATE = ("bad_commit_after_yield", "bad_else")
WITH_DATABASE = ("bad_begin_block",)
EARLY = ("good_commit_in_endpoint", "good_route_class")
BY_VERSION = ("good_scope_function",)


def is_after_response(interpreter: Interpreter) -> bool:
    """Return what the rule says: exit code waits for the response up to 0.105 and from 0.118.0 on."""
    return not interpreter.since("0.106.0") or interpreter.since("0.118.0")


@pytest.fixture(scope="module")
def seen(any_interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every proof that needs no database, under one version."""
    files = [PROOF / f"{stem}.py" for stem in (*LATE, *EARLY, *BY_VERSION)]
    return any_interpreter.probe("request", files, tmp_path_factory.mktemp("request"))


@pytest.mark.parametrize("proof", LATE)
def test_the_client_is_told_of_success_before_the_commit_fails(
    any_interpreter: Interpreter, seen: dict[str, Any], proof: str
) -> None:
    result = seen[proof]
    assert result["journal"] == ["endpoint", "commit"]
    assert result["error"] == "RuntimeError: commit failed"
    assert result["status"] == (200 if is_after_response(any_interpreter) else 500)


@pytest.mark.parametrize("proof", WITH_DATABASE)
def test_a_real_database_refuses_the_row_after_the_success(interpreter: Interpreter, tmp_path: Any, proof: str) -> None:
    result = interpreter.probe("request", [PROOF / f"{proof}.py"], tmp_path)[proof]
    assert result["error"].startswith("IntegrityError")
    assert result["status"] == (200 if is_after_response(interpreter) else 500)


@pytest.mark.parametrize("proof", EARLY)
def test_a_commit_before_the_response_fails_with_it(seen: dict[str, Any], proof: str) -> None:
    assert (seen[proof]["status"], seen[proof]["error"]) == (500, "RuntimeError: commit failed")
    assert seen[proof]["journal"] == ["endpoint", "commit"]


def test_scope_function_ends_before_the_response_since_it_exists(
    any_interpreter: Interpreter, seen: dict[str, Any]
) -> None:
    result = seen["good_scope_function"]
    if any_interpreter.since("0.121.0"):
        assert (result["status"], result["journal"]) == (500, ["endpoint", "commit"])
    else:
        assert "got an unexpected keyword argument 'scope'" in result["import_error"]


def test_every_proof_has_an_expectation() -> None:
    assert {path.stem for path in PROOF.glob("*.py")} == {*LATE, *WITH_DATABASE, *EARLY, *BY_VERSION}
