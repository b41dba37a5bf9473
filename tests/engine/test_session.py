"""A session answers as a fresh run over the same texts would, whatever was edited, saved or broken before."""

from __future__ import annotations

import random
import shutil
import tempfile
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastapi_lint.core.cancel import Cancel, Cancelled
from fastapi_lint.core.errors import ConfigError
from fastapi_lint.engine import files
from fastapi_lint.engine import run as run_module
from fastapi_lint.engine.run import Request, run
from fastapi_lint.engine.session import Session

if TYPE_CHECKING:
    from fastapi_lint.core.finding import Report

ROOT = Path(__file__).parent.parent.parent
PROJECTS = [path for path in sorted((ROOT / "tests/fixtures").glob("*/*/*")) if path.is_dir()]
PROJECTS.append(ROOT / "examples/shop")
BROKEN = "\n\ndef broken(:\n"
MAIN = """from fastapi import FastAPI
from app.events import connect

app = FastAPI()
app.add_event_handler("startup", connect)
"""
EVENTS = "async def connect() -> None: ...\n"


def request_of(root: Path) -> Request:
    return Request(paths=(".",), directory=root, jobs=1, show_possible=True)


def fresh(root: Path, unsaved: dict[str, str]) -> Report:
    """What a run says over the project with the unsaved texts written to the disk."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder).resolve() / "copy"
        shutil.copytree(root, copy)
        for path, text in unsaved.items():
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            (copy / path).write_bytes(text.encode())
        return run(request_of(copy))


def found(report: Report) -> list[tuple[str, int]]:
    return [(one.code, one.place.start.row) for one in report.diagnostics]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "project"
    (root / "app").mkdir(parents=True)
    (root / "pyproject.toml").write_text('[project]\nname = "project"\ndependencies = ["fastapi==0.115.0"]\n')
    (root / "app" / "__init__.py").write_text("")
    (root / "app" / "main.py").write_text(MAIN)
    (root / "app" / "events.py").write_text(EVENTS)
    return root


class Editing:
    """Random edits of one project, made to a session and kept for a fresh run."""

    def __init__(self, root: Path, chance: random.Random) -> None:
        self.root = root
        self.chance = chance
        self.session = Session(request_of(root))
        self.unsaved: dict[str, str] = {}

    def texts(self) -> dict[str, str]:
        on_disk = {
            path.relative_to(self.root).as_posix(): path.read_bytes().decode() for path in self.root.rglob("*.py")
        }
        return on_disk | self.unsaved

    def edit(self) -> None:
        texts = self.texts()
        path = self.chance.choice(sorted(texts) or ["main.py"])
        texts.setdefault(path, MAIN)
        kind = self.chance.choice(["type", "type", "type", "type", "save", "close", "delete", "create"])
        if kind == "type":
            self.put(path, self.typed(texts[path]))
        elif kind == "save":
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_bytes(texts[path].encode())
            self.close(path)
        elif kind == "close":
            self.close(path)
        elif kind == "delete":
            (self.root / path).unlink(missing_ok=True)
            self.close(path)
        else:
            self.put(
                f"{Path(path).parent.as_posix()}/made_{self.chance.randrange(3)}.py".removeprefix("./"), texts[path]
            )

    def put(self, path: str, text: str) -> None:
        self.unsaved[path] = text
        self.session.update(path, text)

    def close(self, path: str) -> None:
        self.unsaved.pop(path, None)
        self.session.update(path, None)
        self.session.refresh()

    def typed(self, text: str) -> str:
        lines = text.splitlines(keepends=True) or [""]
        at = self.chance.randrange(len(lines))
        match self.chance.randrange(7):
            case 0:
                lines.insert(at, "# a comment\n")
            case 1:
                lines.insert(at, "\n")
            case 2:
                del lines[at]
            case 3:
                lines.insert(at, lines[self.chance.randrange(len(lines))])
            case 4:
                lines.append(BROKEN)
            case 5:
                lines = [line for line in lines if line not in BROKEN.splitlines(keepends=True)]
            case _:
                lines[at] = lines[at].replace("async def", "def") if self.chance.random() < 0.5 else f"{lines[at]}\n"
        return "".join(lines)

    def is_comparable(self, expected: Report) -> bool:
        """Whether no unsaved text is broken: what it said before would stand in for it."""
        broken = {one.place.filename for one in expected.diagnostics if one.code == "FL000"}
        return broken.isdisjoint(self.unsaved)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1))
def test_after_any_edits_the_answer_is_that_of_a_fresh_run(seed: int) -> None:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / "project"
        shutil.copytree(chance.choice(PROJECTS), root)
        (root / "pyproject.toml").touch()
        editing = Editing(root, chance)
        for _ in range(chance.randrange(2, 7)):
            for _ in range(chance.randrange(1, 3)):
                editing.edit()
            try:
                expected = fresh(root, editing.unsaved)
            except ConfigError as error:
                with pytest.raises(ConfigError, match=error.message):
                    editing.session.check()
                continue
            answer = editing.session.check()
            if editing.is_comparable(expected):
                assert answer == expected
            else:
                codes = [one for one in expected.diagnostics if one.code == "FL000"]
                assert [one for one in answer.diagnostics if one.code == "FL000"] == codes


def test_an_unsaved_text_counts_and_a_closed_one_no_more(project: Path) -> None:
    session = Session(request_of(project))
    assert found(session.check()) == [("FL302", 5)]
    session.update("app/main.py", "\n\n" + MAIN)
    assert found(session.check()) == [("FL302", 7)]
    session.update("app/main.py", MAIN.replace("app.add_event", "# app.add_event"))
    assert found(session.check()) == []
    session.update("app/main.py", None)
    assert found(session.check()) == [("FL302", 5)]


def test_a_text_that_breaks_keeps_what_it_said(project: Path) -> None:
    session = Session(request_of(project))
    session.check()
    session.update("app/main.py", "# one more\n" + MAIN + BROKEN)
    assert found(session.check()) == [("FL302", 6), ("FL000", 9)]
    session.update("app/main.py", MAIN)
    assert found(session.check()) == [("FL302", 5)]
    (project / "app/main.py").write_text(MAIN + BROKEN)
    session.update("app/main.py", None)
    assert found(session.check()) == [("FL000", 8)]


def test_only_what_was_edited_is_extracted_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []
    original = files.extracted

    def noted(data: bytes, *others: object, **wishes: object) -> files.Extracted:
        seen.append(data)
        return original(data, *others, **wishes)

    monkeypatch.setattr(files, "extracted", noted)
    session = Session(request_of(project))
    session.check()
    seen.clear()
    session.update("app/main.py", MAIN + "# more\n")
    session.check()
    session.refresh()
    session.check()
    assert seen == [(MAIN + "# more\n").encode()]


def test_a_file_that_is_not_saved_yet_is_a_part_of_the_project(project: Path) -> None:
    session = Session(request_of(project))
    session.update("app/other.py", MAIN.replace("app = ", "other = ").replace("app.add", "other.add"))
    assert [one.place.filename for one in session.check().diagnostics] == ["app/main.py", "app/other.py"]


def test_what_the_settings_exclude_stays_out(project: Path) -> None:
    (project / "pyproject.toml").write_text(
        '[project]\nname = "p"\ndependencies = ["fastapi==0.115.0"]\n[tool.fastapi-lint]\nexclude = ["app/old.py"]\n'
    )
    (project / "app/old.py").write_text(MAIN)
    session = Session(request_of(project))
    session.update("app/old.py", MAIN + "\n")
    assert [one.place.filename for one in session.check().diagnostics] == ["app/main.py"]


def test_the_disk_is_looked_at_again_when_asked(project: Path) -> None:
    session = Session(request_of(project))
    session.check()
    (project / "app/main.py").write_text("\n" + MAIN)
    (project / "fastapi-lint.toml").write_text('ignore = ["FL401"]\n')
    session.refresh()
    assert found(session.check()) == [("FL302", 6)]
    (project / "fastapi-lint.toml").write_text('ignore = ["FL302"]\n')
    session.refresh()
    assert found(session.check()) == []
    (project / "fastapi-lint.toml").write_text('ignore = "')
    session.refresh()
    for _ in range(2):
        with pytest.raises(ConfigError):
            session.check()


def test_a_check_is_given_up_when_asked_and_the_next_one_is_whole(project: Path) -> None:
    session = Session(request_of(project))
    expected = session.check()
    cancel = Cancel()
    cancel.set()
    with pytest.raises(Cancelled):
        session.check(cancel)
    assert session.check(Cancel()) == expected


def test_edits_from_other_threads_meet_whole_checks(project: Path) -> None:
    session = Session(request_of(project))
    stop = threading.Event()

    def type_on() -> None:
        rows = 0
        while not stop.is_set():
            rows = (rows + 1) % 50
            session.update("app/main.py", "\n" * rows + MAIN)

    typist = threading.Thread(target=type_on)
    typist.start()
    try:
        for _ in range(10):
            assert [one.code for one in session.check().diagnostics] == ["FL302"]
    finally:
        stop.set()
        typist.join()


def test_a_project_is_asked_for_more_than_its_report(project: Path) -> None:
    session = Session(request_of(project))
    assert session.ask(lambda one: [app.name for app in one.project.apps]) == ["app.main:app"]
    assert session.path_of(project / "app" / "main.py") == "app/main.py"
    assert session.path_of(project.parent / "main.py") is None


def test_a_text_is_read_in_the_encoding_that_it_names(project: Path) -> None:
    session = Session(replace(request_of(project), paths=("app",)))
    session.update("app/main.py", "# -*- coding: latin-1 -*-\n# sch\u00f6n\n" + MAIN)
    assert found(session.check()) == [("FL302", 7)]
    session.update("app/main.py", "# -*- coding: latin-1 -*-\n# \u20ac\n" + MAIN)
    assert found(session.check()) == [("FL302", 7)]


@pytest.fixture
def links(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The links that were made."""
    made: list[object] = []
    original = run_module.link

    def noted(given: object) -> object:
        made.append(given)
        return original(given)

    monkeypatch.setattr(run_module, "link", noted)
    return made


