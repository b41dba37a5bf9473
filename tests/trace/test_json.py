"""The JSON document: names, order, kinds, teardown, lifespans and what is unknown, by version."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SHOP = Path(__file__).parents[2] / "examples" / "shop"
App = Callable[..., dict[str, Any]]

HEAD = """\
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial, wraps

from fastapi import APIRouter, Depends, FastAPI, Request, Security
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
"""


def names(items: list[dict[str, Any]]) -> list[str]:
    return [item["name"].removeprefix("main:") for item in items]


def test_the_document_of_the_example(traced: Callable[..., dict[str, Any]]) -> None:
    document = traced(SHOP)
    assert document["version"] == 1
    assert document["target"] == {"fastapi": "0.165.0", "starlette": "1.10.0", "source": "requirements.txt"}
    (app,) = document["apps"]
    assert app["app"] == "shop.main:app"
    assert app["location"] == {"filename": "shop/main.py", "row": 29, "column": 11}
    assert app["deployments"] == [
        {"server": "gunicorn", "processes": 8, "location": {"filename": "Dockerfile", "row": 14, "column": 7}}
    ]
    assert app["middleware"][0] == {
        "name": "shop.middleware:setup_middleware.<locals>.time_request",
        "via": "decorator",
        "location": {"filename": "shop/middleware.py", "row": 46, "column": 6},
    }
    (change,) = [route for route in app["routes"] if route["endpoint"] == "shop.api.admin:change_item"]
    assert (change["methods"], change["path"], change["kind"]) == (["PUT"], "/admin/items/{number}", "http")
    assert [(call["name"], call["kind"], call["again"]) for call in change["calls"]] == [
        ("shop.deps:bearer", "instance", False),
        ("shop.deps:get_redis", "function", False),
        ("shop.deps:get_current_user", "coroutine", False),
        ("shop.deps:require_role.<locals>.check", "function", False),
        ("shop.deps:get_session", "async_generator", False),
        ("shop.deps:require_role.<locals>.check", "function", True),
    ]
    assert change["teardown"] == [{"name": "shop.deps:get_session", "when": "after_response"}]
    assert (app["complete"], app["unknown"]) == (True, [])


def test_middleware_is_outermost_first_and_says_how_it_was_registered(app: App) -> None:
    found = app(
        HEAD
        + """
class First: ...
class Second: ...
app = FastAPI(middleware=[Middleware(First), Middleware(GZipMiddleware)])
app.add_middleware(Second)

@app.middleware("http")
async def timing(request, call_next):
    return await call_next(request)
"""
    )
    assert [(one["name"], one["via"], one["location"]["row"]) for one in found["middleware"]] == [
        ("main:timing", "decorator", 14),
        ("main:Second", "add_middleware", 12),
        ("main:First", "constructor", 11),
        ("starlette.middleware.gzip:GZipMiddleware", "constructor", 11),
    ]


TEARDOWN = (
    HEAD
    + """
app = FastAPI()
def outer():
    yield 1
async def inner(one=Depends(outer)):
    yield 2
def plain(): ...

@app.get("/")
def read(value=Depends(inner), other=Depends(plain)): ...
"""
)


@pytest.mark.parametrize(
    ("version", "when"),
    [
        ("0.73.0", "after_response"),
        ("0.105.0", "after_response"),
        ("0.106.0", "before_response"),
        ("0.117.1", "before_response"),
        ("0.118.0", "after_response"),
        ("0.165.0", "after_response"),
    ],
)
def test_exit_code_runs_backwards_and_when_the_version_says(app: App, version: str, when: str) -> None:
    (route,) = app(TEARDOWN, version)["routes"]
    assert names(route["calls"]) == ["outer", "inner", "plain"]
    assert [(one["name"], one["when"]) for one in route["teardown"]] == [("main:inner", when), ("main:outer", when)]


def test_function_scope_leaves_before_the_response(app: App) -> None:
    text = TEARDOWN.replace("Depends(inner)", 'Depends(outer, scope="function"), late=Depends(inner)')
    (route,) = app(text)["routes"]
    assert [(one["name"], one["when"]) for one in route["teardown"]] == [
        ("main:outer", "before_response"),
        ("main:inner", "after_response"),
        ("main:outer", "after_response"),
    ]
    assert [(call["name"], call["again"]) for call in route["calls"]][:2] == [
        ("main:outer", False),
        ("main:outer", True),
    ]


def test_kinds_and_names_of_calls(app: App) -> None:
    (route,) = app(
        HEAD
        + """
from fastapi.security import HTTPBearer
class Pager:
    def __init__(self, page: int = 1): ...
class Limit:
    def __call__(self): ...
    async def check(self):
        yield
limit = Limit()
bearer = HTTPBearer()
def factory(word):
    async def inner(): ...
    return inner
