"""`--fix`, `--diff` and `--add-ignore` on real files, as a process."""

from __future__ import annotations

import ast
import json
import os
import re
from typing import TYPE_CHECKING

import pytest

from tests.adoption.conftest import MAIN

if TYPE_CHECKING:
    from tests.adoption.conftest import Project

USELESS = MAIN.replace('"startup")\n', '"startup")  # fastapi-lint: ignore[FL302, FL301] old\n') + (
    "\n\nx = 1  # fastapi-lint: ignore[FL401] nothing\ny = 2  # noqa: E501, FL302\n"
    "# fastapi-lint: ignore[startup-evnt]\nz = 3\n"
)
MENDED = MAIN.replace('"startup")\n', '"startup")  # fastapi-lint: ignore[FL302] old\n') + (
    "\n\nx = 1\ny = 2  # noqa: E501\nz = 3\n"
)


def test_useless_and_unknown_suppressions_are_mended(project: Project) -> None:
    project.write("main.py", USELESS)
    done = project.run("check", "--fix", "--output-format", "concise")
    assert project.read() == MENDED
    assert done.returncode == 1
    assert "Fixed 5 findings in 1 file (FL001: 4, FL002: 1)." in done.stderr
    assert [line.split()[1] for line in done.stdout.splitlines() if line.startswith("main.py")] == ["FL302"]
    again = project.run("check", "--fix-only")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert project.read() == MENDED


def test_a_name_that_is_nearly_one_is_spelt_anew(project: Project) -> None:
    project.write("main.py", MAIN.replace('("startup")', '("startup")  # fastapi-lint: ignore[startp-event] why'))
    project.run("check", "--fix-only")
    assert '("startup")  # fastapi-lint: ignore[startup-event] why\n' in project.read()
    assert project.check() == ["main.py:10 FL302"]


def test_the_diff_is_a_patch_and_nothing_is_written(project: Project) -> None:
    project.write("main.py", USELESS.removesuffix("\n"))
    project.commit()
    done = project.run("check", "--diff")
    assert done.returncode == 1
    assert project.read() == USELESS.removesuffix("\n")
    assert "Would change 5 findings in 1 file" in done.stderr
    patch = project.write("fix.patch", done.stdout)
    project.git("apply", str(patch))
    assert project.read() == MENDED.removesuffix("\n")
    patch.unlink()
    nothing = project.run("check", "--diff")
    assert (nothing.returncode, nothing.stdout) == (0, "")


@pytest.mark.parametrize(
    "data",
    [
        USELESS.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + USELESS.encode(),
        ("# -*- coding: latin-1 -*-\n# \xe9\xfc\n" + USELESS).encode("latin-1"),
        USELESS.replace("    ", "\t").encode() + b"\x0c\n",
    ],
    ids=["crlf", "mark", "latin-1", "form feed"],
)
def test_all_other_bytes_stay(project: Project, data: bytes) -> None:
    file = project.write("main.py", data)
    expected = data
    for old, new in (
        (b"[FL302, FL301]", b"[FL302]"),
        (b"  # fastapi-lint: ignore[FL401] nothing", b""),
        (b"E501, FL302", b"E501"),
        (
            b"# fastapi-lint: ignore[startup-evnt]\r\n" if b"\r" in data else b"# fastapi-lint: ignore[startup-evnt]\n",
            b"",
        ),
    ):
        assert expected.count(old) == 1
        expected = expected.replace(old, new)
    project.run("check", "--fix-only")
    assert file.read_bytes() == expected


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_a_file_that_cannot_be_written_is_no_success(project: Project) -> None:
    file = project.write("main.py", USELESS)
    other = project.write("other.py", "import main  # fastapi-lint: ignore[FL401]\n")
    file.chmod(0o444)
    for option in ("--fix", "--fix-only"):
        done = project.run("check", option, "--exit-zero")
        assert done.returncode == 2
        assert "error: main.py is not changed: it is read-only" in done.stderr
        assert file.read_text() == USELESS
    assert other.read_text() == "import main\n"


def test_nothing_is_mended_in_a_file_that_does_not_parse(project: Project) -> None:
    project.write("other.py", "def f(:\n    x = 1  # fastapi-lint: ignore[nonsense]\n")
    assert project.run("check", "--fix").returncode == 1
    assert "nonsense" in project.read("other.py")


def test_comments_of_deployment_files_are_mended_when_told_to(project: Project) -> None:
    text = "# fastapi-lint: ignore[nonsense] why\nCMD uvicorn main:app\n"
    project.write("Dockerfile", text)
    project.run("check", "--fix-only")
    assert project.read("Dockerfile") == text
    project.run("check", "--fix-only", "--unsafe-fixes")
    assert project.read("Dockerfile") == "CMD uvicorn main:app\n"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--fix", "--add-ignore"], "exclude each other"),
        (["--diff", "--fix-only"], "exclude each other"),
        (["--unsafe-fixes"], "goes with --fix"),
        (["--reason", "x"], "goes with --add-ignore"),
        (["--add-ignore", "--reason", "x\ny"], "one line"),
        (["--baseline", "x", "--no-baseline"], "exclude each other"),
        (["--affected"], "needs the files"),
        (["--all"], "goes with --affected"),
    ],
)
def test_contradictions(project: Project, options: list[str], message: str) -> None:
    done = project.run("check", *options)
    assert done.returncode == 2
    assert message in done.stderr
    assert project.read() == MAIN


