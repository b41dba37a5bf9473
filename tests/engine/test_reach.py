"""Facts are extracted of the files that matter, and the answer is that of extracting all."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING

import pytest

from fastapi_lint.engine import files, kept, run
from fastapi_lint.engine.reach import foreseen, mentioning
from fastapi_lint.engine.run import Request
from fastapi_lint.lifecycle.symbols import ProjectIndex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi_lint.core.finding import Report

ROOT = Path(__file__).parent.parent.parent
PROJECTS = [path for path in sorted((ROOT / "tests/fixtures").glob("*/*/*")) if path.is_dir()][::3]
PROJECTS.append(ROOT / "examples/shop")


def check(folder: Path) -> Report:
    return run.run(Request(paths=(".",), directory=folder, jobs=1, show_possible=True))


@pytest.fixture
def extracted(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The bytes of the files whose facts were extracted, in that order."""
    seen: list[bytes] = []
    original = files.extracted

    def noted(data: bytes, *others: object, **wishes: object) -> files.Extracted:
        seen.append(data)
        return original(data, *others, **wishes)

    monkeypatch.setattr(files, "extracted", noted)
    return seen


def write(folder: Path, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_answer_is_that_of_all_facts(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Path(copytree(project, tmp_path / project.name))
    report = check(project)
    monkeypatch.setattr(run, "foreseen", lambda python, index, known=None: tuple(python))
    monkeypatch.setattr(kept, "mentioning", lambda python, words, decorators=(): tuple(python))
    assert check(project) == report


APP = {
    "app/__init__.py": "",
    "app/base.py": "from fastapi import FastAPI\n\n\nclass Service(FastAPI):\n    pass\n",
    "app/factory.py": "from app.base import Service\n\n\ndef build():\n    return Service()\n",
    "app/events.py": "async def start():\n    pass\n",
    "main.py": (
        "import importlib\nfrom app.factory import build\n\n"
        "server = build()\nmodule = importlib.import_module('late')\n"
    ),
    "late.py": "import main\nfrom app import events\n\nmain.server.on_event('startup')(events.start)\n",
    "script.py": "print('hello')\n",
    "tests/test_app.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
}


def test_what_nobody_asks_for_is_not_extracted(tmp_path: Path, extracted: list[bytes]) -> None:
    write(tmp_path, APP)
    report = check(tmp_path)
    assert [(one.place.filename, one.code) for one in report.diagnostics] == [("late.py", "FL302")]
    assert len(report.files) == len(APP)
    left = {name for name, text in APP.items() if text.encode() not in extracted}
    assert left == {"script.py", "tests/test_app.py"}


def test_what_nobody_asks_for_must_parse_all_the_same(tmp_path: Path) -> None:
    write(tmp_path, {**APP, "script.py": "print('hello'\n", "tests/test_app.py": "x = 1\ny = = 2\n"})
    found = [(one.place.filename, one.place.start.row, one.code) for one in check(tmp_path).diagnostics]
    assert ("script.py", 1, "FL000") in found
    assert ("tests/test_app.py", 2, "FL000") in found


def test_directives_are_read_where_no_facts_were_needed(tmp_path: Path, extracted: list[bytes]) -> None:
    write(tmp_path, {**APP, "script.py": "print('hello')  # fastapi-lint: ignore[FL999]\n"})
    assert [one.code for one in check(tmp_path).diagnostics] == ["FL302", "FL002"]
    assert any(data.startswith(b"print") for data in extracted)


def test_imports_are_foreseen_in_every_form() -> None:
    texts = {
        "pkg/__init__.py": b"",
        "pkg/main.py": (
            b"from fastapi import FastAPI\n"
            b"from . import (  # why\n    one as first,\n    two,\n)\n"
            b"from .sub.three import name\n"
            b"import pkg.four, pkg.five as five\n"
            b"if True:\n    from pkg import six; x = 1\n"
        ),
        **{f"pkg/{name}.py": b"" for name in ("one", "two", "four", "five", "six", "seven")},
        "pkg/sub/__init__.py": b"from ..seven import *\n",
        "pkg/sub/three.py": b"",
        "pkg/unused.py": b"",
        "tests/test_main.py": b"import fastapi\nimport pkg.unused\n",
    }
    assert set(texts) - set(foreseen(texts, ProjectIndex(texts))) == {"pkg/unused.py", "tests/test_main.py"}


def test_words_and_decorators_are_found_outside_of_tests() -> None:
    texts = {
        "a.py": b"app.include_router(x)\n",
        "b.py": b"@app.get('/')\ndef f(): ...\n",
        "c.py": b"x.get(1)\n",
        "d.py": b"if x:\n    @a.b.post\n    def f(): ...\n",
        "f.py": b"app.options('/' % y) (view)\n",
        "g.py": b"app.post('/')(view)\n",
        "h.py": b"@routers['x'].get('/')\ndef f(): ...\n",
        "i.py": b"make()(x)\n",
        "tests/e.py": b"include_router\n",
    }
    assert mentioning(texts, {"include_router"}, {"options", "get", "post"}) == tuple(f"{one}.py" for one in "abdfgh")
    assert mentioning(texts, {"x.get"}) == ("c.py",)
