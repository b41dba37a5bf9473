"""Which routes are never reached: decided on automata, and held to the regular expressions that the framework makes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastapi_lint.lifecycle.matching import covers, pattern_of

if TYPE_CHECKING:
    from collections.abc import Callable

# Starlette's own, in `starlette/convertors.py`.
CONVERTORS = {
    "": "[^/]+",
    ":str": "[^/]+",
    ":path": ".*",
    ":int": "[0-9]+",
    ":float": r"[0-9]+(\.[0-9]+)?",
    ":uuid": "[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}",
}
UUID = "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"
PARAMETER = re.compile(r"{[a-z]+(:[a-z]+)?}")


def expression(path: str) -> re.Pattern[str]:
    """The regular expression of a path, as `compile_path` writes it."""
    at, text = 0, ""
    for match in PARAMETER.finditer(path):
        text += re.escape(path[at : match.start()]) + f"({CONVERTORS[match[1] or '']})"
        at = match.end()
    return re.compile(text + re.escape(path[at:]))


def covered(first: str, second: str) -> bool:
    one, other = pattern_of(first), pattern_of(second)
    assert one is not None
    assert other is not None
    return covers(one, other)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("/a", "/a", True),
        ("/a", "/a/", False),
        ("/a", "/b", False),
        ("/users/{id}", "/users/me", True),
        ("/users/{id}", "/users/{name}", True),
        ("/users/{id}", "/users/", False),
        ("/users/{id}", "/users/a/b", False),
        ("/users/{id:int}", "/users/me", False),
        ("/users/{id:int}", "/users/42", True),
        ("/users/{id:int}", "/users/{id}", False),
        ("/users/{id}", "/users/{id:int}", True),
        ("/x/{a:float}", "/x/{b:int}", True),
        ("/x/{a:int}", "/x/{b:float}", False),
        ("/x/{a:uuid}", f"/x/{UUID}", True),
        ("/x/{a:uuid}", "/x/me", False),
        ("/x/{a}", "/x/{b:uuid}", True),
        ("/{rest:path}", "/a/b/c", True),
        ("/{rest:path}", "/", True),
        ("/files/{p:path}", "/files/{name}.txt", True),
        ("/files/{p:path}", "/files", False),
        ("/{a}/{b}", "/users/{id}", True),
        ("/{a}/{b}", "/users/{id:path}", False),
        ("/{a}/x", "/y/{b}", False),
        ("/{a}", "/v{n}", True),
        ("/v{n}", "/{a}", False),
        ("/{a}-{b}", "/x-y", True),
        ("/{a}-{b}", "/xy", False),
        ("/{a}.json", "/{b:int}.json", True),
        ("/x/{a:custom}", "/x/1", False),
        ("/x/{a:custom}", "/x/{a:custom}", False),
        ("/x/{a:path}", "/x/{b:custom}", True),
        ("/x/{a}", "/x/{b:custom}", False),
        ("/{ a }", "/b", False),
    ],
)
def test_a_path_covers_another(first: str, second: str, expected: bool) -> None:
    assert covered(first, second) is expected


def test_a_mount_covers_everything_below_it_and_not_itself() -> None:
    mount = pattern_of("/sub", is_prefix=True)
    root = pattern_of("", is_prefix=True)
    assert mount is not None
    assert root is not None
    for path, below in (
        ("/sub/x", True),
        ("/sub/", True),
        ("/sub", False),
        ("/subway", False),
        ("/sub/{x:path}", True),
    ):
        other = pattern_of(path)
        assert other is not None
        assert covers(mount, other) is below
        assert covers(root, other)


def test_a_path_of_any_length_is_judged_or_refused() -> None:
    assert pattern_of("/" + "a" * 10_000) is None
    first, second = pattern_of("/" + "{a}-" * 30 + "x"), pattern_of("/" + "{b}-" * 31 + "x")
    assert first is not None
    assert second is not None
    assert covers(first, second) in {True, False}


pieces = st.sampled_from(["/", "a", "1", "x", "-", ".", "{p}", "{p:int}", "{p:path}", "{p:float}"])
texts = st.text(alphabet="/a1x-.b9", max_size=8)


@settings(max_examples=400, deadline=None)
@given(st.lists(pieces, max_size=5), st.lists(pieces, max_size=5), st.lists(texts, min_size=1, max_size=10))
def test_what_is_covered_matches_no_path_that_the_cover_does_not(
    first: list[str], second: list[str], paths: list[str]
) -> None:
    one, other = "/" + "".join(first), "/" + "".join(second)
    if not covered(one, other):
        return
    outer, inner = expression(one), expression(other)
    for text in paths:
        for path in (text, f"/{text}", re.sub(PARAMETER, text, other)):
            if inner.fullmatch(path):
                assert outer.fullmatch(path), (one, other, path)


@settings(max_examples=200, deadline=None)
@given(st.lists(pieces, max_size=5))
def test_a_path_covers_itself_and_everything_covers_it_that_takes_all(parts: list[str]) -> None:
    path = "/" + "".join(parts)
    assert covered(path, path)
    assert covered("/{everything:path}", path)


HEAD = "from fastapi import APIRouter, FastAPI\nfrom starlette.routing import Host\nimport os\n"


def reached(app: Callable[..., dict[str, Any]], body: str) -> list[tuple[str, str | None]]:
    """The routes that are never reached, each with the path that answers."""
    found = app(HEAD + body)["routes"]
    return [
        (f"{','.join(route['methods'])} {route['path']}".strip(), route.get("unreachable_by", {}).get("path"))
        for route in found
        if not route["reachable"]
    ]


def routes(*lines: str) -> str:
    """Routes on `app`, each `method path`."""
    text = "app = FastAPI()\n"
    for index, line in enumerate(lines):
        method, path = line.split()
        text += f"@app.{method}({path!r})\ndef f{index}(): ...\n"
    return text


def test_the_first_that_matches_wins(app: Callable[..., dict[str, Any]]) -> None:
    body = routes("get /users/{id}", "get /users/me", "post /users/me", "get /users/{id}", "websocket /users/x")
    assert reached(app, body) == [("GET /users/me", "/users/{id}"), ("GET /users/{id}", "/users/{id}")]


def test_all_methods_have_to_be_taken(app: Callable[..., dict[str, Any]]) -> None:
    body = (
        routes("get /a/{x}")
        + '@app.api_route("/a/b", methods=["GET", "PUT"])\ndef g(): ...\n'
        + '@app.put("/a/{x}")\ndef h(): ...\n'
        + '@app.api_route("/a/c", methods=["GET", "PUT"])\ndef i(): ...\n'
    )
    assert reached(app, body) == [("GET,PUT /a/c", "/a/{x}")]


def test_a_mount_takes_requests_and_sockets(app: Callable[..., dict[str, Any]]) -> None:
    body = "app = FastAPI()\napp.mount('/', FastAPI())\n" + routes("get /x", "websocket /y").partition("\n")[2]
    assert reached(app, body) == [("GET /x", "/"), ("/y", "/")]


def test_frameworks_own_pages_are_asked_first(app: Callable[..., dict[str, Any]]) -> None:
    assert reached(app, routes("get /docs", "post /docs")) == [("GET /docs", "/docs")]
    body = routes("get /docs", "get /openapi.json").replace("FastAPI()", "FastAPI(docs_url=None)")
    assert reached(app, body) == [("GET /openapi.json", "/openapi.json")]
    assert reached(app, body.replace("docs_url", "openapi_url")) == []


def test_branches_that_exclude_each_other_hide_nothing(app: Callable[..., dict[str, Any]]) -> None:
    body = """
app = FastAPI()
if os.environ.get("X"):
    @app.get("/{a}")
    def one(): ...
    @app.get("/in")
    def two(): ...
else:
    @app.get("/{a}")
    def three(): ...
@app.get("/out")
def four(): ...
"""
    assert reached(app, body) == [("GET /in", "/{a}")]


def test_unknown_paths_and_hosts_hide_nothing(app: Callable[..., dict[str, Any]]) -> None:
    body = """
app = FastAPI()
app.get(os.environ["P"])(lambda: 1)
app.host("api.example.org", FastAPI())
@app.get("/x")
def one(): ...
"""
    assert reached(app, body) == []


def test_routers_stand_where_they_are_included(app: Callable[..., dict[str, Any]]) -> None:
    body = """
app = FastAPI()
router = APIRouter(prefix="/items")
@router.get("/{id}")
def one(): ...
@app.get("/items/early")
def two(): ...
app.include_router(router)
@app.get("/items/late")
def three(): ...
"""
    assert reached(app, body) == [("GET /items/late", "/items/{id}")]


def test_a_path_without_a_slash_at_the_front_matches_nothing(app: Callable[..., dict[str, Any]]) -> None:
    assert reached(app, routes("get items", "get /items")) == [("GET items", None)]
