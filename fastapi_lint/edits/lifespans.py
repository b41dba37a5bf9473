"""A lifespan in place of event handlers: the functions stay, their decorators go, and the lifespan calls them."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from fastapi_lint.core.finding import Edit
from fastapi_lint.core.span import Location, Span
from fastapi_lint.edits.imports import bindings, imported_as, importing, is_bound
from fastapi_lint.edits.tree import Function, name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi_lint.edits.editor import Editor
    from fastapi_lint.edits.tree import Tree

_NEEDED: Final = (
    ("asynccontextmanager", "contextlib", ("contextlib",)),
    ("AsyncIterator", "collections.abc", ("collections.abc", "typing")),
)
_TAKEN: Final = frozenset({"lifespan", "on_startup", "on_shutdown", None})


def with_lifespan(editor: Editor, made: Location, events: Sequence[Location]) -> tuple[Edit, ...]:
    """Return the edits that give an application, made at one place, a lifespan in place of handlers' decorators.

    `events` are the calls of `on_event` in the order of registration. None are returned where the handlers do not stand
    in the block that makes the application, or cannot be called by their names.
    """
    tree = editor.tree(made.path)
    if tree is None:
        return ()
    call = next((one for one in tree.within(made, ast.Call) if tree.location(one) == made), None)
    statement = tree.statement(call) if call is not None else None
    owners = _targets(statement)
    handlers = [_handler(tree, one, owners) for one in events]
    name = next((one for one in _names(tree, owners) if not is_bound(tree, one)), "")
    if call is None or statement is None or not name or any(one.arg in _TAKEN for one in call.keywords):
        return ()
    if any(isinstance(one, ast.Starred) for one in call.args) or not isinstance(
        tree.parent(call), ast.Assign | ast.AnnAssign
    ):
        return ()
    found = [one for one in handlers if one is not None and _stands_with(tree, one[0], statement)]
    if len(found) != len(events) or tree.rows(statement, statement) is None:
        return ()
    edits = [_lifespan(tree, call, statement, found, name), _argument(tree, call, name)]
    edits += [Edit(Location(tree.path, tree.decorator_rows(function)), "") for function, _ in found]
    missing = [(module, one) for one, module, modules in _NEEDED if not imported_as(tree, modules, one)]
    brought = importing(tree, missing)
    if missing and brought is None:
        return ()
    return (*edits, *([brought] if brought is not None else []))


def _names(tree: Tree, owners: frozenset[str]) -> tuple[str, ...]:
    """Return what the lifespan may be called, after its application where several have handlers in one file."""
    calls = (one.func for one in ast.walk(tree.root) if isinstance(one, ast.Call))
    registering = {ast.unparse(one.value) for one in calls if isinstance(one, ast.Attribute) and one.attr == "on_event"}
    own = [f"{re.sub(r'[^a-zA-Z0-9]+', '_', one).strip('_')}_lifespan" for one in sorted(owners)]
    return (*own, "events_lifespan") if registering - owners else ("lifespan", *own, "events_lifespan")


def _targets(statement: ast.stmt | None) -> frozenset[str]:
    """Return how a statement names what it assigns."""
    match statement:
        case ast.Assign(targets=targets):
            return frozenset(ast.unparse(one) for one in targets)
        case ast.AnnAssign(target=target):
            return frozenset({ast.unparse(target)})
        case _:
            return frozenset()


def _handler(
    tree: Tree, event: Location, owners: frozenset[str]
) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef, str] | None:
    """Return the function that the decorator at a place registers, and the event; None where it is not as simple.

    `owners` are the names of the application, whose own method the decorator has to be.
    """
    call = next((one for one in tree.within(event, ast.Call) if name_of(one.func) == "on_event"), None)
    function = tree.parent(call) if call is not None else None
    if call is None or not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return None
    if not isinstance(call.func, ast.Attribute) or ast.unparse(call.func.value) not in owners:
        return None
    given = call.args[0] if len(call.args) == 1 and not call.keywords else None
    arguments = function.args
    takes = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    is_generator = bool(tree.own(function, ast.Yield) or tree.own(function, ast.YieldFrom))
    if function.decorator_list != [call] or any(takes) or is_generator or not isinstance(given, ast.Constant):
        return None
    return (function, str(given.value)) if given.value in {"startup", "shutdown"} else None


def _stands_with(tree: Tree, function: ast.FunctionDef | ast.AsyncFunctionDef, statement: ast.stmt) -> bool:
    """Return whether a function stands in the block of a statement, behind it, and is all that its name means."""
    block, parent = tree.block(statement), tree.parent(statement)
    return (
        isinstance(parent, (ast.Module, *Function))
        and any(one is function for one in block[block.index(statement) :])
        and bindings(tree, function.name) == 1
    )


def _lifespan(
    tree: Tree,
    call: ast.Call,
    statement: ast.stmt,
    handlers: Sequence[tuple[ast.FunctionDef | ast.AsyncFunctionDef, str]],
    name: str,
) -> Edit:
    indent, unit, end = tree.indent(statement), tree.unit, tree.end

    def calls(event: str) -> list[str]:
        return [
            f"{indent}{unit}{'await ' if isinstance(one, ast.AsyncFunctionDef) else ''}{one.name}()"
            for one, of in handlers
            if of == event
        ]

    manager = imported_as(tree, ("contextlib",), "asynccontextmanager") or "asynccontextmanager"
    iterator = imported_as(tree, ("collections.abc", "typing"), "AsyncIterator") or "AsyncIterator"
    rows = [
        f"{indent}@{manager}",
        f"{indent}async def {name}(app: {tree.text(call.func)}) -> {iterator}[None]:",
        *calls("startup"),
        f"{indent}{unit}yield",
        *calls("shutdown"),
    ]
    at = tree.lead(statement)
    gap = 2 if isinstance(tree.parent(statement), ast.Module) else 1
    before = max(0, gap - tree.blank_rows_before(at)) if statement is not tree.block(statement)[0] else 0
    text = end * before + end.join(rows) + end * (gap + 1)
    return Edit(Location(tree.path, Span(at, at)), text)


def _argument(tree: Tree, call: ast.Call, name: str) -> Edit:
    given = sorted([*call.args, *call.keywords], key=tree.span)
    if not given:
        at = tree.span(call).end - 1
        return Edit(Location(tree.path, Span(at, at)), f"lifespan={name}")
    last = tree.span(given[-1])
    head = tree.between(Span(tree.row_start(given[-1]), last.start))
    gap = f"{tree.end}{head}" if not head.strip() else " "
    return Edit(Location(tree.path, Span(last.end, last.end)), f",{gap}lifespan={name}")
