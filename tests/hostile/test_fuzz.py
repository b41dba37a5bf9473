"""Hostile inputs through the readers, through the linter and through its command line: a short run in every test run."""

from __future__ import annotations

import os

import pytest

from fastapi_lint.engine.deep import deeply
from fastapi_lint.engine.workers import CAN_SUPERVISE
from tools.fuzz import Tally, complaint, fuzz, fuzz_projects
from tools.fuzz_inputs import BOMBS, PYTHON, SHAPES, Input, made

pytestmark = pytest.mark.skipif(not CAN_SUPERVISE, reason="a crash would end the tests")
INPUTS = 5_000
SEED = 2026


def test_readers_take_every_input() -> None:
    tally = Tally()
    fuzz(SEED, 0, INPUTS, os.cpu_count() or 1, tally)
    assert tally.failures == []
    assert tally.tried["inputs"] == INPUTS


def test_projects_of_hostile_files_keep_the_findings_beside_them() -> None:
    tally = Tally()
    fuzz_projects(SEED, 10_000, 12, tally, is_whole=False)
    fuzz_projects(SEED, 10_100, 3, tally, is_whole=True)
    assert tally.failures == []


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_shapes_of_any_size_are_read_or_refused(name: str) -> None:
    for size in (3, 20_000):
        assert deeply(lambda size=size: complaint(Input(PYTHON, SHAPES[name](size).encode(), name))) == ""


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_bombs_of_any_size_are_read_or_refused(name: str) -> None:
    for size in (3, 3_000, 100_000):
        assert complaint(Input(name, BOMBS[name](size).encode(), name)) == ""


def test_an_input_can_be_made_again() -> None:
    assert made(7, 11) == made(7, 11)
    assert len({made(7, number).data for number in range(200)}) > 190