def plain(word=""): ...
app = FastAPI()

@app.get("/")
def read(
    a=Depends(Pager), b=Depends(limit), c=Depends(Limit()), d=Depends(limit.check), e=Depends(bearer),
    f=Depends(factory("x")), g=Depends(partial(plain, word="y")), h=Depends(lambda: 1),
): ...
"""
    )["routes"]
    assert [(call["name"], call["kind"]) for call in route["calls"]] == [
        ("main:Pager", "class"),
        ("main:limit", "instance"),
        ("main:Limit", "instance"),
        ("main:Limit.check", "async_generator"),
        ("main:bearer", "instance"),
        ("main:factory.<locals>.inner", "coroutine"),
        ("main:plain", "function"),
        ("main:<lambda>", "function"),
    ]
    assert route["teardown"] == [{"name": "main:Limit.check", "when": "after_response"}]


def test_what_the_framework_passes_on_has_the_name_of_its_own_module(app: App) -> None:
    (route,) = app(
        HEAD
        + """
from fastapi.security import HTTPBearer, OAuth2PasswordRequestForm
app = FastAPI()
@app.post("/")
def read(form: OAuth2PasswordRequestForm = Depends(), token=Depends(HTTPBearer())): ...
"""
    )["routes"]
    assert [(call["name"], call["kind"]) for call in route["calls"]] == [
        ("fastapi.security.oauth2:OAuth2PasswordRequestForm", "external"),
        ("fastapi.security.http:HTTPBearer", "instance"),
    ]


def test_an_override_stands_for_its_dependency(app: App) -> None:
    found = app(TEARDOWN + "app.dependency_overrides[outer] = plain\n")
    names = [call["name"] for call in found["routes"][0]["calls"]]
    assert found["complete"] is True
    assert "main:plain" in names
    assert "main:outer" not in names


def test_overrides_that_the_environment_decides_leave_the_story_open(app: App) -> None:
    found = app(TEARDOWN + 'import os\nif os.environ.get("X"):\n    app.dependency_overrides[plain] = outer\n')
    assert found["complete"] is False
    assert found["unknown"][0]["reason"] == "`dependency_overrides` stand for dependencies"


LIVES = (
    HEAD
    + """
@asynccontextmanager
async def lifespan(app):
    yield
@asynccontextmanager
async def nested(app):
    yield
router = APIRouter(ROUTER)

@router.on_event("startup")
def open_router(): ...

app = FastAPI(APP)
@app.on_event("startup")
def open_app(): ...
@app.on_event("shutdown")
def close_app(): ...
app.include_router(router)

@router.on_event("shutdown")
def close_router(): ...
"""
)


def lives(app: App, version: str, app_arguments: str = "", router_arguments: str = "") -> tuple[list[str], list[str]]:
    """The names of what runs, in order, and of what never does."""
    text = LIVES.replace("APIRouter(ROUTER)", f"APIRouter({router_arguments})")
    found = app(text.replace("FastAPI(APP)", f"FastAPI({app_arguments})"), version)["lifespan"]
    return names([one for one in found if one["runs"]]), names([one for one in found if not one["runs"]])


def test_handlers_run_once_twice_or_never_by_version(app: App) -> None:
    ran, idle = lives(app, "0.112.1")
    assert (ran, idle) == (["open_app", "open_router", "close_app"], ["close_router"])
    ran, idle = lives(app, "0.112.2")
    assert (ran, idle) == (["open_app", "open_router", "open_router", "close_router", "close_app"], [])


def test_a_lifespan_silences_the_handlers_of_its_application(app: App) -> None:
    ran, idle = lives(app, "0.165.0", "lifespan=lifespan")
    assert (ran, idle) == (["lifespan", "open_router", "close_router"], ["open_app", "close_app"])
    ran, idle = lives(app, "0.110.0", "lifespan=lifespan")
    assert (ran, idle) == (["lifespan"], ["open_app", "close_app", "open_router", "close_router"])


def test_below_0_93_a_lifespan_is_ignored(app: App) -> None:
    ran, idle = lives(app, "0.92.0", "lifespan=lifespan")
    assert (ran, idle) == (["open_app", "open_router", "close_app"], ["lifespan", "close_router"])


def test_a_routers_lifespan_is_entered_inside_since_0_112_2(app: App) -> None:
    ran, idle = lives(app, "0.112.2", "lifespan=lifespan", "lifespan=nested")
    assert (ran, idle) == (["lifespan", "nested"], ["open_app", "close_app", "open_router", "close_router"])
    assert "nested" in lives(app, "0.112.1", "lifespan=lifespan", "lifespan=nested")[1]


def test_handlers_of_the_constructor_were_lost_for_three_versions(app: App) -> None:
    for version, runs in (("0.128.2", True), ("0.128.3", False), ("0.128.5", False), ("0.128.6", True)):
        found = app("from fastapi import FastAPI\ndef up(): ...\napp = FastAPI(on_startup=[up])\n", version)
        assert [one["runs"] for one in found["lifespan"]] == [runs]


MOUNTED = (
    HEAD
    + """
