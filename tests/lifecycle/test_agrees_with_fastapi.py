"""What the linter says of an application is what the framework makes of it: routes, calls, middleware, handlers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.lifecycle.agreement import app_of, described, differences, linked, observed
from tests.lifecycle.surfaces import PROJECTS
from tests.oracle.interpreters import NEWEST, Interpreter, release

if TYPE_CHECKING:
    from pathlib import Path

SILENT = {"open overrides", "starlette ways"}
"""Projects of which the linter says that it does not know something; of the others it knows everything."""

VERSIONS = ("0.105.0", "0.115.14", "0.136.3", NEWEST)


def files_of(text: str) -> dict[str, str]:
    """The files of a project by path."""
    files: dict[str, str] = {}
    path = ""
    for line in text.splitlines(keepends=True):
        if line.startswith("# file: "):
            path = line.removeprefix("# file: ").strip()
            files[path] = ""
        elif path:
            files[path] += line
    return files


def runs_under(text: str, version: str) -> bool:
    """Whether a project can be imported under a version."""
    bounds = dict(line[2:].split(": ") for line in text.splitlines() if line.startswith(("# since: ", "# until: ")))
    since, until = bounds.get("since", "0.0.0"), bounds.get("until", "99.0.0")
    return release(since) <= release(version) < release(until)


@pytest.fixture(scope="module", params=VERSIONS, ids=lambda version: f"fastapi-{version}")
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one version makes of every project that it can import, and where the projects lie."""
    version: str = request.param
    interpreter = Interpreter.find(version)
    if interpreter is None:
        if version == NEWEST:
            pytest.fail(f"the comparison needs FastAPI {NEWEST}: run `make oracle-venvs`", pytrace=False)
        pytest.skip(f"no environment with FastAPI {version}")
    home = tmp_path_factory.mktemp("projects")
    wanted = []
    for number, (name, text) in enumerate(PROJECTS.items()):
        if not runs_under(text, version):
            continue
        folder = home / str(number)
        for path, content in files_of(text).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(content, encoding="utf-8")
        wanted.append((name, folder))
    found = observed(interpreter, [(folder, "main:app") for _, folder in wanted])
    return {name: (version, folder, found[str(folder.resolve()), "main:app"]) for name, folder in wanted}


@pytest.mark.parametrize("name", PROJECTS)
def test_the_linter_says_what_the_framework_makes(seen: dict[str, tuple[str, Path, dict[str, Any]]], name: str) -> None:
    if name not in seen:
        pytest.skip("another version's way")
    version, folder, real = seen[name]
    assert "error" not in real
    project = linked(folder, version, starlette=real["versions"]["starlette"])
    said = described(app_of(project, "main:app"))
    found = differences(real, said)
    assert [str(one) for one in found if not one.is_silent or name not in SILENT] == []
