"""FL524: what an anonymous request gets where a security class stands for an object of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter

PROOF = PROOFS / "uncalled_security_class"

PASSES = ("bad_basic", "bad_bearer", "bad_subclass")
ASKED_FOR = {"bad_api_key": "name", "bad_oauth2": "tokenUrl"}
REFUSED = {
    "good_api_key": {401, 403},
    "good_basic": {401},
    "good_bearer": {401, 403},
    "good_oauth2": {401},
    "good_subclass": {418},
}
"""The answers without credentials; 403 became 401 in FastAPI 0.122.0."""


@pytest.fixture(scope="module")
def seen(any_interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every proof of the rule under one version."""
    return any_interpreter.probe("request", list(PROOF.glob("*.py")), tmp_path_factory.mktemp("request"))


@pytest.mark.parametrize("proof", PASSES)
def test_nothing_is_checked(seen: dict[str, Any], proof: str) -> None:
    assert (seen[proof]["status"], seen[proof]["body"]) == (200, "secret")


@pytest.mark.parametrize("proof", sorted(ASKED_FOR))
def test_the_client_is_asked_for_an_argument_of_the_constructor(seen: dict[str, Any], proof: str) -> None:
    assert seen[proof]["status"] == 422
    assert ["query", ASKED_FOR[proof]] in [error["loc"] for error in seen[proof]["body"]["detail"]]


@pytest.mark.parametrize("proof", sorted(REFUSED))
def test_an_object_refuses_the_anonymous(seen: dict[str, Any], proof: str) -> None:
    assert seen[proof]["status"] in REFUSED[proof]


def test_every_proof_has_an_expectation() -> None:
    assert {path.stem for path in PROOF.glob("*.py")} == {*PASSES, *ASKED_FOR, *REFUSED}
