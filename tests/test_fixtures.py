"""Runs every case under `fixtures/` and compares what is found with the markers that stand in its files.

A case is a `bad*.py` or `good*.py` file (a project of one file) or a folder of that name (a project). Its
expectations are comments, in any file whose comments start with `#`:

    # expect: FL301                       a finding of FL301 starts on this line
    # expect: FL301@5 "blocks the event"  ... at column 5, with a message that contains the text
    # expect: FL301; FL302                two findings
    # missed: FL301                       should be found, and is not yet
    # false-alarm: FL301                  is found, and should not be

A marker behind something else means its own line, a marker alone on its line the next line that is not a
marker. Markers are strict in both directions: what is found and not listed fails, and so does a `missed` that is
found by now or a `false-alarm` that is gone. What is checked is a copy without the markers, so that they are no part
of the comments that they stand in; the copy has the same rows and columns.
"""

from __future__ import annotations

import ast
import importlib
import re
import shutil
from collections import Counter
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

FIXTURES = Path(__file__).parent / "fixtures"

MARKER = re.compile(r"#\s*(?P<kind>expect|missed|false-alarm):\s*(?P<items>.*?)\s*$")
ITEM = re.compile(r'(FL\d{3})(?:@(\d+))?(?:\s+"([^"]*)")?')
ITEMS = re.compile(rf"(?:{ITEM.pattern}\s*(?:;\s*(?!$)|$))+")

OWN_LINE_COMMENTS = re.compile(r"(?:^|/)(?:[^/]*Dockerfile[^/]*|Procfile[^/]*|[^/]*\.(?:service|ini|env))$")


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """One item of a marker, bound to the line it speaks of."""

    filename: str
    row: int
    code: str
    kind: str = "expect"
    column: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """One diagnostic of a run, as far as markers can speak of it."""

    filename: str
    row: int
    column: int
    code: str
    message: str

    def answers(self, mark: Mark) -> bool:
        return (
            (self.filename, self.row, self.code) == (mark.filename, mark.row, mark.code)
            and mark.column in {None, self.column}
            and mark.text in self.message
        )


@dataclass(frozen=True, slots=True)
class Case:
    """One fixture: the rule it belongs to, and the file or folder that holds it."""

    layer: str
    rule: str
    path: Path

    @property
    def name(self) -> str:
        return f"{self.layer}/{self.rule}/{self.path.name}"

    @property
    def is_good(self) -> bool:
        return self.path.name.startswith("good")

    @property
    def code(self) -> str:
        """Return the code of the rule whose module stands where the fixture folder stands."""
        module = importlib.import_module(f"fastapi_lint.rules.{self.layer}.{self.rule}")
        return str(module.RULE.code)

    @property
    def is_repairing(self) -> bool:
        module = importlib.import_module(f"fastapi_lint.rules.{self.layer}.{self.rule}")
        return bool(module.RULE.is_repairing)

    @property
    def root(self) -> Path:
        return self.path if self.path.is_dir() else self.path.parent

    @property
    def files(self) -> tuple[Path, ...]:
        return files_of(self.path) if self.path.is_dir() else (self.path,)

    def copy_to(self, folder: Path) -> Path:
        project = folder / "project"
        if self.path.is_dir():
            shutil.copytree(self.path, project, ignore=shutil.ignore_patterns("__pycache__", "*.fixed*"))
        else:
            project.mkdir(parents=True)
            shutil.copy(self.path, project / self.path.name)
        for path in files_of(project):
            path.write_text(without_marks(path.read_text("utf-8")), "utf-8")
        return project

    def marks(self) -> tuple[Mark, ...]:
        root = self.path if self.path.is_dir() else self.path.parent
        files = files_of(self.path) if self.path.is_dir() else (self.path,)
        return tuple(
            chain.from_iterable(
                read_marks(file.read_text("utf-8"), file.relative_to(root).as_posix()) for file in files
            )
        )


def read_marks(text: str, filename: str) -> Iterator[Mark]:
    """Yield the marks of one file.

    Raises:
        ValueError: a marker is malformed, or nothing follows a marker that stands alone on its line.
    """
    waiting: list[tuple[str, str]] = []
    for row, line in enumerate(text.splitlines(), 1):
        marker = MARKER.search(line)
        if marker and not ITEMS.fullmatch(marker["items"]):
            raise ValueError(f"{filename}:{row}: malformed marker: {marker[0]}")
        if marker and not line[: marker.start()].strip():
            waiting.append((marker["kind"], marker["items"]))
            continue
        if marker:
            waiting.append((marker["kind"], marker["items"]))
        for kind, items in waiting:
            for item in ITEM.finditer(items):
                code, column, text_part = item.groups()
                yield Mark(filename, row, code, kind, int(column) if column else None, text_part or "")
        waiting.clear()
    if waiting:
        raise ValueError(f"{filename}: no line follows the last marker")


