"""What a hostile project writes, in names, code, deployments and settings, leaves as text and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from fastapi_lint.cli.entry import main
from fastapi_lint.report.render import FORMATS, TEXT_FORMATS
from tests.report.hostile import commands, raw_controls

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

if sys.platform != "linux":
    pytest.skip("elsewhere files cannot have such names", allow_module_level=True)

EVIL = "\x1b[2J\x1b]0;t\x07\x9b31m\u202e\u2066\u2028\x7f::error::pwn ##vso[task.x]y ]]><b a=\"'&--></script>"
"""What a terminal, a build service, a reader of text and a parser of markup obey, all of it allowed in a string."""
CODE = '''from fastapi import APIRouter, Depends, FastAPI

def session(given: str = "EVIL"): ...

app = FastAPI(title="EVIL", summary="EVIL")
router = APIRouter(prefix="/pEVIL", tags=["EVIL"])
"""EVIL
::error::pwn
"""
@app.on_event("startup")
async def begin():
    "EVIL"
@app.get("/EVIL/{a}", dependencies=[Depends(session), Depends(session)])
def one(): ...  # EVIL  # fastapi-lint: ignore[FL999EVIL]
@app.get("/EVIL/{a}")
def two(): return "EVIL"
app.include_router(router)
app.include_router(router)
app.mount("/EVIL", FastAPI(title="EVIL"))
@app.middleware("http")
async def around(request, call_next):  # EVIL
    return await call_next(request)
'''
NAMES = (
    "a\x1b[2J\n::error::b.py",
    "::error::c.py",
    "##vso[x]d.py",
    "e\u202e\u2028.py",
    "f\udcff\udc80.py",
    "]]>&\"'<g.py",
)
TRACES = ("text", "json", "mermaid", "html")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "p\x1b[2J\n::error::q"
    root.mkdir()
    code = CODE.replace("EVIL", EVIL.replace('"', r"\""))
    for number, name in enumerate(NAMES):
        (root / name).write_text(code.replace("/p", f"/p{number}"), encoding="utf-8")
    (root / "main.py").write_text(code, encoding="utf-8")
    (root / "broken\x1b[1m\n.py").write_text(f"import fastapi\nx = {EVIL}\n", encoding="utf-8")
    (root / "torn\u202e.py").write_bytes(b"import fastapi\nx = '\xff'\n")
    (root / "Dockerfile").write_text(f"FROM x\nENV A='{EVIL}'\nCMD uvicorn main:app --workers 4 --reload '{EVIL}'\n")
    (root / "compose.yaml").write_text(f'services:\n  "a{EVIL!a}": 1\n  b: *{EVIL}\n', encoding="utf-8")
    (root / "requirements.txt").write_text(f"fastapi=={EVIL}\n", encoding="utf-8")
    (root / "uv.lock").write_text(f'[[package]]\nname = "fastapi"\nversion = "0.115{EVIL!a}\n', encoding="utf-8")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def said(capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., tuple[int, str, str]]:
    """Run a command line and return its exit code and what it wrote, which must be UTF-8 and harmless."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main([*arguments, "--no-cache"])
        out, err = (stream.decode("utf-8") for stream in capfdbinary.readouterr())
        assert "Traceback" not in err
        assert raw_controls(err) == []
        assert commands(err) == []
        return code, out, err

    return run


@pytest.mark.parametrize("color", ["never", "always"])
@pytest.mark.parametrize("output_format", sorted(TEXT_FORMATS))
@pytest.mark.usefixtures("project")
def test_formats_for_people(said: Callable[..., tuple[int, str, str]], output_format: str, color: str) -> None:
    code, out, _ = said("check", "-v", "--show-possible", "--output-format", output_format, "--color", color)
    assert code == 1
    assert out.count("FL000") >= 2
    assert out.count("FL302") >= len(NAMES)
    assert raw_controls(out) == []
    assert commands(out) == []


@pytest.mark.parametrize("output_format", [one for one in FORMATS if one not in TEXT_FORMATS])
@pytest.mark.usefixtures("project")
def test_formats_for_machines(said: Callable[..., tuple[int, str, str]], output_format: str) -> None:
    _, known, _ = said("check", "--show-possible", "--output-format", "json")
    count = len(json.loads(known))
    code, out, _ = said("check", "--show-possible", "--output-format", output_format)
    assert code == 1
    assert raw_controls(out) == []
    if output_format not in {"github", "azure"}:
        assert commands(out) == []
    assert COUNTED[output_format](out) == count
    assert count > 2 * len(NAMES)


def of_commands(start: str) -> Callable[[str], int]:
    def count(out: str) -> int:
        lines = out.split("\n")[:-1]
        assert len(commands(out)) == len(lines)
        assert all(line.startswith(start) and commands(line[len(start) :]) == [] for line in lines)
        return len(lines)

    return count


def of_lines(out: str) -> int:
    return len([line for line in out.split("\n")[:-1] if ": [FL" in line or " FL" in line])


def of_json(*path: Any) -> Callable[[str], int]:
    def count(out: str) -> int:
        assert all(" " <= character <= "~" or character == "\n" for character in out)
        found = json.loads(out)
        for key in path:
            found = found[key]
        return len(found)

    return count


COUNTED: dict[str, Callable[[str], int]] = {
    "json": of_json(),
    "jsonl": lambda out: len([json.loads(line) for line in out.split("\n")[:-1]]),
    "sarif": of_json("runs", 0, "results"),
    "github": of_commands("::"),
    "gitlab": of_json(),
    "junit": lambda out: len(
        ET.fromstring(out).findall(".//testcase[failure]") or ET.fromstring(out).findall(".//failure")
    ),
    "pylint": of_lines,
    "azure": of_commands("##vso[task.logissue "),
    "rdjson": of_json("diagnostics"),
}


