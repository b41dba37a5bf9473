"""Baselines, `--diff-base` and `--affected`: only what is new is told, and nothing of the user's is overwritten."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.adoption.conftest import MAIN

if TYPE_CHECKING:
    from tests.adoption.conftest import Project

BASELINE = ".fastapi-lint-baseline.json"
THIRD = '\n\n@app.on_event("startup")\nasync def third() -> None: ...\n'


def texts(project: Project) -> list[str]:
    return [one["text"] for one in json.loads(project.read(BASELINE))["findings"]]


def test_a_baseline_hides_what_was_there_wherever_it_moves(project: Project) -> None:
    done = project.run("baseline")
    assert (done.returncode, done.stderr) == (0, "Wrote 2 findings to the baseline.\n")
    assert project.check() == []
    written = project.read(BASELINE)
    assert str(project.root) not in written
    project.write("main.py", "# moved\n\n\nimport os\n" + MAIN)
    assert project.check() == []
    project.write("main.py", MAIN.replace('\n\n\n@app.on_event("sta', THIRD + '\n\n@app.on_event("sta'))
    assert project.check() == ["main.py:5 FL302"], "the new one is told, though its line is as another one's"
    assert len(project.check("--no-baseline")) == 3
    assert project.read(BASELINE) == written


def test_a_baseline_survives_edited_lines_and_moves_between_files(project: Project) -> None:
    project.run("baseline")
    project.write("main.py", MAIN.replace('("startup")', '("startup")  # first thing'))
    assert project.check() == []
    project.write("main.py", "from wiring import app\n")
    project.write("wiring.py", MAIN)
    assert project.check() == []


def test_a_baseline_shrinks_and_never_grows_by_itself(project: Project) -> None:
    project.run("baseline")
    assert texts(project) == ['@app.on_event("shutdown")', '@app.on_event("startup")']
    project.write("main.py", MAIN.replace('@app.on_event("shutdown")\n', "") + THIRD)
    for options in (
        ["--select", "FL1"],
        ["--ignore", "FL302"],
        ["--no-baseline"],
        ["--target-version", "fastapi=0.90"],
    ):
        project.run("check", *options)
        assert len(texts(project)) == 2, options
    done = project.run("check")
    assert done.returncode == 1
    assert "The baseline is shorter by 1." in done.stderr
    assert texts(project) == ['@app.on_event("startup")']
    project.write("main.py", MAIN)
    assert project.check() == ["main.py:10 FL302"], "what came back is new"


def test_what_cannot_be_read_is_never_known(project: Project) -> None:
    project.write("broken.py", "def f(:\n")
    assert project.run("baseline").stderr == "Wrote 2 findings to the baseline.\n"
    project.commit()
    assert project.check("--diff-base", "HEAD") == ["broken.py:1 FL000"]


def test_a_baseline_does_not_shrink_by_what_was_not_read(project: Project) -> None:
    project.run("baseline")
    project.write("main.py", "def f(:\n")
    assert project.check() == ["main.py:1 FL000"]
    assert len(texts(project)) == 2


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_a_baseline_that_cannot_be_written_is_no_failure(project: Project) -> None:
    project.run("baseline")
    (project.root / BASELINE).chmod(0o444)
    project.write("main.py", MAIN.replace('@app.on_event("shutdown")\n', ""))
    done = project.run("check")
    assert done.returncode == 0
    assert "the baseline could be shorter by 1" in done.stderr
    assert len(texts(project)) == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{\n  nonsense", ":2:3: the baseline is no JSON"),
        (b"\xff\xfe", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("[]", "is no baseline"),
        ('{"version": 9, "findings": []}', "a baseline of version 9"),
        ('{"version": 1, "findings": [{"path": "a"}]}', "finding 1 of the baseline lacks"),
        ('{"version": 1, "findings": ["a"]}', "finding 1 of the baseline lacks"),
    ],
)
def test_a_broken_baseline_is_an_error_and_stays(project: Project, content: str | bytes, message: str) -> None:
    file = project.write(BASELINE, content)
    before = file.read_bytes()
    for command in ("check", "baseline"):
        done = project.run(command)
        assert done.returncode == 2
        assert message in done.stderr
        assert "Traceback" not in done.stderr
        assert file.read_bytes() == before


def test_another_file_is_no_place_for_a_baseline(project: Project) -> None:
    done = project.run("baseline", "-o", "pyproject.toml")
    assert done.returncode == 2
    assert project.read("pyproject.toml").startswith("[project]")
    assert project.run("check", "--baseline", "nowhere.json").returncode == 2
    assert project.run("baseline", "-o", "known.json").returncode == 0
    assert project.check("--baseline", "known.json") == []


def test_only_what_came_since_a_revision_is_told(project: Project) -> None:
    first = project.commit()
    assert project.check("--diff-base", first) == []
    project.write("main.py", "# moved\n" + MAIN + THIRD)
    assert project.check("--diff-base", "HEAD") == ["main.py:15 FL302"]
    project.commit()
    assert project.check("--diff-base", "HEAD") == []
    assert project.check("--diff-base", "main~1") == ["main.py:15 FL302"]
    project.write("main.py", MAIN.replace('("startup")', '("startup") # x'))
    assert project.check("--diff-base", first) == []


def test_a_change_in_one_file_is_told_where_it_does_harm(project: Project) -> None:
    project.write(
        "main.py",
        (MAIN.partition("\n\n\n")[0])
        + "\n\nseen = {}\n\n\n@app.get('/{x}')\ndef f(x):\n    seen[x] = 1\n    return seen.get(x)\n",
    )
    project.write("Dockerfile", "FROM python\nCMD uvicorn main:app\n")
    project.commit()
    project.write("Dockerfile", "FROM python\nCMD uvicorn main:app --workers 4\n")
    assert project.check("--diff-base", "HEAD") == ["main.py:5 FL101"]
    assert project.check("--affected", "Dockerfile") == ["main.py:5 FL101"]
    assert project.check("--affected", "pyproject.toml") == []


def test_the_revision_is_checked_with_the_settings_of_today(project: Project) -> None:
    project.write("fastapi-lint.toml", 'ignore = ["FL302"]\n')
    project.commit()
    project.write("fastapi-lint.toml", "")
    assert len(project.check()) == 2
    assert project.check("--diff-base", "HEAD") == []


def test_a_project_below_the_top_and_a_file_that_was_renamed(project: Project) -> None:
    for name in ("main.py", "pyproject.toml"):
        (project.root / "inner").mkdir(exist_ok=True)
        (project.root / name).rename(project.root / "inner" / name)
    project.commit()
    project.git("mv", "inner/main.py", "inner/application.py")
    assert project.check("inner", "--diff-base", "HEAD") == []
    done = project.run("check", "-q", "--output-format", "concise", "--diff-base", "HEAD", cwd=project.root / "inner")
    assert (done.returncode, done.stdout) == (0, "")
    project.write("inner/application.py", MAIN + THIRD)
    done = project.run("check", "-q", "--output-format", "concise", "--diff-base", "HEAD", cwd=project.root / "inner")
    assert done.stdout.startswith("application.py:14:2: FL302")


def test_three_dots_mean_where_the_branch_began(project: Project) -> None:
    project.commit()
    project.git("checkout", "--quiet", "-b", "work")
    project.write("main.py", MAIN + THIRD)
    project.commit()
    project.git("checkout", "--quiet", "main")
    project.write("main.py", "from fastapi import FastAPI\n\napp = FastAPI()\n")
    project.commit()
    project.git("checkout", "--quiet", "work")
    assert len(project.check("--diff-base", "main")) == 3
    assert project.check("--diff-base", "main...") == ["main.py:14 FL302"]


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "", "HEAD~9", "a\nb", "nowhere..."])
def test_a_revision_that_does_not_exist(project: Project, revision: str) -> None:
    project.commit()
    done = project.run("check", f"--diff-base={revision}")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("error: ")
    assert not (project.root / "x").exists()


def test_no_repository_and_no_git(project: Project) -> None:
    done = project.run("check", "--diff-base", "HEAD")
    assert done.returncode == 2
    assert "is in no git repository" in done.stderr
    project.commit()
    done = project.run("check", "--diff-base", "HEAD", PATH=str(project.root))
    assert done.returncode == 2
    assert "git is needed" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="scripts of POSIX")
def test_the_repository_s_settings_start_no_program(project: Project) -> None:
    evil = project.write("evil.sh", f"#!/bin/sh\ntouch {project.root}/ran\n")
    evil.chmod(0o755)
    for name in ("git", "fakegit"):
        shutil.copy(evil, project.root / name)
    project.write(".gitattributes", "*.py diff=evil filter=evil\n")
    project.commit()
    for key in ("core.fsmonitor", "core.hooksPath", "diff.external", "diff.evil.textconv", "diff.evil.command",
                "filter.evil.smudge", "filter.evil.clean", "core.sshCommand", "core.pager", "core.editor",
                "alias.cat-file", "uploadpack.packObjectsHook", "credential.helper"):  # fmt: skip
        project.git("config", key, f"!{evil}" if key.startswith(("alias", "credential")) else str(evil))
    project.write("main.py", MAIN + THIRD)
    path = f"{project.root}{os.pathsep}.{os.pathsep}{os.environ['PATH']}"
    done = project.run("check", "-q", "--output-format", "concise", "--diff-base", "HEAD", PATH=path, GIT_DIR="nowhere")
    assert done.stdout.startswith("main.py:14:2: FL302"), done.stderr
    assert not (project.root / "ran").exists()


def test_affected_takes_the_notes_and_what_states_the_version(project: Project) -> None:
    project.write("other.py", "x = 1\n")
    assert project.check("--affected", "other.py", "gone.py") == []
    assert len(project.check("--affected", "main.py")) == 2
    assert len(project.check("--affected", str(project.root / "main.py"))) == 2
    assert len(project.check("--affected", "pyproject.toml")) == 2
    assert len(project.check("--affected", "other.py", "--all")) == 2
    shown = project.run("check", "--affected", "other.py").stdout
    assert "Not shown: 2 in which no changed file takes part." in shown


def test_settings_and_files_are_shown(project: Project) -> None:
    project.write(
        "fastapi-lint.toml", 'ignore = ["FL1"]\nextend-exclude = ["gen\\u00e9"]\n[target-version]\nfastapi = "0.100"\n'
    )
    project.write("gené/a.py", "")
    shown = project.run("check", "--show-settings")
    assert shown.returncode == 0
    assert '# settings: fastapi-lint.toml\nextend-exclude = ["gené"]' in shown.stdout.replace('ignore = ["FL1"]\n', "")
    assert 'target-version = { "fastapi" = "0.100" }' in shown.stdout
    assert "FL302" in shown.stdout
    assert "FL101" not in shown.stdout
    listed = project.run("check", "--show-files").stdout.splitlines()
    assert listed == ["fastapi-lint.toml", "main.py", "pyproject.toml"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete(project: Project, shell: str) -> None:
    script = project.run("completion", shell)
    assert script.returncode == 0
    assert "_FASTAPI_LINT_COMPLETE" in script.stdout
    # Fish hands over the word that is being written, the others its number.
    words = {"COMP_WORDS": "fastapi-lint ba", "COMP_CWORD": "ba" if shell == "fish" else "1"}
    offered = project.run(_FASTAPI_LINT_COMPLETE=f"{shell}_complete", **words).stdout
    assert "baseline" in offered
    assert "check" not in offered.replace("`check`", "")


def test_an_answer_that_was_kept_knows_of_baselines_and_revisions(project: Project) -> None:
    """A second run of one command may be answered from the first; what the first rested on includes all of this."""
    first = project.commit()
    assert len(project.check()) == len(project.check()) == 2
    project.run("baseline")
    assert project.check() == project.check() == []
    project.write(BASELINE, '{"version": 1, "findings": []}')
    assert len(project.check()) == len(project.check()) == 2
    project.write("main.py", MAIN + THIRD)
    assert project.check("--diff-base", "HEAD") == ["main.py:14 FL302"]
    project.commit()
    assert project.check("--diff-base", "HEAD") == []
    assert project.check("--diff-base", first) == ["main.py:14 FL302"]
