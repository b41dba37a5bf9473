"""FL503: what runs of a dependency after its `yield` when the request fails."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter

PROOF = PROOFS / "cleanup_outside_finally"

SKIPPED = {
    "bad_plain": (404, ["open"]),
    "bad_later_dependency": (401, ["open", "rollback"]),
}
WITH_DATABASE = ("bad_pool",)
CLEANED = ("good_finally", "good_handler_too", "good_with")


@pytest.fixture(scope="module")
def seen(any_interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every proof that needs no database, under one version."""
    files = [PROOF / f"{stem}.py" for stem in (*SKIPPED, *CLEANED)]
    return any_interpreter.probe("request", files, tmp_path_factory.mktemp("request"))


@pytest.mark.parametrize("proof", sorted(SKIPPED))
def test_the_cleanup_is_skipped(seen: dict[str, Any], proof: str) -> None:
    assert (seen[proof]["status"], seen[proof]["journal"]) == SKIPPED[proof]


@pytest.mark.parametrize("proof", WITH_DATABASE)
def test_the_connection_stays_out_of_the_pool(interpreter: Interpreter, tmp_path: Any, proof: str) -> None:
    result = interpreter.probe("request", [PROOF / f"{proof}.py"], tmp_path)[proof]
    assert (result["status"], result["body"]) == (404, {"checked_out": 1})


@pytest.mark.parametrize("proof", CLEANED)
def test_the_look_alike_cleans_up(seen: dict[str, Any], proof: str) -> None:
    assert (seen[proof]["status"], seen[proof]["journal"]) == (404, ["open", "close"])


def test_every_proof_has_an_expectation() -> None:
    assert {path.stem for path in PROOF.glob("*.py")} == {*SKIPPED, *WITH_DATABASE, *CLEANED}