def test_every_format_is_tried() -> None:
    assert {*COUNTED} == {*FORMATS} - TEXT_FORMATS


@pytest.mark.parametrize("route", [[], ["--route", "GET /a"]])
@pytest.mark.parametrize("output_format", TRACES)
@pytest.mark.usefixtures("project")
def test_traces(said: Callable[..., tuple[int, str, str]], output_format: str, route: list[str]) -> None:
    code, out, _ = said("trace", "--app", "main:app", "--output-format", output_format, "--color", "always", *route)
    assert code in {0, 2}
    assert raw_controls(out) == []
    assert commands(out) == []
    assert "</script>" not in out.replace("</script>\n", "") or output_format != "html"
    if output_format == "json" and code == 0:
        json.loads(out)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--show-settings"],
        ["--show-files"],
        ["--statistics"],
        ["--statistics", "--output-format", "json"],
        ["--diff"],
        ["--diff", "--unsafe-fixes", "--color", "always"],
        ["--add-ignore", "--diff"],
        ["--baseline", EVIL],
        ["--diff-base", EVIL],
        ["--select", EVIL],
        ["--target-version", EVIL],
        ["--target-version", f"fastapi={EVIL}"],
        ["--config", EVIL],
        ["--output-format", EVIL],
        ["--stdin-filename", EVIL],
        ["--output-file", f"nowhere{EVIL}/x"],
        [EVIL],
        [f"--{EVIL}"],
    ],
)
@pytest.mark.usefixtures("project")
def test_everything_else_that_is_printed(said: Callable[..., tuple[int, str, str]], arguments: list[str]) -> None:
    code, out, err = said("check", *arguments)
    assert code in {0, 1, 2}
    assert out + err
    assert raw_controls(out) == []
    assert commands(out) == []


def test_a_patch_of_hostile_names_is_one(project: Path, said: Callable[..., tuple[int, str, str]]) -> None:
    kept = {name: (project / name).read_bytes() for name in NAMES}
    assert said("check", "--diff", "--output-file", "patch")[0] == 1
    subprocess.run(["git", "init", "-q", "."], cwd=project, check=True)
    subprocess.run(["git", "apply", "patch"], cwd=project, check=True, timeout=60)
    changed = [name for name in NAMES if (project / name).read_bytes() != kept[name]]
    assert changed == list(NAMES)


BASELINES = {
    "no JSON": EVIL,
    "a wrong shape": json.dumps({EVIL: [EVIL]}),
    "a wrong version": json.dumps({"version": EVIL, "findings": []}),
    "wrong findings": json.dumps({"version": 1, "findings": [{"rule": EVIL, "file": EVIL, "message": EVIL}]}),
}


@pytest.mark.parametrize("text", BASELINES.values(), ids=BASELINES)
def test_mistakes_in_a_baseline(project: Path, said: Callable[..., tuple[int, str, str]], text: str) -> None:
    (project / f"known{EVIL.replace('/', '')}.json").write_text(text, encoding="utf-8")
    for arguments in (["check", "--baseline", f"known{EVIL.replace('/', '')}.json"], ["check", "--diff-base", EVIL]):
        _, out, err = said(*arguments)
        assert raw_controls(out) == []
        assert commands(out) == []
        assert err


SETTINGS = {
    "no TOML": f"[tool.fastapi-lint]\nselect = {EVIL}\n",
    "an unknown key": f"[tool.fastapi-lint]\n{json.dumps(EVIL)} = 1\n",
    "an unknown rule": f"[tool.fastapi-lint]\nselect = [{json.dumps(EVIL)}]\n",
    "an unknown version": f"[tool.fastapi-lint.target-version]\nfastapi = {json.dumps(EVIL)}\n",
    "an unknown package": f"[tool.fastapi-lint.target-version]\n{json.dumps(EVIL)} = '1'\n",
    "an unknown file": f"[tool.fastapi-lint]\nextend-exclude = [{json.dumps(EVIL)}]\n",
    "an unknown application": f"[tool.fastapi-lint]\napps = [{json.dumps(EVIL)}]\n",
    "a wrong type": f"[tool.fastapi-lint.per-file-ignores]\n{json.dumps(EVIL)} = {json.dumps(EVIL)}\n",
}


@pytest.mark.parametrize("text", SETTINGS.values(), ids=SETTINGS)
def test_mistakes_in_settings(project: Path, said: Callable[..., tuple[int, str, str]], text: str) -> None:
    (project / "pyproject.toml").write_text(text, encoding="utf-8")
    for arguments in (["check"], ["check", "--show-settings"], ["trace", "--app", "main:app"]):
        _, out, _ = said(*arguments)
        assert raw_controls(out) == []
        assert commands(out) == []


def test_what_is_kept_is_as_harmless_as_what_was_said(project: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "fastapi_lint", "check", "--cache-dir", str(tmp_path / "cache")]
    done = [
        subprocess.run(
            command, cwd=project, env={**os.environ, "CI": "1"}, capture_output=True, check=False, timeout=300
        )
        for _ in range(2)
    ]
    assert done[0].stdout == done[1].stdout
    assert done[0].stderr == done[1].stderr
    shown = done[1].stdout.decode() + done[1].stderr.decode()
    assert "FL302" in shown
    assert raw_controls(shown) == []
    assert commands(shown) == []
