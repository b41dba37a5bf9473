"""The example of `examples/article` under the newest FastAPI: that it runs, and that the trace tells the truth of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.oracle.interpreters import ROOT, Interpreter

if TYPE_CHECKING:
    from pathlib import Path

DRIVER = """
import asyncio, json, logging, os, sys
os.environ["DATABASE_URL"] = "sqlite+aiosqlite:///" + sys.argv[2] + "/article.db"
sys.path.insert(0, sys.argv[1])
said = []
class Keep(logging.Handler):
    def emit(self, record):
        said.append(record.getMessage().split(" took ")[0])
logger = logging.getLogger("article.middleware")
logger.setLevel(logging.INFO)
logger.addHandler(Keep())

import httpx
from article import database, main

async def serve():
    seen = {}
    async with main.app.router.lifespan_context(main.app):
        async with database.session_factory() as session:
            session.add(database.User(name="ann", token="t", is_admin=True))
            await session.commit()
        transport = httpx.ASGITransport(main.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://article") as client:
            ann = {"authorization": "Bearer t"}
            answers = {
                "users": await client.get("/admin/users", headers=ann),
                "unknown": await client.get("/admin/users"),
                "created": await client.post("/orders", headers=ann, json={"items": ["a"]}),
                "domain": await client.post("/orders", headers=ann, json={"items": [" "]}),
            }
        seen = {name: [answer.status_code, answer.json()] for name, answer in answers.items()}
    seen["said"] = said[:3]
    print(json.dumps(seen))

asyncio.run(serve())
"""


@pytest.fixture(scope="module")
def seen(newest: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the application answered, on a database of its own."""
    folder: Path = tmp_path_factory.mktemp("article")
    found: dict[str, Any] = json.loads(newest.run("-c", DRIVER, str(ROOT / "examples" / "article"), str(folder)))
    return found


def test_the_example_runs(seen: dict[str, Any]) -> None:
    assert seen["users"] == [200, ["ann"]]
    assert seen["created"] == [201, {"id": 1, "items": ["a"]}]
    assert seen["unknown"][0] == 401
    assert seen["domain"] == [409, {"error": "an item needs a name"}]


def test_the_middleware_added_last_is_left_last(seen: dict[str, Any]) -> None:
    assert seen["said"] == ["DatabaseSession.before", "DatabaseSession.after", "/admin/users"]
