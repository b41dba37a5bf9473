"""FL305: what a mounted application has for start-up runs only where the one above enters it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter

PROOF = PROOFS / "mounted_lifespan_never_runs"
IDLE = ("bad_event", "bad_lifespan")
RUN = ("good_entered", "good_served")


@pytest.fixture(scope="module")
def seen(interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every proof of the rule under one version."""
    return interpreter.probe("lifespan", list(PROOF.glob("*.py")), tmp_path_factory.mktemp("mounted"))


@pytest.mark.parametrize("proof", IDLE)
def test_nothing_starts_a_mounted_application(seen: dict[str, Any], proof: str) -> None:
    result = seen[proof]
    assert (result["startup"], result["shutdown"], result["error"]) == ("startup.complete", "shutdown.complete", None)
    assert result["journal"] == []


@pytest.mark.parametrize("proof", RUN)
def test_it_runs_where_it_is_entered_or_served(interpreter: Interpreter, seen: dict[str, Any], proof: str) -> None:
    assert seen[proof]["journal"] == (["sub starts", "sub ends"] if interpreter.since("0.93.0") else [])


def test_every_proof_is_used() -> None:
    assert {path.stem for path in PROOF.glob("*.py")} == {*IDLE, *RUN}
