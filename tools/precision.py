"""Measures the rules on real projects: `python -m tools.precision CHECKOUTS LABELS.tsv`.

CHECKOUTS is a folder of checkouts, one project a folder. LABELS is a table of places that people judged, with the
columns id, mistake, repo, commit, path, line, verdict (`bad` or `ok`) and reason; a project is the last part of
`repo`. Prints how often each rule fired in each project, and which labelled places were found, missed or wrongly
reported. `--findings FOLDER` writes every finding with its line, to be read and judged; `--workers N` serves every
deployment with N processes, to see the rules about several processes fire.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from fastapi_lint.engine.run import Request, run
from fastapi_lint.rules.catalogue import all_rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fastapi_lint.core.finding import Report

MISTAKES: Final[Mapping[str, tuple[str, ...]]] = {
    "import-time-resource": ("FL301", "FL307"),
    "on-event": ("FL302", "FL303", "FL304"),
    "uvicorn-worker": ("FL112",),
    "middleware-order": ("FL401", "FL402"),
    "route-shadowed": ("FL601", "FL602"),
    "cors": ("FL402", "FL405"),
    "httpexception": ("FL403", "FL701"),
    "add-middleware-after-start": ("FL404",),
    "iterates-routes-fastapi-0.137": ("FL605",),
    "dependency-evaluated-twice": ("FL501",),
    "commit-after-yield": ("FL502",),
    "yield-dependency-exception": ("FL503", "FL504"),
    "blocking-in-async": ("FL801",),
    "in-process-state-multi-worker": ("FL101", "FL102", "FL103"),
    "lru-cache-on-session": ("FL101",),
    "module-mutable-shared-across-requests": ("FL101",),
}
"""The rules that a kind of labelled mistake belongs to, by its name without the number in front."""


@dataclass(frozen=True, slots=True)
class Label:
    """One place that somebody judged."""

    name: str
    mistake: str
    project: str
    path: str
    line: int
    is_bad: bool

    @property
    def rules(self) -> tuple[str, ...]:
        """Return the rules that should find the place, or be silent on it."""
        return MISTAKES.get(self.mistake.partition("-")[2], ())


@dataclass(slots=True)
class Outcome:
    """What a run over one project gave."""

    project: str
    commit: str
    seconds: float
    report: Report
    rules: tuple[str, ...]
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Count the findings by rule."""
        self.counts.update(one.code for one in self.report.diagnostics)

    def has(self, label: Label) -> bool:
        """Return whether one of the label's rules reports its line; of a mistake, by a note as well.

        A mistake may be labelled at any line of the statement.
        """
        return any(
            place.filename == label.path
            and place.start.row <= label.line <= (place.end.row if label.is_bad else place.start.row)
            for one in self.report.diagnostics
            if one.code in label.rules
            for place in [one.place, *(note.place for note in one.notes if label.is_bad)]
        )


def read_labels(path: Path) -> list[Label]:
    """Return the labelled places of a table."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    return [
        Label(
            row["id"],
            row["mistake"],
            row["repo"].rpartition("/")[2],
            row["path"],
            int(row["line"]),
            row["verdict"] == "bad",
        )
        for row in rows
    ]


def check(folder: Path, rules: Sequence[str], config: Path | None) -> Outcome:
    """Run the rules over one project."""
    start = time.perf_counter()
    report = run(Request((".",), folder, select=tuple(rules), preview=True, config=config))
    return Outcome(folder.name, commit_of(folder), time.perf_counter() - start, report, tuple(rules))


def commit_of(folder: Path) -> str:
    """Return the short commit that a checkout stands at, empty where git does not know."""
    command = ["git", "-C", str(folder), "log", "-1", "--format=%h %cs"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def table(outcomes: Sequence[Outcome], rules: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a table of findings: a project a row, a rule a column."""
    yield "| project | commit | files | apps | seconds | " + " | ".join(rules) + " |"
    yield "|---|---|--:|--:|--:|" + "--:|" * len(rules)
    for one in outcomes:
        counts = " | ".join(str(one.counts[rule] or "") for rule in rules)
        size = f"{len(one.report.files)} | {len(one.report.apps)} | {one.seconds:.1f}"
        yield f"| {one.project} | {one.commit} | {size} | {counts} |"
    sums = " | ".join(str(sum(one.counts[rule] for one in outcomes)) for rule in rules)
    yield f"| all | | | | {sum(one.seconds for one in outcomes):.1f} | {sums} |"


def judged(outcomes: Sequence[Outcome], labels: Sequence[Label], rules: Sequence[str]) -> Iterator[str]:
    """Yield one line for each labelled place of the rules that were run, and their sum."""
    by_project = {one.project: one for one in outcomes}
    sums: Counter[str] = Counter()
    for label in labels:
        outcome = by_project.get(label.project)
        if outcome is None or set(rules).isdisjoint(label.rules):
            continue
        is_found = outcome.has(label)
        word = ("found" if is_found else "MISSED") if label.is_bad else ("REPORTED" if is_found else "silent")
        sums[word] += 1
        yield f"{word:9} {label.name} {label.project} {label.path}:{label.line}"
    yield ", ".join(f"{word} {count}" for word, count in sorted(sums.items()))


def write_findings(outcome: Outcome, folder: Path) -> None:
    """Write every finding of a project to a file, each with its source line and its notes."""
    lines: list[str] = []
    for one in outcome.report.diagnostics:
        place = one.place
        source = outcome.report.lines.get(place.filename, {}).get(place.start.row, "").strip()
        lines.append(f"{one.code} {one.severity.value} {place.filename}:{place.start.row} {one.message}")
        lines.append(f"    > {source}")
        lines += [f"    - {note.place.filename}:{note.place.start.row} {note.message}" for note in one.notes]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{outcome.project}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """Run, print the tables and return 1 where a rule crashed, else 0."""
    parser = argparse.ArgumentParser(prog="python -m tools.precision", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("labels", type=Path, nargs="?")
    parser.add_argument("--rules", default=",".join(rule.code for rule in all_rules()))
    parser.add_argument("--projects", default="", help="only these, by name, parted by commas")
    parser.add_argument("--workers", type=int)
    parser.add_argument("--findings", type=Path)
    given = parser.parse_args(arguments)
    rules = given.rules.split(",")
    wanted = set(filter(None, given.projects.split(",")))
    folders = sorted(one for one in given.checkouts.iterdir() if one.is_dir() and (not wanted or one.name in wanted))
    outcomes: list[Outcome] = []
    with TemporaryDirectory() as scratch:
        config = None
        if given.workers is not None:
            config = Path(scratch) / "fastapi-lint.toml"
            config.write_text(f"workers = {given.workers}\n", encoding="utf-8")
        for folder in folders:
            outcome = check(folder.resolve(), rules, config)
            print(f"{outcome.project}: {sum(outcome.counts.values())} in {outcome.seconds:.1f} s", file=sys.stderr)
            outcomes.append(outcome)
            if given.findings is not None:
                write_findings(outcome, given.findings)
    print("\n".join(table(outcomes, rules)))
    if given.labels is not None:
        print("\n" + "\n".join(judged(outcomes, read_labels(given.labels), rules)))
    failures = [failure for one in outcomes for failure in one.report.failures]
    for failure in failures:
        print(f"CRASH {failure.rule} on {failure.entity}: {failure.message}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
