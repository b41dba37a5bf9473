"""FL301: what is made at import stays open after the shutdown, and a client is bound to the loop that used it first."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter

PROOF = PROOFS / "engine_outside_lifespan"

LEFT_OPEN = ("bad_engine_at_import", "bad_async_engine_at_import")
CLOSED = ("good_async_engine_in_lifespan", "good_engine_disposed_by_lifespan", "good_engine_in_lifespan")
CLIENTS = ("bad_client_at_import", "good_client_in_lifespan", "good_client_in_events")
EVENTS = ("good_engine_in_events",)


@pytest.fixture(scope="module")
def seen(interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every proof of the rule under one version: what is still open after the shutdown."""
    return interpreter.probe("resources", list(PROOF.glob("*.py")), tmp_path_factory.mktemp("resources"))


@pytest.fixture(scope="module")
def lives(interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The clients under one version, used in one event loop after another."""
    files = [PROOF / f"{stem}.py" for stem in CLIENTS]
    return interpreter.probe("loops", files, tmp_path_factory.mktemp("loops"))


def needs_lifespan(interpreter: Interpreter) -> None:
    if not interpreter.since("0.93.0"):
        pytest.skip("lifespan= is ignored before FastAPI 0.93.0")


def served(result: dict[str, Any]) -> bool:
    """Return whether the application started, answered and shut down as it should."""
    return (result["startup"], result["status"], result["shutdown"]) == ("startup.complete", 200, "shutdown.complete")


@pytest.mark.parametrize("proof", LEFT_OPEN)
def test_an_engine_made_at_import_keeps_its_connection_after_the_shutdown(seen: dict[str, Any], proof: str) -> None:
    assert served(seen[proof])
    assert seen[proof]["connections"] == {"at_import": 0, "opened": 1, "left_open": 1}


@pytest.mark.parametrize("proof", CLOSED)
def test_an_engine_that_the_lifespan_disposes_of_keeps_none(
    interpreter: Interpreter, seen: dict[str, Any], proof: str
) -> None:
    needs_lifespan(interpreter)
    assert served(seen[proof])
    assert seen[proof]["connections"] == {"at_import": 0, "opened": 1, "left_open": 0}


@pytest.mark.parametrize("proof", EVENTS)
def test_an_engine_that_events_dispose_of_keeps_none(seen: dict[str, Any], proof: str) -> None:
    assert served(seen[proof])
    assert seen[proof]["connections"] == {"at_import": 0, "opened": 1, "left_open": 0}


def test_a_client_made_at_import_is_never_closed(seen: dict[str, Any]) -> None:
    assert served(seen["bad_client_at_import"])
    assert seen["bad_client_at_import"]["clients"] == {"made": 1, "left_open": 1}


def test_a_client_of_the_lifespan_is_closed(interpreter: Interpreter, seen: dict[str, Any]) -> None:
    needs_lifespan(interpreter)
    assert served(seen["good_client_in_lifespan"])
    assert seen["good_client_in_lifespan"]["clients"] == {"made": 1, "left_open": 0}


def test_a_client_of_the_events_is_closed(seen: dict[str, Any]) -> None:
    assert served(seen["good_client_in_events"])
    assert seen["good_client_in_events"]["clients"] == {"made": 1, "left_open": 0}


def test_a_client_made_at_import_fails_in_the_second_event_loop(lives: dict[str, Any]) -> None:
    first, second = lives["bad_client_at_import"]["lives"]
    assert (first["status"], first["error"]) == (200, None)
    assert (second["status"], second["error"]) == (500, "RuntimeError: Event loop is closed")


def test_a_client_of_the_lifespan_works_in_every_event_loop(interpreter: Interpreter, lives: dict[str, Any]) -> None:
    needs_lifespan(interpreter)
    assert [life["status"] for life in lives["good_client_in_lifespan"]["lives"]] == [200, 200]


def test_a_client_of_the_events_works_in_every_event_loop(lives: dict[str, Any]) -> None:
    assert [life["status"] for life in lives["good_client_in_events"]["lives"]] == [200, 200]


def test_every_proof_has_an_expectation() -> None:
    assert {path.stem for path in PROOF.glob("*.py")} == {*LEFT_OPEN, *CLOSED, *CLIENTS, *EVENTS}
