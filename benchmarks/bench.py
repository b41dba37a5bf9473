"""What runs cost, as ratios to the parser alone and to other linters: `make bench PROJECT=path`.

The commands take turns, so that a busy machine is busy for all of them. Of each run the CPU time (user and system,
children included), the time on the clock and the peak of memory are taken. A ratio compares runs of one round only.
Without a project, a synthetic one of some 300 files is written. `--write` puts the table into docs/performance.md,
under the heading of the project.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Final

from benchmarks.commands import COLD, PARSER, commands
from benchmarks.server import waits
from benchmarks.synthetic import write_project

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.commands import Command

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
LEFT_OUT: Final = (".git", ".venv", "venv", "node_modules", "__pycache__")
_FAILED: Final = b"Traceback (most recent call last)"


@dataclass(frozen=True, slots=True)
class Project:
    """What is measured: where it stands, what it is called in the table, and how large it is."""

    root: Path
    name: str
    files: int
    lines: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What one run took: CPU seconds, seconds on the clock, megabytes at most; and whether it broke down."""

    cpu: float
    wall: float
    peak: float
    is_broken: bool


def measure(project: Project, caches: Path, rounds: int, peer_rounds: int) -> Mapping[str, list[Spent]]:
    """Return what each command spent, one figure a round, after a round of the quick ones that is thrown away."""
    edited = _to_edit(project.root)
    alone = caches / "alone" / edited.name
    alone.parent.mkdir(parents=True)
    shutil.copyfile(edited, alone)
    found = commands(project.root, caches, edited, alone)
    spent: dict[str, list[Spent]] = {name: [] for name in found}
    for number in range(rounds + 1):
        for name, command in found.items():
            if command.is_slow and not 0 < number <= peer_rounds:
                continue
            before = edited.read_bytes()
            if command.edits:
                # The run before this one is the last that knows the project, with the text that it had.
                _run(command, project.root)
                edited.write_bytes(before + command.edits.format(number).encode())
            one = _run(command, project.root)
            edited.write_bytes(before)
            if number:
                spent[name].append(one)
    return spent


def table(project: Project, spent: Mapping[str, list[Spent]]) -> str:
    """Return the figures as a Markdown table, with the median ratios of runs of the same round."""
    rows = [
        f"{project.files:,} Python files, {project.lines:,} lines; {len(spent[COLD])} rounds; "
        f"Python {platform.python_version()}, LibCST {version('libcst')}, ruff {version('ruff')}, "
        f"{os.cpu_count()} processors.",
        "",
        "| | CPU seconds, median (least to most) | clock seconds | peak MB | CPU, parser is 1 | clock, cold is 1 |",
        "|---|---|---|---|---|---|",
    ]
    for name, runs in spent.items():
        if not runs:
            continue
        mark = " (breaks down)" if any(one.is_broken for one in runs) else ""
        cpu = [mine.cpu / theirs.cpu for mine, theirs in zip(runs, spent[PARSER], strict=False)]
        wall = [mine.wall / theirs.wall for mine, theirs in zip(runs, spent[COLD], strict=False)]
        rows.append(
            f"| {name}{mark} | {_spread([one.cpu for one in runs])} | {_spread([one.wall for one in runs])} | "
            f"{median(one.peak for one in runs):.0f} | {median(cpu):.3f} | {median(wall):.3f} |"
        )
    return "\n".join(rows) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Measure, print the table, and write the page where that is asked for."""
    parser = argparse.ArgumentParser(description="Measure runs beside the parser alone and other linters.")
    parser.add_argument("--project", type=Path, help="the folder of a project; without it a synthetic one is written")
    parser.add_argument("--copies", type=int, default=1, help="how many times the project stands in what is measured")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peer-rounds", type=int, default=1, help="how many rounds the slow peers take part in")
    parser.add_argument("--changes", type=int, default=30, help="how many changes the language server is told of")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    asked = parser.parse_args(arguments)
    if asked.project and not asked.project.is_dir():
        parser.error(f"{asked.project} is no folder")
    with tempfile.TemporaryDirectory() as folder:
        project = _copied(asked.project, Path(folder) / "project", asked.copies)
        spent = measure(project, Path(folder) / "caches", max(1, asked.rounds), asked.peer_rounds)
        text = table(project, spent)
        if asked.changes:
            text += f"\n{_in_an_editor(project.root, asked.changes)}"
    print(text, end="")
    if asked.write:
        _write(project.name, text)
    return 0


def _in_an_editor(root: Path, changes: int) -> str:
    """Return how long an author waits for the language server, in milliseconds."""
    edited = _to_edit(root)
    lines = ["| in an editor, from a change to its diagnostics | median ms | 95th percentile ms |", "|---|---|---|"]
    for kind, found in waits(root, edited, max(20, changes)).items():
        lines.append(f"| {kind} | {median(found):.0f} | {quantiles(found, n=20)[-1]:.0f} |")
    return "\n".join(lines) + "\n"


def _write(name: str, text: str) -> None:
    """Put a table under its heading, in place of what stands there, at the end where there is no such heading."""
    page = PAGE.read_text(encoding="utf-8")
    section = f"## Measured: {name}\n\n{text}"
    found = re.search(rf"(?ms)^## Measured: {re.escape(name)}\n.*?(?=^## |\Z)", page)
    page = page[: found.start()] + section + "\n" + page[found.end() :] if found else f"{page}\n{section}"
    PAGE.write_text(page.rstrip("\n") + "\n", encoding="utf-8")


def _copied(source: Path | None, root: Path, copies: int) -> Project:
    """Copy a project, so that no cache is written beside the original, or write the synthetic one.

    Every copy but the first has its own names in every file, so that no cache by content serves two.
    """
    for number in range(copies):
        place = root if copies == 1 else root / f"copy{number}"
        if source is None:
            write_project(place)
        else:
            shutil.copytree(source, place, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
        if number:
            for path in place.rglob("*.py"):
                with path.open("ab") as file:
                    file.write(b"\n# copy %d\n" % number)
    (root / ".semgrepignore").write_text("")
    texts = [path.read_bytes() for path in root.rglob("*.py") if path.is_file()]
    name = source.resolve().name if source else "a synthetic project"
    return Project(root, name + (f", {copies} times" if copies > 1 else ""), len(texts), sum(map(_lines, texts)))


def _lines(text: bytes) -> int:
    return text.count(b"\n")


def _to_edit(root: Path) -> Path:
    """Return the file that is changed: the first that has routes, any where none does."""
    paths = sorted(root.rglob("*.py"))
    return next((path for path in paths if b"APIRouter(" in path.read_bytes() and "test" not in path.name), paths[0])


def _run(command: Command, folder: Path) -> Spent:
    """Run a command and return what it and its children took."""
    began = time.perf_counter()
    with (
        tempfile.TemporaryFile() as errors,
        (command.reads or Path(os.devnull)).open("rb") as opened,
        subprocess.Popen(
            command.words,
            cwd=folder,
            stdin=opened,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            # As users have it: Python keeps the byte code of what it imports.
            env={name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        ) as process,
    ):
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - began
        errors.seek(0)
        is_broken = process.returncode < 0 or _FAILED in errors.read()
    if is_broken and not command.is_peer:
        sys.exit(f"bench: exit code {process.returncode} of: {' '.join(command.words)}")
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Spent(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / unit, is_broken)


def _spread(figures: Sequence[float]) -> str:
    return f"{median(figures):.2f} ({min(figures):.2f} to {max(figures):.2f})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
