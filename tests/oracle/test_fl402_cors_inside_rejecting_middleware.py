"""FL402: what is answered outside of `CORSMiddleware` has no CORS headers, a refused preflight among it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter

PROOF = PROOFS / "cors_inside_rejecting_middleware"
ALLOWED = "access-control-allow-origin"
ANSWERS = {
    "bad_check_outside": [(401, False), (401, False)],
    "good_check_inside": [(401, True), (200, True)],
    "bad_catching_outside": [(500, False)],
    "good_catching_inside": [(500, True)],
    "bad_backend_outside": [(400, False)],
    "good_passing_outside": [(200, True), (200, True)],
}
"""The status of each answer, and whether the origin that asks is told that it may read it."""


@pytest.fixture(scope="module")
def seen(interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every proof of the rule under one version."""
    return interpreter.probe("asks", list(PROOF.glob("*.py")), tmp_path_factory.mktemp("asks"))


@pytest.mark.parametrize("proof", sorted(ANSWERS))
def test_only_what_passes_cors_gets_its_headers(seen: dict[str, Any], proof: str) -> None:
    assert [(one["status"], ALLOWED in one["headers"]) for one in seen[proof]["replies"]] == ANSWERS[proof]


def test_every_proof_has_an_expectation() -> None:
    assert {path.stem for path in PROOF.glob("*.py")} == set(ANSWERS)
