"""FL404: middleware that is added once the application has started is an error since Starlette 0.24."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter

PROOF = PROOFS / "middleware_after_start"
REFUSAL = "Cannot add middleware after an application has started"


@pytest.fixture(scope="module")
def seen(any_interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every proof of the rule under one version."""
    return any_interpreter.probe("asks", list(PROOF.glob("*.py")), tmp_path_factory.mktemp("asks"))


def is_refused(interpreter: Interpreter) -> bool:
    return interpreter.starlette >= (0, 24)


def test_a_start_up_handler_fails_and_the_start_with_it(any_interpreter: Interpreter, seen: dict[str, Any]) -> None:
    result = seen["bad_startup"]
    refused = is_refused(any_interpreter)
    assert (result["journal"], result["startup"]) == (
        ([REFUSAL], "startup.failed") if refused else ([], "startup.complete")
    )


def test_a_lifespan_fails_and_the_start_with_it(any_interpreter: Interpreter, seen: dict[str, Any]) -> None:
    result = seen["bad_lifespan"]
    runs = any_interpreter.since("0.93.0")  # before, the argument is ignored
    assert (result["journal"], result["startup"]) == (
        ([REFUSAL], "startup.failed") if runs else ([], "startup.complete")
    )


def test_a_request_fails(any_interpreter: Interpreter, seen: dict[str, Any]) -> None:
    (reply,) = seen["bad_request"]["replies"]
    assert reply["status"] == (500 if is_refused(any_interpreter) else 200)


@pytest.mark.parametrize("proof", ["good_import", "good_mounted"])
def test_what_is_added_in_time_works(seen: dict[str, Any], proof: str) -> None:
    (reply,) = seen[proof]["replies"]
    assert (reply["status"], reply["body"]) == (200, "home")
