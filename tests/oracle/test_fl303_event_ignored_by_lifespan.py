"""FL303: in which versions a registered handler is never called, and that nothing says so."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter

PROOF = PROOFS / "event_ignored_by_lifespan"
PROVEN = (
    "bad_beside_lifespan",
    "bad_router_beside_lifespan",
    "bad_router_after_include",
    "bad_arguments",
    "good_lifespan_runs_them",
    "good_no_lifespan",
)


@pytest.fixture(scope="module")
def seen(any_interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every proof of the rule under one version."""
    return any_interpreter.probe("lifespan", list(PROOF.glob("*.py")), tmp_path_factory.mktemp("events"))


def expected(interpreter: Interpreter, proof: str) -> list[str]:
    """Return what is called when a version starts the application of a proof."""
    is_merged = interpreter.since("0.112.2")
    match proof:
        case "bad_beside_lifespan":
            return ["lifespan"] if interpreter.since("0.93.0") else ["connect"]
        case "bad_router_beside_lifespan" if interpreter.since("0.93.0"):
            return ["lifespan", "connect"] if is_merged else ["lifespan"]
        case "bad_router_after_include":
            return ["connect"] if is_merged else []
        case "bad_arguments":
            is_forgotten = interpreter.since("0.128.3") and not interpreter.since("0.128.6")
            return [] if is_forgotten else ["connect"]
        case _:
            return ["connect"]


@pytest.mark.parametrize("proof", PROVEN)
def test_what_is_called_at_startup(any_interpreter: Interpreter, seen: dict[str, Any], proof: str) -> None:
    result = seen[proof]
    assert (result.get("import_error"), result["startup"], result["error"]) == (None, "startup.complete", None)
    assert result["journal"] == expected(any_interpreter, proof)


def test_every_proof_is_used() -> None:
    assert {path.stem for path in PROOF.glob("*.py")} == set(PROVEN)
