"""FL703: the answer of a handler for everything passes no middleware, and the server sees the exception too."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter

PROOF = PROOFS / "catch_all_outside_middleware"
ALLOWED = "access-control-allow-origin"


@pytest.fixture(scope="module")
def seen(interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The reply of every proof of the rule under one version."""
    results = interpreter.probe("asks", list(PROOF.glob("*.py")), tmp_path_factory.mktemp("asks"))
    return {name: result["replies"][0] for name, result in results.items()}


@pytest.mark.parametrize("proof", ["bad_exception", "bad_status"])
def test_the_answer_has_no_headers_of_middleware(seen: dict[str, Any], proof: str) -> None:
    reply = seen[proof]
    assert (reply["status"], reply["body"]) == (500, {"detail": "handled"})
    assert ALLOWED not in reply["headers"]
    assert "x-server" not in reply["headers"]


@pytest.mark.parametrize("proof", ["bad_exception", "bad_status"])
def test_the_server_sees_the_exception(seen: dict[str, Any], proof: str) -> None:
    # With anyio 4 some versions of Starlette wrap it in a group on its way through the middleware.
    assert seen[proof]["error"].startswith(("ValueError: wrong", "ExceptionGroup"))


def test_a_handler_for_a_named_exception_stands_inside(seen: dict[str, Any]) -> None:
    reply = seen["good_named"]
    assert (reply["status"], reply["error"]) == (500, None)
    assert reply["headers"]["x-server"] == "shop"


@pytest.mark.parametrize("proof", ["good_named", "good_by_hand", "good_caught_inside", "good_wrapped"])
def test_the_others_have_the_cors_headers(seen: dict[str, Any], proof: str) -> None:
    assert seen[proof]["body"] == {"detail": "handled"}
    assert ALLOWED in seen[proof]["headers"]
