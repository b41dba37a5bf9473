"""FL706: a handler that reads state which was never set sends nothing, or turns its answer into a bare 500."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter

PROOF = PROOFS / "state_read_in_handler"


@pytest.fixture(scope="module")
def seen(interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every proof of the rule under one version."""
    return interpreter.probe("asks", list(PROOF.glob("*.py")), tmp_path_factory.mktemp("asks"))


def test_a_handler_for_everything_sends_nothing(seen: dict[str, Any]) -> None:
    (reply,) = seen["bad_never_set"]["replies"]
    assert reply["status"] is None
    assert reply["error"].startswith("AttributeError")


def test_a_dependency_sets_it_for_its_own_requests_only(seen: dict[str, Any]) -> None:
    checked, other = seen["bad_set_by_dependency"]["replies"]
    assert (checked["status"], checked["body"]) == (500, {"user": "somebody"})
    assert other["status"] is None


def test_a_handler_for_a_named_exception_becomes_500(seen: dict[str, Any]) -> None:
    (reply,) = seen["bad_named"]["replies"]
    assert (reply["status"], reply["error"].partition(":")[0]) == (500, "AttributeError")


@pytest.mark.parametrize("proof", ["good_set_by_middleware", "good_default"])
def test_what_is_there_is_read(seen: dict[str, Any], proof: str) -> None:
    (reply,) = seen[proof]["replies"]
    assert (reply["status"], reply["body"]) == (500, {"id": "1"})