def without_marks(text: str) -> str:
    return "".join(
        line[: marker.start()].rstrip() + "\n" if (marker := MARKER.search(line)) else line
        for line in text.splitlines(keepends=True)
    )


def files_of(folder: Path) -> tuple[Path, ...]:
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return tuple(sorted(path for path in found if not is_fixed(path)))


def is_fixed(path: Path) -> bool:
    return ".fixed" in path.suffixes


def fixed_of(path: Path) -> Path:
    """Return where it stands what the repairs make of a file."""
    return path.with_name(f"{path.stem}.fixed{path.suffix}")


def compare(marks: tuple[Mark, ...], found: tuple[Found, ...]) -> list[str]:
    """Return one line for each finding that no marker lists and each marker that no finding answers."""
    rest = list(found)
    problems = []
    for mark in sorted(marks, key=lambda mark: (mark.column is None, not mark.text)):
        if mark.kind == "missed":
            continue
        answer = next((one for one in rest if one.answers(mark)), None)
        if answer:
            rest.remove(answer)
        elif mark.kind == "expect":
            problems.append(f"not found: {mark}")
        else:
            problems.append(f"a false alarm that is gone, drop its marker: {mark}")
    for one in rest:
        is_known = any(mark.kind == "missed" and one.answers(mark) for mark in marks)
        problems.append(f"{'missed no more, make the marker an expectation' if is_known else 'not listed'}: {one}")
    return problems


def cases() -> tuple[Case, ...]:
    entries = (path for path in sorted(FIXTURES.glob("*/*/*")) if not path.parts[-3].startswith("_"))
    return tuple(
        Case(path.parts[-3], path.parts[-2], path)
        for path in entries
        if path.name.startswith(("bad", "good")) and (path.is_dir() or (path.suffix == ".py" and not is_fixed(path)))
    )


def check(project: Path, code: str, jobs: int = 1) -> tuple[Found, ...]:
    from fastapi_lint.engine.run import Request, run  # noqa: PLC0415 (the marker tests need no engine)

    request = Request(
        paths=(str(project),),
        directory=project,
        select=(code,),
        ignore=(),
        extend_select=(),
        target_version=(),
        jobs=jobs,
        config=None,
        isolated=False,
        show_possible=False,
        progress=None,
    )
    report = run(request)
    assert report.failures == ()
    return tuple(
        Found(one.place.filename, one.place.start.row, one.place.start.column, one.code, one.message)
        for one in report.diagnostics
    )


def silence(path: Path, row: int, code: str) -> int | None:
    """Write a directive for one line into the file; return the row it was inserted at, 0 where it follows the line.

    Returns None, and writes nothing, for a file type that has no comments.
    """
    if path.suffix == ".json":
        return None
    directive = f"# fastapi-lint: ignore[{code}] written by the fixture runner"
    text = path.read_text("utf-8")
    lines = text.splitlines()
    line = lines[row - 1]
    start = start_of_text(text, row) if path.suffix == ".py" else None
    if start or line.lstrip().startswith("#") or line.endswith("\\") or OWN_LINE_COMMENTS.search(path.as_posix()):
        inserted = start or row
        below = lines[inserted - 1]
        lines.insert(inserted - 1, below[: len(below) - len(below.lstrip())] + directive)
    else:
        inserted = 0
        lines[row - 1] = f"{line}  {directive}"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return inserted


