"""LibCST loads the same whether its code was kept or not, and whatever became of what was kept."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
_LOAD = """
import builtins
compiled = 0
original = builtins.compile
def counted(*args, **words):
    global compiled
    compiled += args[1:2] == ("<string>",) and "def " in args[0]
    return original(*args, **words)
builtins.compile = counted
from fastapi_lint.source.loading import libcst
cst = libcst()
module = cst.parse_module("async def f(a: int = 1, *b) -> int:\\n    return [x for x in await g(a)]  # c\\n")
assert module.code.startswith("async def f")
assert module.body[0].name.deep_equals(cst.Name("f"))
assert cst.Name("f") != cst.Name("f")
assert "Name(" in repr(cst.Name("f"))
print(compiled)
"""


def load(prefix: Path) -> int:
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(prefix)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, "-c", _LOAD],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return int(done.stdout)


def test_code_that_was_kept_is_not_compiled_again(tmp_path: Path) -> None:
    assert load(tmp_path) > 100
    assert load(tmp_path) == 0


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"i\x01\x00\x00\x00"])
def test_what_was_damaged_is_compiled_again(tmp_path: Path, damage: bytes) -> None:
    load(tmp_path)
    (kept,) = tmp_path.rglob("*.code")
    kept.write_bytes(damage)
    assert load(tmp_path) > 100
    assert load(tmp_path) == 0
