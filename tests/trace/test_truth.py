"""What a trace says, against what happens: small projects are traced, and lived under real FastAPI versions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.oracle.interpreters import VERSIONS, Interpreter, folder

if TYPE_CHECKING:
    from collections.abc import Callable

LIVING = Path(__file__).with_name("living.py")

JOURNAL = """\
words = []
def note(word):
    words.append(word)
"""

ROUTES = """\
import os
from fastapi import APIRouter, FastAPI
from starlette.responses import PlainTextResponse
from journal import note

def endpoint(name):
    def run():
        note(name)
    run.__name__ = run.__qualname__ = name
    return run

def plain(request):
    note("plain")
    return PlainTextResponse("")

app = FastAPI()
app.get("/docs")(endpoint("own_docs"))
app.get("/users/{id:int}")(endpoint("by_number"))
app.get("/users/me")(endpoint("me"))
app.get("/users/{name}")(endpoint("by_name"))
app.get("/users/{other}")(endpoint("by_other"))
app.get("/users/42")(endpoint("forty_two"))
app.post("/users/42")(endpoint("post_forty_two"))
app.get("/f/{x:float}")(endpoint("any_float"))
app.get("/f/{x:int}")(endpoint("any_int"))
app.get("/u/{x:uuid}")(endpoint("any_uuid"))
app.get("/u/{x}")(endpoint("any_u"))
app.get("/{a}-{b}")(endpoint("dashed"))
app.get("/x-y")(endpoint("x_y"))
app.add_route("/starlette", plain)
app.get("/starlette")(endpoint("after_plain"))
app.put("/starlette")(endpoint("put_plain"))
app.get("/files/{p:path}")(endpoint("files"))
app.get("/files/{a}/{b}")(endpoint("two"))
app.get("/files")(endpoint("no_slash"))
router = APIRouter(prefix="/r")
router.get("/{x}")(endpoint("r_x"))
router.get("/y")(endpoint("r_y"))
app.include_router(router)
app.get("/r/z")(endpoint("r_z"))
sub = FastAPI()
sub.get("/{x}")(endpoint("sub_x"))
sub.get("/y")(endpoint("sub_y"))
app.mount("/sub", sub)
app.get("/sub/later")(endpoint("sub_later"))
app.get("/sub")(endpoint("sub_itself"))
app.get("nothing")(endpoint("nothing"))
"""
PATHS = (
    "/docs", "/users/me", "/users/42", "/users/x", "/f/1", "/f/1.5", "/u/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f", "/u/x",
    "/x-y", "/a-b-c", "/starlette", "/files/", "/files/a", "/files/a/b", "/files", "/r/q", "/r/y", "/r/z", "/sub/q",
    "/sub/y", "/sub/later", "/sub", "/nothing",
)  # fmt: skip

REQUESTS = """\
from fastapi import Depends, FastAPI
from journal import note

def outer():
    note("outer")
    yield 1
    note("~outer")

async def inner(value=Depends(outer)):
    note("inner")
    yield 2
    note("~inner")

async def plain(value=Depends(outer)):
    note("plain")

class Checked:
    def __call__(self, value=Depends(inner)):
        note("checked")
        yield 3
        note("~checked")

checked = Checked()
app = FastAPI()

@app.get("/", dependencies=[Depends(plain)])
def read(a=Depends(inner), b=Depends(checked), c=Depends(outer, use_cache=False), d=Depends(plain)):
    note("read")
"""
SCOPED = REQUESTS.replace("b=Depends(checked)", 'b=Depends(checked), e=Depends(outer, scope="function")')

LIFE = """\
from contextlib import asynccontextmanager
from fastapi import APIRouter, FastAPI
from journal import note

@asynccontextmanager
async def lifespan(app):
    note("lifespan")
    yield
    note("~lifespan")

@asynccontextmanager
async def nested(app):
    note("nested")
    yield
    note("~nested")

def handler(name):
    def run():
        note(name)
    run.__name__ = run.__qualname__ = name
    return run