from starlette.staticfiles import StaticFiles
def get_db():
    yield 1
@asynccontextmanager
async def lifespan(app):
    yield
sub = FastAPI(lifespan=lifespan)
deep = APIRouter(prefix="/deep")

@deep.get("/x")
def deep_read(): ...
@sub.get("/y/{z}")
def sub_read(db=Depends(get_db)): ...
@sub.get("/y/fixed")
def sub_fixed(): ...
sub.mount("/more", deep)

app = FastAPI()
app.mount("/sub", sub)
@app.get("/sub/late")
def late(): ...
app.mount("/files", StaticFiles(directory="."))
"""
)


def test_what_is_mounted_follows_its_mount(app: App) -> None:
    found = app(MOUNTED)
    assert [(route["kind"], route["path"], route["endpoint"], route["reachable"]) for route in found["routes"]] == [
        ("mount", "/sub", "main:sub", True),
        ("http", "/sub/y/{z}", "main:sub_read", True),
        ("http", "/sub/y/fixed", "main:sub_fixed", False),
        ("mount", "/sub/more", "main:deep", True),
        ("http", "/sub/more/deep/x", "main:deep_read", True),
        ("http", "/sub/late", "main:late", False),
        ("mount", "/files", "starlette.staticfiles:StaticFiles", True),
    ]
    assert found["routes"][5]["unreachable_by"]["path"] == "/sub"
    assert found["routes"][2]["unreachable_by"] == {
        "methods": ["GET"],
        "path": "/sub/y/{z}",
        "location": {"filename": "main.py", "row": 20, "column": 2},
    }
    assert names(found["routes"][1]["teardown"]) == ["get_db"]


def test_the_lifespan_of_a_mounted_application_never_runs(project: Any, traced: Any) -> None:
    outer, inner = traced(project({"main.py": MOUNTED}))["apps"]
    assert (outer["app"], inner["app"]) == ("main:app", "main:sub")
    assert [(one["name"], one["runs"]) for one in inner["lifespan"]] == [("main:lifespan", False)]


def test_exception_handlers_are_the_last_ones_given(app: App) -> None:
    found = app(
        HEAD
        + """
from fastapi import HTTPException, status
class Broken(Exception): ...
def first(request, error): ...
def second(request, error): ...
app = FastAPI(exception_handlers={404: first})
app.add_exception_handler(Broken, first)
@app.exception_handler(Broken)
def third(request, error): ...
app.add_exception_handler(Exception, second)
app.add_exception_handler(HTTPException, second)
app.add_exception_handler(status.HTTP_409_CONFLICT, second)
"""
    )
    assert [(one["handles"], one["name"]) for one in found["exception_handlers"]] == [
        ("404", "main:first"),
        ("main:Broken", "main:third"),
        ("builtins:Exception", "main:second"),
        ("fastapi.exceptions:HTTPException", "main:second"),
        ("409", "main:second"),
    ]


def test_what_is_unknown_is_named_with_its_place(app: App) -> None:
    found = app(
        HEAD
        + """
import os
app = FastAPI()
if os.environ.get("GZIP"):
    app.add_middleware(GZipMiddleware)
router = APIRouter(prefix=os.environ["PREFIX"])
@router.get("/x")
def read(): ...
app.include_router(router)
"""
    )
    assert found["complete"] is False
    assert [(one["reason"], one["location"]["row"]) for one in found["unknown"]] == [
        ("whether a middleware is added", 12),
        ("the path of a route", 14),
    ]
    assert found["routes"][0]["path"] is None


def test_the_newest_accepted_version_tells_the_story(project: Any, traced: Any) -> None:
    document = traced(project({"main.py": TEARDOWN, "requirements.txt": "fastapi>=0.100,<0.118\n"}))
    assert document["target"]["fastapi"] == "0.117.1"
    assert document["target"]["source"].startswith("requirements.txt")
    assert document["apps"][0]["routes"][0]["teardown"][0]["when"] == "before_response"


def test_paths_are_relative_to_where_the_command_was_run(project: Any, traced: Any) -> None:
    root = project({"main.py": "from fastapi import FastAPI\napp = FastAPI()\n"})
    assert traced(root.parent, "project")["apps"][0]["location"]["filename"] == "project/main.py"


def test_a_project_without_an_application_is_an_empty_story(project: Any, traced: Any) -> None:
    assert traced(project({"main.py": "x = 1\n"}))["apps"] == []
