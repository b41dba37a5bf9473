"""Reads every Python file below some folders as the linter does, and says which are refused although Python takes them.

    python -m tools.crash_run              the standard library and site-packages of this interpreter
    python -m tools.crash_run FOLDER...    other folders

A reader that dies, hangs or raises is a failure. A refusal is one where this interpreter compiles the file.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import sysconfig
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fastapi_lint.engine.files import extracted
from fastapi_lint.engine.workers import Children, Lost, supervised
from fastapi_lint.facts.codec import decode, encode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WAITING: Final = 360
"""How many times longer than its CPU time a file may wait for the machine."""
_STEP: Final = 500
_MISMATCH: Final = "facts that are not what was stored"


def files_below(folders: Sequence[Path], step: int = 1) -> list[Path]:
    """Return every `step`th Python file below the folders, sorted."""
    found = {path for folder in folders for path in folder.rglob("*.py") if path.is_file()}
    return sorted(found)[::step]


def standard_folders() -> list[Path]:
    """Return the folders of this interpreter's standard library and packages."""
    return [Path(sysconfig.get_path("stdlib")), Path(sysconfig.get_path("purelib"))]


def outcomes(files: Sequence[Path], jobs: int) -> Iterator[tuple[Path, str]]:
    """Yield each file with what came of it: `read`, `rejected` where Python rejects it too, or what is wrong."""

    def work(index: int) -> bytes:
        return json.dumps(_outcome(files[index].read_bytes())).encode()

    weights = [file.stat().st_size for file in files]
    for index, result in supervised(weights, work, jobs, Children(), _WAITING):
        yield files[index], f"failed: {result.reason}" if isinstance(result, Lost) else str(json.loads(result))


def _outcome(data: bytes) -> str:
    found = extracted(data)
    if found.facts is not None:
        return "read" if decode(encode(found.facts)) == found.facts else f"failed: {_MISMATCH}"
    return f"refused: {found.message}" if _compiles(data) else "rejected"


def _compiles(data: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(data, "<file>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return False
    return True


def main() -> int:
    """Run over the folders and print what came of their files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--step", type=int, default=1, help="read every so many files only")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    files = files_below(given.folders or standard_folders(), given.step)
    counts: Counter[str] = Counter()
    for path, outcome in outcomes(files, given.jobs):
        counts[outcome.partition(":")[0]] += 1
        if outcome not in {"read", "rejected"}:
            print(f"{path}: {outcome}", flush=True)
        if counts.total() % _STEP == 0:
            print(f"{counts.total()} of {len(files)} files", flush=True)
    print(f"Python {sys.version.split()[0]}, {len(files)} files: {dict(sorted(counts.items()))}")
    return int(counts["failed"] > 0)


if __name__ == "__main__":
    sys.exit(main())
