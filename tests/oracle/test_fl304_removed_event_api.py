"""FL304: the ways to register an event handler that raise with Starlette 1.0, and those that FastAPI kept."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter

PROOF = PROOFS / "removed_event_api"
REMOVED = {
    "bad_add_event_handler": "AttributeError: 'FastAPI' object has no attribute 'add_event_handler'",
    "bad_starlette_call": "AttributeError: 'Starlette' object has no attribute 'add_event_handler'",
    "bad_starlette_decorator": "AttributeError: 'Starlette' object has no attribute 'on_event'",
    "bad_starlette_parameter": "TypeError: Starlette.__init__() got an unexpected keyword argument 'on_startup'",
}
KEPT = {"good_kept_by_fastapi": ["connect", "connect"]}


@pytest.fixture(scope="module")
def seen(interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every proof of the rule under one version."""
    return interpreter.probe("lifespan", list(PROOF.glob("*.py")), tmp_path_factory.mktemp("removed"))


@pytest.mark.parametrize("proof", sorted(REMOVED))
def test_importing_fails_since_starlette_1(interpreter: Interpreter, seen: dict[str, Any], proof: str) -> None:
    result = seen[proof]
    if interpreter.starlette >= (1, 0):
        assert result["import_error"].startswith(REMOVED[proof])
    else:
        assert result["journal"] == ["connect"]


@pytest.mark.parametrize("proof", sorted(KEPT))
def test_what_fastapi_kept_runs_in_every_version(seen: dict[str, Any], proof: str) -> None:
    assert seen[proof]["journal"] == KEPT[proof]


def test_every_proof_is_used() -> None:
    assert {path.stem for path in PROOF.glob("*.py")} == {*REMOVED, *KEPT}
