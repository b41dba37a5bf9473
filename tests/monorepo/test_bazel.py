"""The recipe for Bazel, with a real Bazel: its parts say what one run says, and a cache serves another checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

BAZEL = shutil.which("bazel")
EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "bazel"

pytestmark = pytest.mark.skipif(BAZEL is None, reason="needs Bazel; `make bazel` installs Debian's")


class Checkout:
    """A copy of the example, with a Bazel server of its own and a cache that others may share."""

    def __init__(self, folder: Path, cache: Path, linter: Path) -> None:
        self.root = shutil.copytree(EXAMPLE, folder / "checkout")
        self._state = folder / "state"
        self._cache = cache
        self._environment = {**os.environ, "FASTAPI_LINT": str(linter)}

    def bazel(self, command: str, *words: str) -> subprocess.CompletedProcess[str]:
        options = (f"--disk_cache={self._cache}", "--noshow_progress", "--color=no") if command == "build" else ()
        return subprocess.run(
            [str(BAZEL), f"--output_user_root={self._state}", command, *options, *words],
            cwd=self.root,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def reports(self) -> list[object]:
        binaries = Path(self.bazel("info", "bazel-bin").stdout.strip())
        return [one for index in (1, 2) for one in json.loads((binaries / f"lint_{index}.json").read_text())]


@pytest.fixture
def linter(tmp_path: Path) -> Path:
    script = tmp_path / "fastapi-lint"
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -m fastapi_lint "$@"\n')
    script.chmod(0o755)
    return script


@pytest.fixture
def checkouts(tmp_path: Path, linter: Path) -> Iterator[tuple[Checkout, Checkout]]:
    made = (
        Checkout(tmp_path / "first", tmp_path / "cache", linter),
        Checkout(tmp_path / "second", tmp_path / "cache", linter),
    )
    yield made
    for one in made:
        one.bazel("shutdown")
        subprocess.run(["chmod", "-R", "u+w", str(one.root.parent)], check=False)


def test_parts_are_built_gated_and_shared(checkouts: tuple[Checkout, Checkout], linter: Path) -> None:
    first, second = checkouts
    built = first.bazel("build", "//:lint_1", "//:lint_2")
    assert built.returncode == 0, built.stderr
    command = [str(linter), "check", "--no-cache", "--exit-zero", "--output-format", "json"]
    whole = subprocess.run(command, cwd=first.root, capture_output=True, text=True, check=True, timeout=60)
    assert first.reports() == json.loads(whole.stdout) != []

    gated = first.bazel("build", "//:lint")
    assert gated.returncode != 0
    assert "FL801" in gated.stderr

    for checkout in checkouts:
        for service in ("orders", "billing"):
            main = checkout.root / service / "main.py"
            main.write_text(main.read_text().replace("async def", "def"))
    mended = first.bazel("build", "//:lint")
    assert mended.returncode == 0, mended.stderr
    shared = second.bazel("build", "//:lint")
    assert shared.returncode == 0, shared.stderr
    assert "3 remote cache hit" in shared.stderr or "3 disk cache hit" in shared.stderr
    assert "sandbox" not in shared.stderr.partition("processes:")[2]