leaf = APIRouter()
leaf.on_event("startup")(handler("leaf_up"))
leaf.on_event("shutdown")(handler("leaf_down"))
branch = APIRouter(BRANCH)
branch.on_event("startup")(handler("branch_up"))
branch.include_router(leaf)
leaf.on_event("startup")(handler("leaf_late"))
app = FastAPI(APP)
app.on_event("startup")(handler("app_up"))
app.include_router(branch)
app.on_event("shutdown")(handler("app_down"))
sub = FastAPI()
sub.on_event("startup")(handler("sub_up"))
app.mount("/sub", sub)
"""
LIVES = {
    "events": ("", ""),
    "lifespan": ("lifespan=lifespan", ""),
    "nested": ("lifespan=lifespan", "lifespan=nested"),
    "only_nested": ("", "lifespan=nested"),
}


@pytest.fixture(params=VERSIONS, ids=lambda version: f"fastapi-{version}")
def interpreter(request: pytest.FixtureRequest) -> Interpreter:
    found = Interpreter.find(request.param)
    if found is None:
        pytest.skip(f"no environment with FastAPI {request.param} in {folder()}: run `make oracle-venvs`")
    return found


@pytest.fixture
def both(interpreter: Interpreter, project: Callable[..., Path], traced: Callable[..., dict[str, Any]]) -> Any:
    """The trace of a project, and its life."""

    def compare(text: str, *paths: str) -> tuple[dict[str, Any], dict[str, Any]]:
        root = project({"main.py": text, "journal.py": JOURNAL}, interpreter.version)
        lived = json.loads(interpreter.run(str(LIVING), str(root), *paths, cwd=root))
        return traced(root, "--app", "main:app")["apps"][0], lived

    return compare


def short(name: str) -> str:
    return name.rpartition(":")[2].rpartition(".")[2]


def test_the_routes_said_to_be_unreachable_are_those_that_never_answer(both: Any) -> None:
    app, lived = both(ROUTES, *PATHS)
    answered = {words[0] for words in lived["answers"].values() if words and not words[0].startswith("response")}
    told = {}
    for line, name in enumerate(ROUTES.splitlines(), 1):
        for route in app["routes"]:
            if route["kind"] == "http" and route["location"]["row"] == line:
                word = name.partition('endpoint("')[2].partition('"')[0] or "plain"
                told[word] = route["reachable"]
    assert told
    assert {word for word, reachable in told.items() if reachable} == answered
    assert {word for word, reachable in told.items() if not reachable} >= {"by_other", "forty_two", "r_y", "sub_later"}


@pytest.mark.parametrize("text", [REQUESTS, SCOPED], ids=["plain", "scoped"])
def test_calls_and_exit_code_are_those_of_a_real_request(text: str, both: Any, interpreter: Interpreter) -> None:
    if text is SCOPED and not interpreter.since("0.121.0"):
        pytest.skip("Depends has no scope before FastAPI 0.121.0")
    app, lived = both(text, "/")
    (route,) = app["routes"]
    words = lived["answers"]["GET /"]
    at = words.index("response 200")
    assert [short(call["name"]) for call in route["calls"]] == words[: words.index("read")]
    exits = {"before_response": words[words.index("read") + 1 : at], "after_response": words[at + 1 :]}
    for when, expected in exits.items():
        found = [f"~{short(one['name'])}" for one in route["teardown"] if one["when"] == when]
        assert found == expected


@pytest.mark.parametrize("name", LIVES)
def test_what_runs_at_start_up_and_shutdown_really_does(name: str, both: Any, interpreter: Interpreter) -> None:
    app_arguments, branch_arguments = LIVES[name]
    if branch_arguments and not interpreter.since("0.93.0"):
        pytest.skip("APIRouter has no lifespan before FastAPI 0.93.0")
    text = LIFE.replace("APIRouter(BRANCH)", f"APIRouter({branch_arguments})").replace(
        "FastAPI(APP)", f"FastAPI({app_arguments})"
    )
    app, lived = both(text)
    names = by_row(text)
    ran = [names(one) for one in app["lifespan"] if one["runs"]]
    idle = {names(one) for one in app["lifespan"] if not one["runs"]}
    happened = [word for word in lived["life"][1:] if word != "shutdown" and not word.startswith("~")]
    assert ran == happened
    assert not idle & set(happened)
    registered = {"app_up", "app_down", "branch_up", "leaf_up", "leaf_down", "leaf_late"}
    assert registered <= {*ran, *idle}


def by_row(text: str) -> Callable[[dict[str, Any]], str]:
    """Names of handlers by their lines: the closures are all called alike."""
    lines = text.splitlines()

    def name(one: dict[str, Any]) -> str:
        line = lines[one["location"]["row"] - 1]
        return line.partition('handler("')[2].partition('"')[0] or short(one["name"])

    return name
