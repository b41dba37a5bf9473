"""A sample of the standard library and of installed packages: nothing fails, and only what is known is refused."""

from __future__ import annotations

import os

import pytest

from fastapi_lint.engine.workers import CAN_SUPERVISE
from tools.crash_run import files_below, outcomes, standard_folders

KNOWN = ("topics.py", "test_exceptions.py", "test_traceback.py")


@pytest.mark.skipif(not CAN_SUPERVISE, reason="a crash would end the tests")
def test_real_files_are_read() -> None:
    files = [file for file in files_below(standard_folders(), 60) if file.stat().st_size < 1 << 18]
    found = dict(outcomes(files, os.cpu_count() or 1))
    assert len(found) == len(files) > 20
    amiss = {path.name: outcome for path, outcome in found.items() if outcome not in {"read", "rejected"}}
    assert {name: outcome for name, outcome in amiss.items() if name not in KNOWN} == {}
