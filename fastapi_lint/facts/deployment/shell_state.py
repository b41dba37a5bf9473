"""The state of a shell on one way through a script: variables, arguments, folder, and what built-in commands change."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fastapi_lint.facts.deployment.expand import MAX_LENGTH, SHELL, Scope, whole
from fastapi_lint.facts.deployment.places import resolved
from fastapi_lint.facts.deployment.substitution import shell_scope
from fastapi_lint.facts.deployment.text import OPEN, UNKNOWN, Text, marker

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tree_sitter import Node

    from fastapi_lint.core.span import Location
    from fastapi_lint.facts.deployment.scene import Scene

_STATES = 12
_LONGEST_VALUE = 4096
_DEFAULTED = re.compile(r"\$\{([A-Za-z_]\w*):?=")


@dataclass(frozen=True, slots=True)
class State:
    """One way through a script up to some statement; `exported` are the variables that a started program sees."""

    scene: Scene
    variables: Mapping[str, Text]
    exported: frozenset[str]
    arguments: tuple[Text, ...] | None
    program: Text | None
    functions: Mapping[str, tuple[Text, Node]]
    exports_all: bool = False
    is_returning: bool = False

    def scope(self) -> Scope:
        """Return what names mean in this state."""
        return shell_scope(self.variables, self.arguments, self.program, self.scene.directory)

    def setting(self, name: str, value: Text, *, is_exported: bool = False) -> State:
        """Return the state after an assignment."""
        if len(value) > _LONGEST_VALUE:
            value = marker(UNKNOWN, value)
        exported = self.exported | {name} if is_exported or self.exports_all else self.exported
        return replace(self, variables={**self.variables, name: value}, exported=exported)

    def started(self, extra: Mapping[str, Text], extent: Location | None) -> Scene:
        """Return the scene in which a command starts here, with the assignments before its name."""
        visible = {name: value for name, value in self.variables.items() if name in self.exported}
        return replace(self.scene, variables={**visible, **extra}, extent=extent)


States = tuple[State, ...]


def cut_of(node: Node, script: Text) -> Text:
    """Return the text of a node."""
    return script.cut(node.start_byte, node.end_byte)


def words_of(node: Node, script: Text) -> str:
    """Return the first characters of a node's text."""
    return script.value[node.start_byte : min(node.end_byte, node.start_byte + 400)]


def after_assignments(node: Node, script: Text, state: State) -> tuple[State, dict[str, Text]]:
    """Return the state after plain assignments, or the assignments before a command's name."""
    nodes = [node] if node.type == "variable_assignment" else node.children
    is_prefix = node.type == "command" and any(child.type == "command_name" for child in node.children)
    extra: dict[str, Text] = {}
    for child in nodes:
        if child.type != "variable_assignment" or not child.children:
            continue
        name = words_of(child.children[0], script)
        raw = cut_of(child, script)
        value = whole(raw.cut(raw.value.find("=") + 1), SHELL, state.scope())
        value = value.labelled(f"`{name}` is set here", raw.location())
        if child.children[0].type != "variable_name" or "+=" in raw.value[: len(name) + 2] or raw.value.endswith(")"):
            value = marker(OPEN, raw) if not raw.value[len(name) :].startswith("=$(") else value
        if is_prefix:
            extra[name] = value
        else:
            state = state.setting(name, value)
    return state, extra


def after_declaration(node: Node, script: Text, state: State) -> State:
    """Return the state after `export` and its like."""
    is_exported = words_of(node, script).startswith(("export", "declare -x", "typeset -x"))
    for child in node.children:
        if child.type == "variable_assignment" and child.children:
            name = words_of(child.children[0], script)
            if is_exported and name in state.variables:
                state = replace(state, exported=state.exported | {name})
        elif child.type in {"variable_name", "word"} and is_exported:
            name = words_of(child, script)
            if name in state.variables:
                state = replace(state, exported=state.exported | {name})
    return state


def after_defaults(node: Node, script: Text, state: State) -> State:
    """Return the state after `${X:=value}`, which assigns as it expands."""
    raw = cut_of(node, script)
    for match in _DEFAULTED.finditer(raw.value[:MAX_LENGTH]):
        if match[1] not in state.variables:
            end = raw.value.find("}", match.end())
            default = whole(raw.cut(match.end(), len(raw) if end < 0 else end), SHELL, state.scope())
            state = state.setting(match[1], default)
    return state


def with_function(node: Node, script: Text, state: State) -> State:
    """Return the state in which a function is known."""
    names = [child for child in node.children if child.type == "word"]
    bodies = [child for child in node.children if child.type in {"compound_statement", "subshell", "if_statement"}]
    if not names or not bodies:
        return state
    return replace(state, functions={**state.functions, words_of(names[0], script): (script, bodies[-1])})


def after_cd(rest: Sequence[Text], state: State) -> State:
    """Return the state after `cd`."""
    where = [word for word in rest if not word.value.startswith("-")]
    if len(where) != 1 or not where[0].is_known:
        return state
    moved = replace(state.scene, directory=resolved(state.scene.directory, where[0].value))
    return replace(state, scene=moved)


def after_set(rest: Sequence[Text], state: State) -> State:
    """Return the state after `set`."""
    for index, word in enumerate(rest):
        if word.value == "--":
            return replace(state, arguments=tuple(rest[index + 1 :]))
        if word.value in {"-a", "+a"}:
            state = replace(state, exports_all=word.value == "-a")
        if word.value in {"-o", "+o"} and [w.value for w in rest[index + 1 : index + 2]] == ["allexport"]:
            state = replace(state, exports_all=word.value == "-o")
    return state


def after_shift(rest: Sequence[Text], state: State) -> State:
    """Return the state after `shift`."""
    by = int(rest[0].value) if rest and rest[0].value.isascii() and rest[0].value.isdigit() else 1
    return state if state.arguments is None else replace(state, arguments=state.arguments[by:])


def loop_states(node: Node, script: Text, states: States) -> States:
    """Return the states inside a loop, in which the loop's own variable may be any of its values."""
    for child in node.children:
        if child.type == "variable_name":
            states = tuple(s.setting(words_of(child, script), marker(UNKNOWN, cut_of(child, script))) for s in states)
            break
    return states


def in_mood(states: States, mood: bool | None) -> States:  # noqa: FBT001
    """Return the states of an arm whose test means development, where `mood` is True."""
    if mood is not True:
        return states
    return tuple(replace(state, scene=replace(state.scene, is_development=True)) for state in states)


def without_mood(states: States, before: States) -> tuple[State, ...]:
    """Return states after an arm with the mood that held before it."""
    is_development = any(state.scene.is_development for state in before)
    return tuple(replace(s, scene=replace(s.scene, is_development=is_development)) for s in states)


def bounded(states: Iterable[State]) -> States:
    """Return the states without repetitions, no more than the bound."""
    kept: list[State] = []
    for state in states:
        if len(kept) >= _STATES:
            break
        if state not in kept:
            kept.append(state)
    return tuple(kept)
