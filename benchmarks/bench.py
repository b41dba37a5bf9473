"""What a cold run costs, as a ratio to the parser alone and to ruff: `make bench PROJECT=path`.

The commands take turns, so that a busy machine is busy for all of them, and CPU time (user and system, children
included) is counted, not the clock. A round's ratio compares runs of that round only. Without a project, a synthetic
one of some 300 files is written. `--write` puts the table into docs/performance.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from benchmarks.synthetic import write_project

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
LEFT_OUT: Final = (".git", ".venv", "venv", "node_modules", "__pycache__")

_PARSE: Final = """
import pathlib, sys
import libcst
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.py")):
    try:
        libcst.parse_module(path.read_bytes())
    except Exception:
        print("not parsed:", path, file=sys.stderr)
"""
_EXPLAINED: Final = """Written by `make bench ARGS=--write`. CPU time of whole processes, start-up included; the
commands take turns, and each ratio compares runs of one round. Seconds depend on the machine, ratios hardly do. Cold
means without any cache, as in continuous integration; fastapi-lint runs in one process (`-j 1`). Again means that the
facts of all files are still in the cache, as with a hook.

Only files that an application can reach are taken apart; of the others it is only checked that they parse. That is why
a cold run may be cheaper than the parser alone over every file, and why the ratio differs from project to project.
"""
_OURS: Final = "fastapi-lint check, cold"
_AGAIN: Final = "fastapi-lint check, again"
_PARSER: Final = "libcst.parse_module, every file"
_RUFF: Final = "ruff check --select FAST, cold"


@dataclass(frozen=True, slots=True)
class Project:
    """What is measured: where it stands, what it is called in the table, and how large it is."""

    root: Path
    name: str
    files: int
    lines: int


def measure(project: Project, rounds: int) -> Mapping[str, list[float]]:
    """Return the CPU seconds of each command, one figure a round, after one round that is thrown away."""
    python = Path(sys.executable)
    root = str(project.root)
    ours = [str(python), "-m", "fastapi_lint", "check", "-j", "1", "--quiet", root]
    commands = {
        _OURS: ([*ours, "--no-cache"], {0, 1}),
        _AGAIN: ([*ours, "--cache-dir", str(project.root.parent / "cache")], {0, 1}),
        _PARSER: ([str(python), "-c", _PARSE, root], {0}),
        _RUFF: ([str(python.with_name("ruff")), "check", "--select", "FAST", "--no-cache", "--quiet", root], {0, 1}),
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, (command, expected) in commands.items():
            spent = _cpu_seconds(command, expected, project.root)
            if number:
                seconds[name].append(spent)
    return seconds


def table(project: Project, seconds: Mapping[str, list[float]]) -> str:
    """Return the figures as a Markdown table: median CPU seconds, and the median ratio of the same round's runs."""
    ours = seconds[_OURS]
    rows = [
        f"{project.name}: {project.files} Python files, {project.lines:,} lines; {len(ours)} rounds; "
        f"Python {platform.python_version()}, LibCST {version('libcst')}, ruff {version('ruff')}.",
        "",
        "| | CPU seconds, median (least to most) | a cold run takes, times this |",
        "|---|---|---|",
    ]
    for name, figures in seconds.items():
        ratios = [mine / theirs for mine, theirs in zip(ours, figures, strict=True)]
        shown = "1" if name == _OURS else _spread(ratios)
        rows.append(f"| {name} | {_spread(figures)} | {shown} |")
    return "\n".join(rows) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Measure, print the table, and write the page where that is asked for."""
    parser = argparse.ArgumentParser(description="Measure a cold run beside the parser alone and ruff.")
    parser.add_argument("--project", type=Path, help="the folder of a project; without it a synthetic one is written")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    asked = parser.parse_args(arguments)
    if asked.project and not asked.project.is_dir():
        parser.error(f"{asked.project} is no folder")
    with tempfile.TemporaryDirectory() as folder:
        project = _copied(asked.project, Path(folder) / "project")
        text = table(project, measure(project, max(1, asked.rounds)))
    print(text, end="")
    if asked.write:
        PAGE.write_text(f"# Performance\n\n{_EXPLAINED}\n{text}", encoding="utf-8")
    return 0


def _copied(source: Path | None, root: Path) -> Project:
    """Copy a project, so that no cache is written beside the original, or write the synthetic one."""
    if source is None:
        write_project(root)
    else:
        shutil.copytree(source, root, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
    texts = [path.read_bytes() for path in root.rglob("*.py") if path.is_file()]
    name = source.resolve().name if source else "A synthetic project"
    return Project(root, name, len(texts), sum(text.count(b"\n") for text in texts))


def _cpu_seconds(command: list[str], expected: set[int], folder: Path) -> float:
    """Run a command and return what it and its children took; exits where it ends with an unexpected code."""
    with subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # As users have it: Python keeps the byte code of what it imports.
        env={name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in expected:
        sys.exit(f"bench: exit code {process.returncode} of: {' '.join(command)}")
    return usage.ru_utime + usage.ru_stime


def _spread(figures: Sequence[float]) -> str:
    return f"{median(figures):.2f} ({min(figures):.2f} to {max(figures):.2f})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