def test_suppressions_are_written_with_a_reason(project: Project) -> None:
    done = project.run("check", "--add-ignore")
    assert done.returncode == 0, done.stderr
    assert project.read() == MAIN.replace("@app", "# fastapi-lint: ignore[FL302] TODO: say why\n@app")
    assert "Silenced 2 findings in 1 file (FL302: 2)." in done.stderr
    assert project.check() == []
    assert project.run("check", "--add-ignore", "--diff").stdout == ""


def test_the_reason_is_the_one_given_and_the_comment_that_is_there_is_used(project: Project) -> None:
    project.write("main.py", MAIN.replace('@app.on_event("st', '# fastapi-lint: ignore[FL101] old\n@app.on_event("st'))
    project.run("check", "--add-ignore", "--reason", "scheduled for spring", "--ignore", "FL001")
    assert "# fastapi-lint: ignore[FL101, FL302] old\n@app.on_event" in project.read()
    assert "# fastapi-lint: ignore[FL302] scheduled for spring\n@app.on_event" in project.read()


AWKWARD = '''\
"""A claim in a text.

The outermost middleware is GZip.
"""
import sys
from fastapi import FastAPI
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.middleware.cors import CORSMiddleware
app = FastAPI()
app.add_middleware(GZipMiddleware)
app.add_middleware(CORSMiddleware)
if sys.argv:
\tasync def stop(): ...
\tx = \\
\t\tapp.add_event_handler("shutdown", stop)
'''


def test_comments_go_where_they_are_comments(project: Project) -> None:
    project.write("main.py", AWKWARD.replace("\n", "\r\n"))
    before = project.check()
    assert before
    done = project.run("check", "--add-ignore")
    assert "is not changed" not in done.stderr
    assert project.check() == []
    after = project.read()
    assert ast.dump(ast.parse(after)) == ast.dump(ast.parse(AWKWARD))
    assert after.count("\r\n") == after.count("\n")
    assert [line for line in after.split("\r\n") if "fastapi-lint" not in line] == AWKWARD.split("\n")


def test_a_finding_in_a_file_without_comments_is_said_to_stay(project: Project) -> None:
    project.write("compose.json", '{"services": {"api": {"command": "uvicorn main:app --workers 4"}}}')
    done = project.run("check", "--add-ignore")
    assert done.returncode == 0
    assert project.read("compose.json").startswith('{"services"')


RETURNED = (
    MAIN.replace("import FastAPI", "import FastAPI, HTTPException")
    + '''

@app.get("/{number}")
def show(number: int):
    """größer"""
    return HTTPException(404)
'''
)


def test_repairs_of_rules_are_made_as_far_as_they_are_trusted(project: Project) -> None:
    project.write("main.py", RETURNED)
    told = json.loads(project.run("check", "--output-format", "json").stdout)
    assert [(one["code"], one["fix"]["applicability"]) for one in told] == [
        ("FL302", "unsafe"),
        ("FL302", "unsafe"),
        ("FL701", "safe"),
    ]
    assert "1 finding can be fixed with --fix, 2 more with --unsafe-fixes." in project.run("check").stdout
    first = project.run("check", "--fix")
    assert first.returncode == 1
    assert "Fixed 1 finding in 1 file (FL701: 1)." in first.stderr
    assert "2 findings can be fixed with --fix --unsafe-fixes." in first.stdout
    assert project.read() == RETURNED.replace("return HTTP", "raise HTTP")
    patch = project.run("check", "--diff", "--unsafe-fixes")
    assert patch.returncode == 1
    second = project.run("check", "--fix", "--unsafe-fixes")
    assert second.returncode == 0, second.stdout
    assert "Fixed 2 findings in 1 file (FL302: 2)." in second.stderr
    assert "await start()\n    yield\n    await stop()\n" in project.read()
    assert all(line[1:] in project.read() for line in patch.stdout.splitlines() if re.match(r"\+(?!\+\+)", line))
    assert project.check() == []


def test_what_the_baseline_has_is_not_mended(project: Project) -> None:
    project.write("main.py", RETURNED)
    assert project.run("baseline").returncode == 0
    assert project.run("check", "--fix", "--unsafe-fixes").returncode == 0
    assert project.read() == RETURNED
    project.run("check", "--fix", "--unsafe-fixes", "--no-baseline")
    assert project.check("--no-baseline") == []
