"""The extension for Visual Studio Code: its settings are the server's, and it builds with packages of npm alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import fields
from pathlib import Path

import pytest

from fastapi_lint import __version__
from fastapi_lint.lsp.options import Options, read_options

ROOT = Path(__file__).parent.parent.parent
SOURCE = ROOT / "editors" / "vscode"
MANIFEST = json.loads((SOURCE / "package.json").read_text(encoding="utf-8"))
SETTINGS = {
    name.removeprefix("fastapi-lint."): setting
    for name, setting in MANIFEST["contributes"]["configuration"]["properties"].items()
}
OWN = {"path", "interpreter", "trace.server"}
NPM = shutil.which("npm")
REGISTRY = "https://registry.npmjs.org/"


def test_the_settings_are_those_of_the_server_with_its_defaults() -> None:
    defaults = {name: setting["default"] for name, setting in SETTINGS.items() if name not in OWN}
    assert len(defaults) == len(fields(Options))
    assert read_options(defaults) == (Options(), ())
    assert read_options({"path": [], "interpreter": "", "trace": {"server": "off"}}) == (Options(), ())
    page = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \| `", page, re.MULTILINE)) == set(defaults)


def test_what_names_a_file_or_a_program_is_restricted_where_a_workspace_is_not_trusted() -> None:
    restricted = MANIFEST["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    assert {name.removeprefix("fastapi-lint.") for name in restricted} == {
        "path",
        "interpreter",
        "configuration",
        "baseline",
    }
    assert MANIFEST["capabilities"]["virtualWorkspaces"]["supported"] is False


def test_versions_and_licences_agree() -> None:
    lock = json.loads((SOURCE / "package-lock.json").read_text(encoding="utf-8"))
    assert {MANIFEST["version"], lock["version"]} == {__version__}
    assert (SOURCE / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    found = [one for name, one in lock["packages"].items() if name]
    assert found
    assert all(one["integrity"].startswith("sha512-") for one in found)
    assert all(one.get("resolved", REGISTRY).startswith(REGISTRY) for one in found)


@pytest.fixture(scope="module")
def extension(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the extension with what it is built with."""
    if NPM is None:
        if os.environ.get("NODE") == "required":
            pytest.fail("Node.js is required here")
        pytest.skip("no Node.js")
    folder = tmp_path_factory.mktemp("vscode") / "extension"
    shutil.copytree(SOURCE, folder, ignore=shutil.ignore_patterns("node_modules", "dist", "*.vsix"))
    npm(folder, "ci", "--no-audit", "--no-fund")
    return folder


def npm(folder: Path, *arguments: str) -> str:
    assert NPM is not None
    done = subprocess.run(
        [NPM, *arguments],
        cwd=folder,
        env={**os.environ, "FASTAPI_LINT_PYTHON": sys.executable, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_its_own_tests_pass_and_the_server_answers_it(extension: Path) -> None:
    said = npm(extension, "test")
    assert re.search(r"^# fail 0$", said, re.MULTILINE)
    assert re.search(r"^# skipped 0$", said, re.MULTILINE)


def test_it_is_packed_with_nothing_but_what_it_needs(extension: Path) -> None:
    npm(extension, "run", "package")
    with zipfile.ZipFile(extension / "fastapi-lint.vsix") as packed:
        names = set(packed.namelist())
        main = packed.read("extension/dist/extension.js").decode("utf-8")
    assert names == {
        "[Content_Types].xml",
        "extension.vsixmanifest",
        "extension/LICENSE.txt",
        "extension/dist/extension.js",
        "extension/package.json",
        "extension/readme.md",
    }
    assert set(re.findall(r'require\("([^".][^"]*)"\)', main)) - {"vscode"} <= {
        *("assert", "child_process", "crypto", "events", "fs", "net", "node:fs", "node:path", "os", "path", "process"),
        *("readline", "stream", "timers", "url", "util"),
    }
