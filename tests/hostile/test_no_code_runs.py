"""Nothing of the checked project runs: audited from the interpreter's first line on, over a repository full of traps."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

AUDITED = Path(__file__).with_name("audited")
PACKAGE = Path(__file__).parents[2]
TRAP = "import os\nopen(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'SPRUNG'), 'a').close()\n"
STANDARD = (
    *("sitecustomize", "usercustomize", "json", "re", "typing", "warnings", "resource", "fcntl", "tempfile", "difflib"),
    *("ast", "threading", "selectors", "signal", "struct", "subprocess", "multiprocessing", "secrets", "fnmatch"),
)
OTHERS = (
    *("click", "libcst", "msgspec", "packaging", "pathspec", "ruamel", "tomli", "pygls", "lsprotocol", "rich"),
    *("yaml_ft", "yaml", "watchfiles", "conftest", "setup", "noxfile", "manage", "gunicorn.conf", "uvicorn"),
)
EARLY = ("warnings", "typing")
"""What `python -m` itself may load before the module that it is told to: only `python -P` and the script are safe."""
APP = """\
from fastapi import FastAPI
import click, libcst
app = FastAPI()
@app.on_event("startup")
async def begin(): ...
"""
PYPROJECT = """\
[build-system]
requires = ["trap"]
build-backend = "setup"
backend-path = ["."]
[project]
name = "trap"
dependencies = ["fastapi==0.115.0"]
[project.entry-points."fastapi_lint.rules"]
trap = "conftest:rule"
[tool.fastapi-lint]
extend-select = ["ALL"]
[tool.mypy]
plugins = ["conftest"]
[tool.pytest.ini_options]
addopts = "-p conftest"
"""
GIT = """\
[core]
    fsmonitor = "touch SPRUNG"
    hooksPath = hooks
    pager = "touch SPRUNG"
    sshCommand = "touch SPRUNG"
[diff]
    external = "touch SPRUNG"
[filter "trap"]
    clean = "touch SPRUNG"
    smudge = "touch SPRUNG"
[alias]
    ls-files = "!touch SPRUNG"
"""
HARMLESS = {"os.putenv"}


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    root = tmp_path / "trap"
    (root / ".git" / "hooks").mkdir(parents=True)
    (root / ".git" / "config").write_text(GIT)
    (root / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (root / ".gitattributes").write_text("* filter=trap diff=trap\n")
    for name in (*STANDARD, *OTHERS):
        (root / f"{name}.py").write_text(TRAP)
        (root / name).mkdir()
        (root / name / "__init__.py").write_text(TRAP)
    (root / "trap.pth").write_text(f"import os; open({str(root / 'SPRUNG')!r}, 'a')\n")
    (root / "app.py").write_text(APP)
    (root / "pyproject.toml").write_text(PYPROJECT)
    (root / "Procfile").write_text("web: gunicorn -c gunicorn.conf.py app:app\n")
    (root / "Dockerfile").write_text('FROM x\nRUN touch SPRUNG\nCMD ["sh", "start.sh"]\n')
    (root / "start.sh").write_text("A=$(touch SPRUNG)\nuvicorn app:app --workers `touch SPRUNG; echo 4`\n")
    (root / "compose.yaml").write_text("services:\n  api: !!python/object/apply:os.system ['touch SPRUNG']\n")
    (root / ".fastapi_lint_cache").mkdir()
    shutil.copyfile(root / "app.py", root / "binary.so")
    return root


def events(trap: Path, command: list[str], *, path: str = "") -> tuple[int, str, list[list[str]]]:
    log = trap.parent / "audit.jsonl"
    done = subprocess.run(
        command,
        cwd=trap,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
            "AUDIT": str(log),
            "PYTHONPATH": os.pathsep.join([str(AUDITED), *([path] if path else []), str(PACKAGE)]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(trap.parent / "home"),
            "XDG_CACHE_HOME": str(trap.parent / "cache"),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    found = [json.loads(line) for line in log.read_text().splitlines()]
    assert any(event[0] == "import" for event in found)
    return done.returncode, done.stdout + done.stderr, found


def is_within(path: str, folder: Path) -> bool:
    if not path or path.startswith("<"):
        return False
    return Path(os.path.normpath(folder / path)).is_relative_to(folder)


MODULE = [sys.executable, "-m", "fastapi_lint"]
SCRIPT = [str(Path(sys.executable).with_name("fastapi-lint"))]
RUNS = {
    "check": ([*MODULE, "check"], ""),
    "script": ([*SCRIPT, "check"], ""),
    "current folder on the path": ([*SCRIPT, "check"], "."),
    "several processes": ([*MODULE, "check", "-j3"], ""),
    "trace": ([*MODULE, "trace", "--output-format", "html"], ""),
}


@pytest.mark.skipif(sys.platform == "win32", reason="scripts are no files of Python there")
@pytest.mark.parametrize(("command", "path"), RUNS.values(), ids=RUNS)
def test_nothing_of_the_project_runs(trap: Path, command: list[str], path: str) -> None:
    if command[-1] == "-j3":
        for number in range(8):
            (trap / f"long{number}.py").write_text("import fastapi\n" + f"x = '{'a' * 900}'\n" * 110)
    # What the interpreter itself loads before the first line of this package, nobody can guard.
    for name in STANDARD if path else EARLY if command[1] == "-m" else ():
        (trap / f"{name}.py").unlink()
        shutil.rmtree(trap / name)
    code, output, found = events(trap, command, path=path)
    assert "startup-event" in output or "trace" in command, output
    assert code in {0, 1}, output
    assert not list(trap.rglob("SPRUNG"))
    cache = trap.parent / "cache"
    for event, *arguments in found:
        target = arguments[0] if arguments else ""
        match event:
            case "exec":
                assert not is_within(target, trap), target
            case "import":
                assert len(arguments) < 2 or not is_within(arguments[1] if arguments[1] != "None" else "", trap)
            case "open" | "os.mkdir" | "os.rename" | "os.remove" | "os.chmod":
                assert is_within(target, cache) or target in {os.devnull, str(trap.parent / "audit.jsonl")}, target
            case _:
                assert event in HARMLESS, (event, arguments)


def test_only_the_output_file_is_written(trap: Path) -> None:
    _, _, found = events(trap, [*SCRIPT, "check", "--no-cache", "-o", "report.txt"])
    written = {(trap / arguments[0]).parent for event, *arguments in found if event in {"open", "os.rename"}}
    assert written <= {trap, Path(os.devnull).parent}
    assert (trap / "report.txt").read_text()
