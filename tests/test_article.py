"""The example of `examples/article`: what the linter finds in it, what the trace answers, and what FastAPI really does."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
ARTICLE = ROOT / "examples" / "article"
PAGE = ROOT / "docs" / "lifecycle.md"

MISTAKES = (
    ("FL112", "Dockerfile", 'CMD ["gunicorn"'),
    ("FL113", "article/database.py", "engine = create_async_engine("),
    ("FL401", "article/middleware.py", "# Added first = outermost"),
    ("FL401", "article/middleware.py", "# Added last = innermost"),
    ("FL502", "article/database.py", "async def get_db()"),
    ("FL706", "article/errors.py", 'return JSONResponse({"error": "internal error"'),
)
"""What is wrong in the article, and nothing else."""


def row_of(filename: str, start: str) -> int:
    lines = (ARTICLE / filename).read_text("utf-8").splitlines()
    return next(row for row, line in enumerate(lines, 1) if line.strip().startswith(start))


def command(*arguments: str) -> str:
    line = [sys.executable, "-m", "fastapi_lint", *arguments]
    done = subprocess.run(line, cwd=ARTICLE, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.stderr == ""
    return done.stdout


@pytest.fixture(scope="module")
def app() -> dict[str, Any]:
    """What the trace says of the application."""
    found: dict[str, Any] = json.loads(command("trace", "--output-format", "json"))["apps"][0]
    return found


def test_the_linter_finds_what_the_article_has_wrong() -> None:
    found = [
        (one["code"], one["filename"], one["location"]["row"])
        for one in json.loads(command("check", "--output-format", "json"))
    ]
    expected = [(code, name, row_of(name, start)) for code, name, start in MISTAKES]
    assert sorted(found) == sorted(expected)


class TestTheQuizOfTheArticle:
    """Its five questions, answered by the trace."""

    def test_how_many_pools_are_there(self, app: dict[str, Any]) -> None:
        """One for each of four processes, since each runs the lifespan that makes it: 4 * (10 + 10) connections."""
        assert [one["processes"] for one in app["deployments"]] == [4]
        assert [(one["name"], one["runs"]) for one in app["lifespan"]] == [("article.main:lifespan", True)]

    def test_how_often_is_the_session_made(self, app: dict[str, Any]) -> None:
        """Once for a request, although two places ask for it."""
        names = [call["name"] for call in route_of(app, "/admin/users")["calls"]]
        assert names.count("article.database:get_db") == 1
        assert names.index("article.database:get_db") == 0

    def test_which_middleware_sees_the_request_first(self, app: dict[str, Any]) -> None:
        """The one that was added last."""
        names = [one["name"].rpartition(":")[2] for one in app["middleware"]]
        assert names == ["RequestTimingMiddleware", "DatabaseSessionMiddleware"]

    def test_does_a_lifespan_run_or_do_events(self, app: dict[str, Any]) -> None:
        """The lifespan, around everything; events beside it would never run, and there are none."""
        assert [(one["kind"], one["runs"]) for one in app["lifespan"]] == [("lifespan", True)]

    def test_what_else_runs_when_a_dependency_answers_401(self, app: dict[str, Any]) -> None:
        """What comes after it does not; what was entered before it ends with its exit code."""
        route = route_of(app, "/admin/users")
        names = [call["name"].rpartition(":")[2] for call in route["calls"]]
        at = names.index("get_current_user")
        assert (names[:at], names[at + 1 :]) == (["get_db"], ["require_admin"])
        assert [one["name"] for one in route["teardown"]] == ["article.database:get_db"]


def route_of(app: dict[str, Any], path: str) -> dict[str, Any]:
    found: dict[str, Any] = next(route for route in app["routes"] if route["path"] == path)
    return found


BLOCK = re.compile(r"```console\n\$ fastapi-lint (?P<command>[^\n]*)\n```\n\n```text\n(?P<output>.*?)\n```", re.DOTALL)


def test_the_page_shows_what_the_linter_says() -> None:
    blocks = list(BLOCK.finditer(PAGE.read_text("utf-8")))
    assert len(blocks) >= 5
    outputs: dict[str, str] = {}
    for block in blocks:
        line = block["command"]
        if line not in outputs:
            outputs[line] = command(*[word.strip('"') for word in re.findall(r'"[^"]*"|\S+', line)])
        assert f"\n{block['output']}\n" in f"\n{outputs[line]}\n", block["output"]