def start_of_text(source: str, row: int) -> int | None:
    """Return the row at which the string starts that goes on past the end of a row, None if there is none."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Constant, ast.JoinedStr)) and node.lineno <= row < (node.end_lineno or 0):
            return node.lineno
    return None


CASES = cases()
parametrize = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


@parametrize
def test_findings_are_the_marked_ones(case: Case, tmp_path: Path) -> None:
    project = case.copy_to(tmp_path)
    assert compare(case.marks(), check(project, case.code)) == []


@parametrize
def test_marks_are_of_the_rule_of_the_folder(case: Case) -> None:
    marks = case.marks()
    assert {mark.code for mark in marks} <= {case.code}
    kinds = {mark.kind for mark in marks}
    assert kinds <= {"false-alarm"} if case.is_good else kinds & {"expect", "missed"}


@parametrize
def test_two_runs_and_two_processes_agree(case: Case, tmp_path: Path) -> None:
    project = case.copy_to(tmp_path)
    first = check(project, case.code)
    assert check(project, case.code) == first
    assert check(project, case.code, jobs=2) == first


@parametrize
def test_a_directive_silences_its_line_and_nothing_else(case: Case, tmp_path: Path) -> None:
    found = check(case.copy_to(tmp_path / "original"), case.code)
    for filename, row in sorted({(one.filename, one.row) for one in found}):
        project = case.copy_to(tmp_path / f"{filename.replace('/', '-')}-{row}")
        inserted = silence(project / filename, row, case.code)
        if inserted is None:
            continue
        others = Counter(
            (one.filename, one.row + (one.filename == filename and 0 < inserted <= one.row), one.code)
            for one in found
            if (one.filename, one.row) != (filename, row)
        )
        rest = check(project, case.code)
        assert Counter((one.filename, one.row, one.code) for one in rest) == others, f"{filename}:{row}"


REPAIRING = [case for case in CASES if case.is_repairing and not case.is_good]


@pytest.mark.parametrize(("end", "mark"), [("\n", ""), ("\r\n", "\ufeff")], ids=["LF", "CRLF and a mark"])
@pytest.mark.parametrize("case", REPAIRING, ids=[case.name for case in REPAIRING])
def test_a_repair_makes_what_the_fixed_file_says(
    case: Case, end: str, mark: str, tmp_path: Path, update_fixtures: bool
) -> None:
    """A file that is mended has a `.fixed` one beside it, and no other changes; what was mended is found no more."""
    from fastapi_lint.engine.repair import repair, write_changes  # noqa: PLC0415
    from fastapi_lint.engine.run import Request  # noqa: PLC0415

    project = case.copy_to(tmp_path)
    files = {file: file.relative_to(case.root).as_posix() for file in case.files}
    for path in files.values():
        file = project / path
        data = file.read_bytes().replace(b"\n", end.encode())
        file.write_bytes((mark.encode() if file.suffix == ".py" else b"") + data)
    before = Counter(one.message for one in check(project, case.code))
    request = Request(paths=(str(project),), directory=project, select=(case.code,), jobs=1)
    first = repair(request, lambda report: report, unsafe=True)
    assert first.problems == write_changes(first.root, first.changes) == ()
    left = Counter(one.message for one in check(project, case.code))
    assert left == Counter(one.message for one in first.report.diagnostics)
    assert left.total() == before.total() - sum(first.mended.values())
    assert all(one.fix is None for one in first.report.diagnostics)
    assert repair(request, lambda report: report, unsafe=True).changes == ()
    for file, path in files.items():
        made = (project / path).read_bytes().decode("utf-8")
        if file.suffix == ".py":
            assert made.startswith(mark)
            made = made.removeprefix(mark)
        unmarked = without_marks(file.read_text("utf-8")).replace("\n", end)
        if update_fixtures and made != unmarked:
            fixed_of(file).write_text(made.replace(end, "\n"), "utf-8")
        expected = fixed_of(file).read_text("utf-8").replace("\n", end) if fixed_of(file).exists() else unmarked
        assert made == expected, path


def test_every_rule_that_mends_shows_what_it_makes_and_no_other_does() -> None:
    fixed = {
        (path.parts[len(FIXTURES.parts)], path.parts[len(FIXTURES.parts) + 1]) for path in FIXTURES.rglob("*.fixed*")
    }
    assert fixed == {(case.layer, case.rule) for case in REPAIRING}


def test_every_rule_has_bad_and_good_cases() -> None:
    kinds: dict[tuple[str, str], set[bool]] = {}
    for case in CASES:
        kinds.setdefault((case.layer, case.rule), set()).add(case.is_good)
    assert kinds
    assert [folder for folder, found in kinds.items() if found != {True, False}] == []


class TestMarkers:
    """The runner's own reading of markers."""

    def marks(self, text: str) -> list[Mark]:
        return list(read_marks(text, "a.py"))

    def test_behind_code_means_this_line(self) -> None:
        assert self.marks("x = 1\ny = 2  # expect: FL301\n") == [Mark("a.py", 2, "FL301")]

    def test_alone_means_the_next_line_that_is_no_marker(self) -> None:
        text = "# expect: FL301\n    # missed: FL302\nx = 1  # false-alarm: FL303\n"
        assert self.marks(text) == [
            Mark("a.py", 3, "FL301"),
            Mark("a.py", 3, "FL302", "missed"),
            Mark("a.py", 3, "FL303", "false-alarm"),
        ]

    def test_column_text_and_several(self) -> None:
        assert self.marks('x()  # expect: FL301@5 "never; disposed"; FL302 "b"; FL303\n') == [
            Mark("a.py", 1, "FL301", column=5, text="never; disposed"),
            Mark("a.py", 1, "FL302", text="b"),
            Mark("a.py", 1, "FL303"),
        ]

    def test_behind_a_comment(self) -> None:
        assert self.marks("# CORS comes last  # expect: FL401\n") == [Mark("a.py", 1, "FL401")]

    def test_other_comments_are_no_markers(self) -> None:
        assert self.marks("# expect the worst\nx = 1  # missed it\n") == []

    @pytest.mark.parametrize(
        "line", ["# expect: FL30", "# expect:", "# expect: FL301 never", "# expect: FL301, FL302", "# missed: FL301;"]
    )
    def test_malformed(self, line: str) -> None:
        with pytest.raises(ValueError, match=r"a\.py:1: malformed"):
            self.marks(f"{line}\nx = 1\n")

    def test_rows_and_columns_stay_without_them(self) -> None:
        text = "# expect: FL301\nx = 1  # expect: FL302\n    # CORS comes last  # expect: FL401\ny = 2\n"
        assert without_marks(text) == "\nx = 1\n    # CORS comes last\ny = 2\n"

    def test_nothing_follows(self) -> None:
        with pytest.raises(ValueError, match="no line follows"):
            self.marks("x = 1\n# expect: FL301\n")


