"""FL511: how many connections two requests open, with a resource of their own and with a shared one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter

PROOF = PROOFS / "resource_per_request"

OPENED = {"bad_client": 2, "bad_engine": 2, "good_client": 1, "good_engine": 1}


@pytest.mark.parametrize("proof", sorted(OPENED))
def test_connections_of_two_requests(interpreter: Interpreter, tmp_path: Any, proof: str) -> None:
    result = interpreter.probe("request", [PROOF / f"{proof}.py"], tmp_path)[proof]
    assert (result["status"], result["error"]) == (200, None)
    assert result["journal"] == ["connected"] * OPENED[proof]


def test_every_proof_has_an_expectation() -> None:
    assert {path.stem for path in PROOF.glob("*.py")} == {*OPENED, "twice"}
