"""The action and what the documentation shows of it and of other services: each is what the service accepts, and runs."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from fastapi_lint import __version__
from fastapi_lint.cli.check import check

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "docs" / name for name in ("ci.md", "pre-commit.md", "baseline.md")] + [ROOT / "README.md"]
ADDRESS = "<the address of this repository>"


def blocks(path: Path, language: str) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def accepted(schema: str, file: Path, *options: str) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *options, str(file)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def action() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


def test_the_action_is_one() -> None:
    accepted("vendor.github-actions", ROOT / "action.yml")


def test_the_action_installs_this_version() -> None:
    install = action()["runs"]["steps"][0]
    assert install["env"]["FASTAPI_LINT_DEFAULT"] == __version__
    for page in PAGES:
        for found in re.findall(rf"{re.escape(ADDRESS)}@v([\w.]+)|rev: v([\w.]+)", page.read_text(encoding="utf-8")):
            assert __version__ in found


def test_no_expression_stands_in_a_script_and_all_actions_are_pinned() -> None:
    steps = action()["runs"]["steps"]
    assert len(steps) == 3
    for step in steps:
        assert "${{" not in step.get("run", "")
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step.get("uses", f"a/b@{'0' * 40}"))


def test_the_scripts_of_the_action_and_our_own_are_sound(tmp_path: Path) -> None:
    files = [ROOT / ".ci/run", *(file for file in (ROOT / "tools").iterdir() if file.is_file() and not file.suffix)]
    for number, step in enumerate(step for step in action()["runs"]["steps"] if "run" in step):
        assert step["shell"] == "bash"
        files.append(tmp_path / f"{number}.sh")
        files[-1].write_text(f"#!/usr/bin/env bash\n{step['run']}", encoding="utf-8")
    done = subprocess.run(
        [Path(sys.executable).parent / "shellcheck", *files], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_snippets_are_what_the_services_accept(tmp_path: Path) -> None:
    found = {"github": 0, "gitlab": 0, "azure": 0}
    for text in blocks(ROOT / "docs/ci.md", "yaml"):
        text = text.replace(ADDRESS, "owner/fastapi-lint")
        kind = "github" if "jobs:" in text else "azure" if text.startswith("steps:") else "gitlab"
        found[kind] += 1
        file = tmp_path / f"{kind}.yml"
        file.write_text(text, encoding="utf-8")
        if kind == "github":
            accepted("vendor.github-workflows", file)
        else:
            accepted(f"vendor.{'azure-pipelines' if kind == 'azure' else 'gitlab-ci'}", file, "--data-transform",
                     "azure-pipelines" if kind == "azure" else "gitlab-ci")  # fmt: skip
    assert found == {"github": 2, "gitlab": 1, "azure": 1}


def commands() -> list[list[str]]:
    found: list[list[str]] = []
    for page in PAGES:
        lines = [line for text in (*blocks(page, "console"), *blocks(page, "yaml")) for line in text.splitlines()]
        for line in lines:
            match = re.search(r"(?:^|\s|- )(fastapi-lint check\b.*)$", line)
            if match:
                found.append(shlex.split(match[1].partition(" | ")[0], comments=True)[2:])
    return found


@pytest.mark.parametrize("arguments", commands(), ids=" ".join)
def test_every_command_that_is_shown_is_one(arguments: list[str], tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    check.make_context("check", [one.replace("$(Agent.TempDirectory)/", "") for one in arguments])


def test_the_hooks_that_are_shown_exist() -> None:
    hooks = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    shown = {found for page in PAGES for found in re.findall(r"- id: (\S+)", page.read_text(encoding="utf-8"))}
    assert shown == hooks
    lefthook = yaml.safe_load(blocks(ROOT / "docs/pre-commit.md", "yaml")[-1])
    command = lefthook["pre-commit"]["commands"]["fastapi-lint"]["run"]
    assert command == "fastapi-lint check --affected {staged_files}"


def value(text: str, inputs: dict[str, str], temp: Path) -> str:
    """What the service puts in place of the expressions that the action has."""
    text = re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: inputs[match[1]], text)
    return text.replace("${{ runner.temp }}", str(temp))


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def act(project: Path, temp: Path, wheels: Path, **given: str) -> tuple[int, str]:
    """Run the steps of the action that are scripts, as a runner does, in the checked project."""
    inputs = {name: one.get("default", "") for name, one in action()["inputs"].items()}
    inputs |= {name.replace("_", "-"): text for name, text in given.items()}
    output = temp / "output"
    said = ""
    for step in action()["runs"]["steps"]:
        if "run" not in step:
            continue
        environment = {name: value(str(text), inputs, temp) for name, text in step["env"].items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            check=False,
            cwd=project / value(step.get("working-directory", "."), inputs, temp),
            env={
                **os.environ,
                "PYTHONPATH": "",
                "PIP_FIND_LINKS": str(wheels),
                "GITHUB_OUTPUT": str(output),
                **environment,
            },
            capture_output=True,
            text=True,
        )
        said += done.stdout + done.stderr
        if done.returncode:
            return done.returncode, said
    return 0, said


def test_the_action_runs_on_a_hostile_project(tmp_path: Path, wheels: Path) -> None:
    project, temp = tmp_path / "project", tmp_path / "temp"
    project.mkdir()
    temp.mkdir()
    bad = 'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.on_event("startup")\ndef start(): ...\n'
    (project / "main.py").write_text(bad, encoding="utf-8")
    for name in ("pip", "venv", "click", "libcst", "fastapi_lint", "sitecustomize"):
        (project / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n", encoding="utf-8")
    code, said = act(project, temp, wheels)
    assert code == 1, said
    assert "::warning title=FL302 startup-event,file=main.py,line=6" in said
    assert "FL302" in (temp / "fastapi-lint/fastapi-lint.sarif").read_text(encoding="utf-8")
    assert (temp / "output").read_text(encoding="utf-8") == f"sarif={temp}/fastapi-lint/fastapi-lint.sarif\n"
    code, said = act(project, temp, wheels, args="--ignore FL302 $(touch${IFS}x) ; touch x", paths="main.py")
    assert code == 2
    assert "`touch`" in said or "does not exist" in said
    assert not (project / "x").exists()
    code, said = act(project, temp, wheels, args="--ignore FL302", paths="main.py", output_format="concise")
    assert code == 0, said
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("version", ["0.1.0 --index-url=x", "@ file:///x", "$(touch x)", "../x"])
def test_what_is_no_version_is_not_installed(tmp_path: Path, wheels: Path, version: str) -> None:
    code, said = act(tmp_path, tmp_path, wheels, version=version)
    assert code == 2
    assert "no version of fastapi-lint" in said
    assert not (tmp_path / "fastapi-lint").exists()
