"""The state of a shell on one way through a script: variables, arguments, folder, and what built-in commands change."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fastapi_lint.facts.deployment.expand import SHELL, Scope, whole
from fastapi_lint.facts.deployment.places import resolved
from fastapi_lint.facts.deployment.substitution import shell_scope
from fastapi_lint.facts.deployment.text import OPEN, UNKNOWN, Text, joined, marker

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fastapi_lint.core.span import Location, Span
    from fastapi_lint.facts.deployment.scene import Scene
    from fastapi_lint.source.shell import Command, Group, Loop

_STATES = 12
_LONGEST_VALUE = 2048
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*(\[[^\]\s]*\])?\+?=")
_DEFAULTED = re.compile(r"\$\{([A-Za-z_]\w*):?=")


@dataclass(frozen=True, slots=True)
class State:
    """One way through a script up to some statement; `exported` are the variables that a started program sees."""

    scene: Scene
    variables: Mapping[str, Text]
    exported: frozenset[str]
    arguments: tuple[Text, ...] | None
    program: Text | None
    functions: Mapping[str, tuple[Text, Group]]
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


def cut_of(span: Span, script: Text) -> Text:
    """Return the text of a part of a script."""
    return script.cut(span.start, span.end)


def words_of(span: Span, script: Text) -> str:
    """Return the first characters of a part of a script."""
    return script.value[span.start : min(span.end, span.start + 400)]


def assigned(span: Span, script: Text, state: State) -> tuple[str, Text]:
    """Return the name and the value of a `NAME=value` word; arrays and elements of arrays are not known."""
    raw = cut_of(span, script)
    before, _, _ = raw.value.partition("=")
    name = before.rstrip("+")
    source = raw.cut(len(before) + 1)
    value = whole(source, SHELL, state.scope()).labelled(f"`{name}` is set here", raw.location())
    if not name.isidentifier() or source.value.startswith("("):
        return name, marker(OPEN, raw)
    if before.endswith("+"):
        known = state.variables.get(name)
        value = joined((known, value)) if known is not None else marker(OPEN, raw)
    return name, value


def after_declaration(command: Command, script: Text, state: State) -> State:
    """Return the state after `export`, `declare` and their like, whose words are assignments or names."""
    is_exported = words_of(command.span, script).startswith(("export", "declare -x", "typeset -x"))
    for span in command.words[1:]:
        text = words_of(span, script)
        name = text
        if _ASSIGNMENT.match(text):
            name, value = assigned(span, script, state)
            state = state.setting(name, value)
        if is_exported and name in state.variables:
            state = replace(state, exported=state.exported | {name})
    return state


def after_defaults(command: Command, script: Text, state: State) -> State:
    """Return the state after `${X:=value}`, which assigns as it expands."""
    raw = cut_of(command.span, script)
    for match in _DEFAULTED.finditer(raw.value):
        if match[1] not in state.variables:
            end = raw.value.find("}", match.end())
            default = whole(raw.cut(match.end(), len(raw) if end < 0 else end), SHELL, state.scope())
            state = state.setting(match[1], default)
    return state


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


def loop_states(loop: Loop, script: Text, states: States) -> States:
    """Return the states inside a loop, in which the loop's own variable may be any of its values."""
    if loop.variable is None:
        return states
    name, value = words_of(loop.variable, script), marker(UNKNOWN, cut_of(loop.variable, script))
    return tuple(state.setting(name, value) for state in states)


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
