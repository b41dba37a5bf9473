"""Loops over `app.routes` that take every entry for a route, where included routers are entries of their own.

Since FastAPI 0.137.0 `include_router` adds one entry (`fastapi/routing.py`, `_IncludedRouter`), which has no `path`,
`methods`, `endpoint` or the like and is no `APIRoute`; what it holds is found with `iter_route_contexts` (0.137.2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi_lint.facts import model as m
from fastapi_lint.lifecycle.effects import RoutesWalked
from fastapi_lint.lifecycle.evaluate import walked_routes
from fastapi_lint.lifecycle.nodes import nodes_of, statements_of
from fastapi_lint.lifecycle.values import External, Site
from fastapi_lint.lifecycle.walks import before_requests, in_requests

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastapi_lint.lifecycle.effects import Activation
    from fastapi_lint.lifecycle.model import App
    from fastapi_lint.lifecycle.values import ModuleValue

_OF_ROUTES: Final = frozenset(
    [
        "path",
        "methods",
        "endpoint",
        "name",
        "dependant",
        "dependencies",
        "tags",
        "operation_id",
        "response_model",
        "include_in_schema",
        "path_format",
        "path_regex",
        "summary",
        "description",
        "status_code",
        "unique_id",
        "openapi_extra",
        "body_field",
        "app",
    ]
)
_OF_MOUNTS: Final = frozenset({"path", "name", "app"})
"""What a mount has as well: whoever asks for nothing else may look for one of those, which stay in the list."""
_ROUTES: Final = frozenset({"APIRoute", "APIWebSocketRoute", "Route", "WebSocketRoute"})
_OF_TREES: Final = frozenset(
    {"iter_route_contexts", "_IncludedRouter", "original_router", "effective_candidates", "effective_route_contexts"}
)


@dataclass(frozen=True, slots=True)
class FlatWalk:
    """A loop that takes the list of routes for flat: over how many included routers, and how it fails."""

    site: Site
    made: Site
    holds: int
    attribute: str
    """The attribute that an entry for an included router does not have, empty where such an entry is passed over."""


def flat_walks(app: App) -> Iterator[FlatWalk]:
    """Yield the loops of an application's life that take a list of routes for flat, each place once."""
    seen: set[Site] = set()
    noted = before_requests(app)
    if _may_walk_later(app, noted):
        noted = (*noted, *in_requests(app))
    for activation in noted:
        for effect in activation.effects:
            if isinstance(effect, RoutesWalked) and effect.holds and effect.site not in seen:
                seen.add(effect.site)
                module = next((one for one in app.modules.values() if one.path == effect.site.path), None)
                attribute = _assumption(effect.node, module)
                if attribute is None or _knows_trees(module):
                    continue
                if attribute or not _seeks_own(effect.node, module, app):
                    yield FlatWalk(effect.site, effect.holder.site, effect.holds, attribute)


def _may_walk_later(app: App, noted: Iterable[Activation]) -> bool:
    """Return whether some loop over routes stands in code that has not run before the first request."""
    known = {effect.site for one in noted for effect in one.effects if isinstance(effect, RoutesWalked)}
    for module in app.modules.values():
        for statement in statements_of(module.facts.body):
            if isinstance(statement, m.For):
                loops: list[m.For | m.Comp] = [statement] if walked_routes(statement.iterable) else []
            else:
                loops = [one for one in _comprehensions(statement) if walked_routes(one.generators[0].iterable)]
            if any(Site(module.path, loop.start, loop.end) not in known for loop in loops):
                return True
    return False


def _comprehensions(statement: m.Stmt) -> Iterator[m.Comp]:
    """Yield the comprehensions that a simple statement gives, or hands to the call that it makes."""
    value = statement.value if isinstance(statement, m.Assign | m.Return | m.Do) else None
    parts = (value, *(arg.value for arg in value.args)) if isinstance(value, m.Call) else (value,)
    yield from (part for part in parts if isinstance(part, m.Comp))