def test_a_link_is_kept_where_what_changed_says_nothing_new(project: Path, links: list[object]) -> None:
    (project / "script.py").write_text("print(1)\n")
    session = Session(request_of(project))
    session.check()
    session.update("script.py", "print(2)\n")
    assert found(session.check()) == [("FL302", 5)]
    session.update("app/main.py", "\n# more\n" + MAIN)
    assert found(session.check()) == [("FL302", 7)]
    session.update("app/main.py", MAIN + BROKEN)
    assert found(session.check()) == [("FL302", 5), ("FL000", 8)]
    (project / "script.py").write_text("print(3)\n")
    session.update("script.py", None)
    session.update("app/main.py", MAIN)
    session.refresh()
    assert found(session.check()) == [("FL302", 5)]
    assert session.ask(lambda one: len(one.project.apps)) == 1
    assert len(links) == 1
    session.update("app/events.py", "async def connect() -> None: print(1)\n")
    assert found(session.check()) == [("FL302", 5)]
    session.update("script.py", "from fastapi import FastAPI\nother = FastAPI()\n")
    assert len(session.ask(lambda one: one.project.apps)) == 2
    assert len(links) == 3


def test_a_link_is_made_where_distances_count(project: Path, links: list[object]) -> None:
    text = MAIN + "app.add_middleware(list)\n# runs first\napp.add_middleware(object)\n"
    (project / "app/main.py").write_text(text)
    session = Session(request_of(project))
    session.check()
    session.update("app/main.py", text.replace("# runs first\n", "# runs first\n" + "\n" * 200))
    assert session.check() == fresh(project, {"app/main.py": text.replace("first\n", "first\n" + "\n" * 200)})
    assert len(links) == 3


def test_the_project_has_the_places_of_now(project: Path) -> None:
    session = Session(request_of(project))
    session.check()
    session.update("app/main.py", "\n" + MAIN)
    rows = [session.ask(lambda one: one.place(one.project.apps[0].location).start.row) for _ in range(2)]
    assert rows == [5, 5]


def test_a_broken_text_that_is_saved_has_nothing_that_stands_in_for_it(project: Path) -> None:
    session = Session(request_of(project))
    assert session.check().diagnostics
    broken = MAIN + "def (:\n"
    session.update("app/main.py", broken)
    assert len(session.check().apps) == 1
    (project / "app" / "main.py").write_text(broken)
    session.update("app/main.py", None)
    assert session.check() == fresh(project, {})
