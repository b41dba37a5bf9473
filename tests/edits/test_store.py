"""A file is the old one or the new one, and never one that was not to be touched."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from fastapi_lint.core.errors import SourceError
from fastapi_lint.edits.store import replace_file

posix = pytest.mark.skipif(os.name != "posix", reason="modes and links of POSIX")


def names(folder: Path) -> list[str]:
    return sorted(found.name for found in folder.iterdir())


@posix
@pytest.mark.parametrize("mode", [0o644, 0o755, 0o600])
def test_a_file_is_replaced_and_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(b"old")
    file.chmod(mode)
    replace_file(tmp_path, "a.py", b"old", b"new")
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == mode
    assert names(tmp_path) == ["a.py"]


def refused(root: Path, path: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        replace_file(root, path, b"old", b"new")


@posix
def test_a_link_is_followed_within_the_project_only(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    for file in (root / "real.py", tmp_path / "outside.py"):
        file.write_bytes(b"old")
    (root / "inside.py").symlink_to("real.py")
    (root / "leading_out.py").symlink_to("../outside.py")
    replace_file(root, "inside.py", b"old", b"new")
    assert (root / "inside.py").is_symlink()
    assert (root / "real.py").read_bytes() == b"new"
    refused(root, "leading_out.py", "outside of the project")
    assert (tmp_path / "outside.py").read_bytes() == b"old"


@posix
def test_a_read_only_file_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(b"old")
    file.chmod(0o444)
    refused(tmp_path, "a.py", "read-only")
    assert file.read_bytes() == b"old"


def test_what_somebody_else_wrote_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"theirs")
    refused(tmp_path, "a.py", "somebody else")
    assert (tmp_path / "a.py").read_bytes() == b"theirs"
    refused(tmp_path, "gone.py", "no such file")


FULL = """
import resource, signal, sys
from pathlib import Path
from fastapi_lint.edits.store import replace_file
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
replace_file(Path(sys.argv[1]), "a.py", b"old", b"x" * 100_000)
"""


@posix
def test_no_room_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], check=False, capture_output=True, text=True, cwd=Path.cwd()
    )
    assert "a.py is not changed: file too large" in done.stderr
    assert (tmp_path / "a.py").read_bytes() == b"old"
    assert names(tmp_path) == ["a.py"]
