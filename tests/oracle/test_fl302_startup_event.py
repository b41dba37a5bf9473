"""FL302 (and what FL303 and FL304 rest on): where event handlers warn, where they are ignored, where they are gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter

PROOF = PROOFS / "startup_event"
BOTH = ["connect", "disconnect"]


@pytest.fixture(scope="module")
def seen(any_interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every proof of the rule under one version."""
    return any_interpreter.probe("lifespan", list(PROOF.glob("*.py")), tmp_path_factory.mktemp("lifespan"))


def deprecations(result: dict[str, Any]) -> list[str]:
    """Return the warnings about events that came up while the application was imported and run."""
    return [text for text in result["warnings"] if text.startswith("DeprecationWarning") and "event" in text]


def test_handlers_alone_run_in_every_version(any_interpreter: Interpreter, seen: dict[str, Any]) -> None:
    assert seen["bad_on_event"]["journal"] == BOTH
    is_forgotten = any_interpreter.since("0.128.3") and not any_interpreter.since("0.128.6")  # see FL303
    assert seen["bad_parameters"]["journal"] == ([] if is_forgotten else BOTH)


def test_on_event_warns_since_0_104(any_interpreter: Interpreter, seen: dict[str, Any]) -> None:
    warned = deprecations(seen["bad_on_event"])
    assert bool(warned) == any_interpreter.since("0.104.0")
    assert all("lifespan" in text for text in warned)


@pytest.mark.parametrize("proof", ["bad_on_event_beside_lifespan", "bad_parameters_beside_lifespan"])
def test_a_lifespan_silences_the_handlers_since_0_93(
    any_interpreter: Interpreter, seen: dict[str, Any], proof: str
) -> None:
    ran = ["lifespan starts", "lifespan ends"] if any_interpreter.since("0.93.0") else BOTH
    result = seen[proof]
    assert result["journal"] == ran
    assert (result["startup"], result["shutdown"], result["error"]) == ("startup.complete", "shutdown.complete", None)


def test_nothing_says_that_decorated_handlers_are_ignored(seen: dict[str, Any]) -> None:
    assert deprecations(seen["bad_on_event_beside_lifespan"]) == deprecations(seen["bad_on_event"])


def test_add_event_handler_is_gone_with_starlette_1(any_interpreter: Interpreter, seen: dict[str, Any]) -> None:
    result = seen["bad_add_event_handler"]
    if any_interpreter.starlette >= (1, 0):
        assert result["import_error"] == "AttributeError: 'FastAPI' object has no attribute 'add_event_handler'"
    else:
        assert result["journal"] == ["connect"]


def test_add_event_handler_of_the_router_stays(seen: dict[str, Any]) -> None:
    assert seen["good_router_add_event_handler"]["journal"] == ["connect"]


def test_handlers_of_an_included_router_run_twice_since_0_112_2(
    any_interpreter: Interpreter, seen: dict[str, Any]
) -> None:
    times = 2 if any_interpreter.since("0.112.2") else 1
    assert seen["bad_router_on_event"]["journal"] == ["connect"] * times


def test_the_lifespan_runs_without_a_warning_since_0_93(any_interpreter: Interpreter, seen: dict[str, Any]) -> None:
    result = seen["good_lifespan"]
    assert result["journal"] == (BOTH if any_interpreter.since("0.93.0") else [])
    assert deprecations(result) == []


def test_every_proof_is_used() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    assert [path.stem for path in PROOF.glob("*.py") if f'"{path.stem}"' not in source] == []
