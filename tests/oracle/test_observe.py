"""What `observe.py` says of small applications is what is known of them by hand, and what really happens."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.interpreters import APPS, PROOFS, Interpreter, OracleError

SHOP, EVENTS, FRONTEND, LATE = (APPS / name for name in ("shop", "events", "frontend", "late"))
CHECK = "require_role.<locals>.check_role"
OUTER = ["get_session", CHECK, CHECK, "Limit()"]


@pytest.fixture(scope="module")
def shop(interpreter: Interpreter) -> dict[str, Any]:
    """The shop under one version."""
    return interpreter.observe(SHOP, "main:app")


def listing(interpreter: Interpreter) -> list[str]:
    """Return the calls of the parameters of `list_items`; scopes reached the dependencies below them until 0.123."""
    below = ["get_session", "get_user"] if not interpreter.since("0.123.0") else []
    return [CHECK, "Paging", "get_user", *below, "get_scoped_user", "get_session", CHECK, "tenant"]


def calls(route: dict[str, Any]) -> list[str] | None:
    """Return the calls of a route without the module, which is the same for all; None for a route without solver."""
    found = route.get("dependencies")
    assert all(call.startswith("checks:") for call in found or ())
    return None if found is None else [call.partition(":")[2] for call in found]


def test_routes_stand_in_matching_order_with_their_full_paths(shop: dict[str, Any]) -> None:
    assert [(route["kind"], route["path"], route["methods"], route["endpoint"]) for route in shop["routes"]] == [
        ("http", "/first", ["GET"], "main:first"),
        ("http", "/", ["GET"], "items:list_items"),
        ("http", "/items/{item_id}", ["POST"], "items:change_item"),
        ("websocket", "/items/feed", None, "items:feed"),
        ("http", "/v2/", ["GET"], "items:list_items"),
        ("http", "/v2/items/{item_id}", ["POST"], "items:change_item"),
        ("websocket", "/v2/items/feed", None, "items:feed"),
        ("http", "/ping", ["GET", "HEAD"], "main:ping"),
        ("mount", "/admin", None, "fastapi.applications:FastAPI()"),
        ("host", "api.shop.example", None, "starlette.routing:Router()"),
        ("http", "/last", ["DELETE", "PUT"], "main:last"),
    ]


def test_dependencies_stand_in_the_order_of_their_calls(interpreter: Interpreter, shop: dict[str, Any]) -> None:
    by_path = {route["path"]: calls(route) for route in shop["routes"]}
    assert by_path["/first"] == ["get_session"]
    assert by_path["/"] == [*OUTER, *listing(interpreter)]
    assert by_path["/items/{item_id}"] == OUTER
    assert by_path["/v2/"] == ["get_session", "Limit()", *listing(interpreter)]
    assert by_path["/v2/items/{item_id}"] == ["get_session", "Limit()"]
    assert by_path["/ping"] is None
    assert by_path["/last"] == ["get_session"]


def test_websockets_have_the_dependencies_of_their_routers_since_0_97(
    interpreter: Interpreter, shop: dict[str, Any]
) -> None:
    by_path = {route["path"]: calls(route) for route in shop["routes"]}
    if interpreter.since("0.97.0"):
        assert by_path["/items/feed"] == [*OUTER, "get_user"]
        assert by_path["/v2/items/feed"] == ["get_session", "Limit()", "get_user"]
    else:
        assert by_path["/items/feed"] == by_path["/v2/items/feed"] == ["get_session", "get_user"]


def test_a_mounted_application_has_its_routes_below_it(shop: dict[str, Any]) -> None:
    (mount,) = (route for route in shop["routes"] if route["kind"] == "mount")
    assert [(route["path"], calls(route)) for route in mount["routes"]] == [("/admin/stock", ["get_session"])]


def test_the_observed_calls_are_those_of_a_real_request(
    interpreter: Interpreter, shop: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    real = interpreter.probe("request", [SHOP / "main.py"], tmp_path_factory.mktemp("shop"))["main"]
    (route,) = (route for route in shop["routes"] if route["path"] == "/")
    assert real["status"] == 200
    assert calls(route) == real["journal"]


def test_middleware_handlers_and_lifespan(shop: dict[str, Any]) -> None:
    assert shop["middleware"] == [
        "main:timing",
        "starlette.middleware.cors:CORSMiddleware",
        "starlette.middleware.gzip:GZipMiddleware",
    ]
    own = [pair for pair in shop["exception_handlers"] if not pair[1].startswith("fastapi.")]
    assert own == [["404", "main:out_of_stock"], ["main:OutOfStock", "main:out_of_stock"]]
    assert set(shop["lifespan"]) == {"events"}
    assert (shop["startup"], shop["shutdown"], shop["wrappers"]) == ([], [], [])


@pytest.mark.parametrize(
    ("target", "wrappers"), [("main:application", []), ("main:wrapped", ["starlette.middleware.cors:CORSMiddleware"])]
)
def test_factories_and_wrappers_lead_to_the_same_application(
    newest: Interpreter, target: str, wrappers: list[str]
) -> None:
    seen = newest.observe(SHOP, target)
    assert seen["wrappers"] == wrappers
    assert seen["routes"] == newest.observe(SHOP, "main:app")["routes"]


def test_included_routers_are_alive_since_0_137(interpreter: Interpreter) -> None:
    # A mount does not take the prefix of the router that it is made on, only that of the inclusion.
    routes = interpreter.observe(LATE, "main:app")["routes"]
    alive = ["/v1/files", "/v1/items/late"] if interpreter.since("0.137.0") else []
    assert [route["path"] for route in routes] == ["/v1/items/early", *alive]


def test_overrides_stand_for_what_they_override(interpreter: Interpreter) -> None:
    route = interpreter.observe(LATE, "main:app")["routes"][0]
    assert route["dependencies"] == ["main:get_test_session"]


@pytest.mark.parametrize("module", ["main", "with_lifespan"])
def test_the_observed_handlers_are_those_of_a_real_life(
    interpreter: Interpreter, module: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    real = interpreter.probe("lifespan", [EVENTS / f"{module}.py"], tmp_path_factory.mktemp("events"))[module]
    seen = interpreter.observe(EVENTS, f"{module}:app")
    functions = [part for part in seen["lifespan"] if part != "events"]
    assert real["journal"] == [*functions, *seen["startup"], *seen["shutdown"]]


def test_a_lifespan_leaves_the_handlers_of_included_routers_since_0_112_2(interpreter: Interpreter) -> None:
    seen = interpreter.observe(EVENTS, "with_lifespan:app")
    if not interpreter.since("0.93.0"):
        assert seen["lifespan"] == ["events"]
        assert seen["startup"] == ["with_lifespan:never", "main:open_router"]
    elif interpreter.since("0.112.2"):
        assert seen["lifespan"] == ["with_lifespan:lifespan", "events"]
        assert seen["startup"] == ["main:open_router"]
    else:
        assert seen["lifespan"] == ["with_lifespan:lifespan"]
        assert seen["startup"] == []


def test_frontends_come_after_every_route_and_the_longest_path_first(newest: Interpreter) -> None:
    seen = newest.observe(FRONTEND, "main:app")["routes"]
    assert [(route["kind"], route["path"], route["dependencies"]) for route in seen] == [
        ("http", "/{rest:path}", []),
        ("frontend", "/back/office", ["main:allow"]),
        ("frontend", "/", []),
    ]


@pytest.mark.parametrize(
    "proof",
    [
        "bad_factory_closure",
        "bad_scope_argument",
        "bad_session_below_scopes",
        "bad_use_cache_false",
        "good_equal_instances",
    ],
)
def test_the_observer_sees_as_many_calls_as_the_proofs(
    newest: Interpreter, proof: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = PROOFS / "uncached_duplicate_dependency"
    real = newest.probe("request", [folder / f"{proof}.py"], tmp_path_factory.mktemp("proof"))[proof]
    (seen,) = (route for route in newest.observe(folder, f"{proof}:app")["routes"] if route["path"] == "/")
    assert len(seen["dependencies"]) == len(real["journal"])


def test_what_cannot_be_imported_is_an_error(newest: Interpreter) -> None:
    with pytest.raises(OracleError, match="No module named 'nowhere'"):
        newest.observe(SHOP, "nowhere:app")