def _assumption(node: m.For | m.Comp, module: ModuleValue | None) -> str | None:
    """Return the first attribute of a route that a loop reads of every entry, empty for one that looks for routes.

    None where it asks for nothing that an entry for an included router lacks.
    """
    if isinstance(node, m.For):
        target, body = node.target, tuple(nodes_of(node.body))
    else:
        target = node.generators[0].target
        tests = (test for generator in node.generators for test in generator.tests)
        body = tuple(nodes_of((*tests, *(part for part in (node.key, node.element) if part is not None))))
    if not isinstance(target, m.Name):
        return None
    checks = [name for one in body if isinstance(one, m.Call) for name in _checked(one, target.id, module)]
    if any(_is_mark(one, target.id) for one in body):
        return None  # whoever marked entries of the list knows which they are
    if checks and not _ROUTES.intersection(checks) and not (_OF_ROUTES - _OF_MOUNTS).intersection(checks):
        return None
    if checks:
        return ""
    read = (one.name for one in body if isinstance(one, m.Attr) and one.value == m.Name(target.id))
    return next((name for name in read if name in _OF_ROUTES), None)


def _seeks_own(node: m.For | m.Comp, module: ModuleValue | None, app: App) -> bool:
    """Return whether a loop looks for routes of certain paths only, and no included router has one of those."""
    target = node.target if isinstance(node, m.For) else node.generators[0].target
    tests = (
        [one.test for one in node.body if isinstance(one, m.If)]
        if isinstance(node, m.For)
        else [test for generator in node.generators for test in generator.tests]
    )
    if not isinstance(target, m.Name) or (isinstance(node, m.For) and len(tests) != len(node.body)):
        return False
    included = [one.route.path for one in app.endpoints if len(one.route.levels) > 1]
    for test in tests:
        parts = list(_conjuncts(test))
        if not any(isinstance(part, m.Call) and _checked(part, target.id, module) for part in parts):
            return False
        wanted = [path for part in parts if (path := _wanted(part, target.id)) is not None]
        if not wanted or any(path is None or all(one.fullmatch(path) for one in wanted) for path in included):
            return False
    return True


def _conjuncts(test: m.Expr) -> Iterator[m.Expr]:
    """Yield what has to hold for a test to hold."""
    if isinstance(test, m.Boolean) and test.operator == "and":
        yield from _conjuncts(test.left)
        yield from _conjuncts(test.right)
    else:
        yield test


def _wanted(part: m.Expr, target: str) -> re.Pattern[str] | None:
    """Return the paths that `target.path == "..."` lets through; an f-string's values may be anything."""
    match part:
        case m.Compare(m.Attr(m.Name(name), "path"), (("==", m.Const(str() as text)),)) if name == target:
            return re.compile(re.escape(text))
        case m.Compare(m.Attr(m.Name(name), "path"), (("==", m.Text(parts)),)) if name == target:
            pieces = (one.value if isinstance(one, m.Const) else None for one in parts)
            return re.compile("".join(re.escape(one) if isinstance(one, str) else ".*" for one in pieces), re.DOTALL)
        case _:
            return None


def _is_mark(node: m.Node, target: str) -> bool:
    """Return whether a node asks a loop's target for an attribute that no class of routes has."""
    if not isinstance(node, m.Call) or node.func not in {m.Name("hasattr"), m.Name("getattr")} or len(node.args) < 2:
        return False
    wanted = node.args[1].value
    if node.args[0].value != m.Name(target) or not isinstance(wanted, m.Const):
        return False
    return isinstance(wanted.value, str) and wanted.value not in _OF_ROUTES


def _checked(call: m.Call, target: str, module: ModuleValue | None) -> list[str]:
    """Return the classes or attributes that `isinstance`, `hasattr` or `getattr` ask a loop's target for."""
    if not isinstance(call.func, m.Name) or call.func.id not in {"isinstance", "hasattr", "getattr"}:
        return []
    if len(call.args) < 2 or call.args[0].value != m.Name(target):
        return []
    wanted = call.args[1].value
    parts = wanted.items if isinstance(wanted, m.Seq) else (wanted,)
    return [name for part in parts if (name := _last_name(part, module))]


def _last_name(part: m.Expr, module: ModuleValue | None) -> str:
    """Return the last name of a class, an alias undone, or the text of an attribute's name."""
    match part:
        case m.Name():
            value = module.namespace.get(part.id) if module is not None else None
            return value.name.rpartition(".")[2] if isinstance(value, External) else part.id
        case m.Attr():
            return part.name
        case m.Const():
            return str(part.value)
        case _:
            return ""


def _knows_trees(module: ModuleValue | None) -> bool:
    """Return whether the module of a loop knows that routes are a tree."""
    if module is None:
        return False
    imported = {name.rpartition(".")[2] for name in module.facts.imported}
    return bool(_OF_TREES & (imported | set(module.facts.called)))