class TestComparison:
    """The runner's own judgement."""

    found = Found("a.py", 3, 5, "FL301", "`engine` is never disposed")

    def test_answered(self) -> None:
        assert compare((Mark("a.py", 3, "FL301", column=5, text="never disposed"),), (self.found,)) == []

    @pytest.mark.parametrize(
        "mark",
        [
            Mark("a.py", 2, "FL301"),
            Mark("b.py", 3, "FL301"),
            Mark("a.py", 3, "FL302"),
            Mark("a.py", 3, "FL301", column=1),
            Mark("a.py", 3, "FL301", text="import"),
        ],
    )
    def test_not_answered(self, mark: Mark) -> None:
        problems = compare((mark,), (self.found,))
        assert [problem.split(":")[0] for problem in problems] == ["not found", "not listed"]

    def test_one_finding_answers_one_mark(self) -> None:
        marks = (Mark("a.py", 3, "FL301"), Mark("a.py", 3, "FL301"))
        assert len(compare(marks, (self.found,))) == 1
        assert compare(marks, (self.found, self.found)) == []

    def test_the_narrow_mark_is_answered_first(self) -> None:
        other = Found("a.py", 3, 9, "FL301", "`client` is never closed")
        marks = (Mark("a.py", 3, "FL301"), Mark("a.py", 3, "FL301", text="disposed"))
        assert compare(marks, (self.found, other)) == []

    def test_known_limits_are_strict(self) -> None:
        assert compare((Mark("a.py", 3, "FL301", "missed"),), ()) == []
        assert compare((Mark("a.py", 3, "FL301", "false-alarm"),), (self.found,)) == []
        assert compare((Mark("a.py", 3, "FL301", "missed"),), (self.found,))[0].startswith("missed no more")
        assert compare((Mark("a.py", 3, "FL301", "false-alarm"),), ())[0].startswith("a false alarm that is gone")


class TestSilence:
    """The runner's own placing of directives."""

    def written(self, path: Path, text: str, row: int) -> tuple[int | None, list[str]]:
        path.write_text(text)
        inserted = silence(path, row, "FL301")
        return inserted, path.read_text().replace(" written by the fixture runner", "").splitlines()

    def test_behind_code(self, tmp_path: Path) -> None:
        written = self.written(tmp_path / "a.py", "x = f(\n)\n", 1)
        assert written == (0, ["x = f(  # fastapi-lint: ignore[FL301]", ")"])

    def test_above_a_comment(self, tmp_path: Path) -> None:
        written = self.written(tmp_path / "a.py", "if x:\n    # last\n    y()\n", 2)
        assert written == (2, ["if x:", "    # fastapi-lint: ignore[FL301]", "    # last", "    y()"])

    def test_above_a_string_of_several_lines(self, tmp_path: Path) -> None:
        written = self.written(tmp_path / "a.py", 'def f():\n    """One.\n\n    Two.\n    """\n', 2)
        assert written[0] == 2
        assert written[1][1] == "    # fastapi-lint: ignore[FL301]"

    def test_above_in_a_dockerfile(self, tmp_path: Path) -> None:
        written = self.written(tmp_path / "Dockerfile", "FROM python\nCMD x\n", 2)
        assert written == (2, ["FROM python", "# fastapi-lint: ignore[FL301]", "CMD x"])

    def test_no_comments_in_json(self, tmp_path: Path) -> None:
        assert self.written(tmp_path / "a.json", "{}\n", 1) == (None, ["{}"])
