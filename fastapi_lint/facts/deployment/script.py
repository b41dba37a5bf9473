"""Shell scripts followed statement by statement to the commands that they start.

Nothing is run. A script is walked with a set of states, each the variables, arguments and folder on one way through
it: an `if` or `case` whose outcome is not known splits every state, so both arms are kept; `exec` or `exit` ends one. A
test whose words name development marks its arm as such (`if [ "$ENV" = dev ]`). The number of states and of commands is
bounded; beyond the bounds ways are dropped, which loses findings but invents none. A shell variable that nothing sets
stays unknown, because the environment of the real system may set it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from fastapi_lint.facts.deployment.expand import MAX_LENGTH, SHELL, fields, spaced, whole
from fastapi_lint.facts.deployment.moods import mood_of
from fastapi_lint.facts.deployment.shell_state import (
    State,
    States,
    after_assignments,
    after_cd,
    after_declaration,
    after_defaults,
    after_set,
    after_shift,
    bounded,
    cut_of,
    in_mood,
    loop_states,
    with_function,
    without_mood,
    words_of,
)
from fastapi_lint.facts.deployment.text import UNKNOWN, Text, marker
from fastapi_lint.source.shell import parse_shell

if TYPE_CHECKING:
    from tree_sitter import Node

    from fastapi_lint.core.span import Location
    from fastapi_lint.facts.deployment.scene import Budget, Scene, Start

_DEPTH = 50
_LONGEST = 32768
_ENDING = frozenset({"exit"})
_TESTS = frozenset({"[", "[[", "test"})
_DECLARING = frozenset({"export", "declare", "typeset", "readonly", "local"})


FindScript = Callable[[Text, "Scene"], "tuple[str, Text] | None"]


def run_script(
    script: Text,
    scene: Scene,
    start: Start,
    find_script: FindScript,
    budget: Budget,
    arguments: tuple[Text, ...] | None = (),
    program: Text | None = None,
) -> None:
    """Start every command that a script may start, as far as the budget lasts.

    `find_script` gives the path and text of a file that is sourced; `arguments` is None where they are not known.
    """
    variables = dict(scene.variables)
    state = State(scene, variables, frozenset(variables), arguments, program, {})
    _Walk(start, find_script, budget).run(script, (state,))


class _Walk:
    """One script on its way."""

    def __init__(self, start: Start, find_script: FindScript, budget: Budget) -> None:
        self._start = start
        self._find_script = find_script
        self._budget = budget
        self._depth = 0

    def run(self, script: Text, states: States) -> States:
        root = parse_shell(script.value.encode("latin-1"))
        return self._block(root.children, script, states)

    def _block(self, nodes: Sequence[Node], script: Text, states: States) -> States:
        for index, node in enumerate(nodes):
            if not node.is_named or node.type == "comment":
                continue
            running = tuple(state for state in states if not state.is_returning)
            done = tuple(state for state in states if state.is_returning)
            following = nodes[index + 1].type if index + 1 < len(nodes) else ""
            after = self._statement(node, script, running)
            states = bounded((*done, *(running if following == "&" else after)))
            if not states:
                break
        return states

    def _statement(self, node: Node, script: Text, states: States) -> States:
        if not states or self._depth > _DEPTH or not self._budget.spend(len(states)):
            return states
        self._depth += 1
        try:
            return self._by_type(node, script, states)
        finally:
            self._depth -= 1

    def _by_type(self, node: Node, script: Text, states: States) -> States:
        kind = node.type
        if kind in {"command", "declaration_command", "unset_command", "test_command"}:
            return self._each(states, lambda state: self._command(node, script, state))
        if kind in {"variable_assignment", "variable_assignments"}:
            return self._each(states, lambda state: self._assign(node, script, state))
        if kind == "list":
            return self._list(node, script, states)
        if kind == "if_statement":
            return self._if(node, script, states)
        if kind == "case_statement":
            return self._each(states, lambda state: self._case(node, script, state))
        if kind == "function_definition":
            return tuple(with_function(node, script, state) for state in states)
        if kind in {"subshell", "pipeline"}:
            self._block(node.children, script, states)
            return states
        if kind in {"for_statement", "c_style_for_statement", "while_statement"}:
            return bounded((*states, *self._block(node.children, script, loop_states(node, script, states))))
        if kind in {"redirected_statement", "negated_command", "compound_statement", "do_group", "ERROR", "program"}:
            return self._block(node.children, script, states)
        return states

    def _assign(self, node: Node, script: Text, state: State) -> States:
        after, _ = after_assignments(node, script, state)
        changed = sum(len(value) for name, value in after.variables.items() if state.variables.get(name) is not value)
        self._budget.spend((len(after.variables) + changed) // 32)
        return (after,)

    def _each(self, states: States, run: Callable[[State], States]) -> States:
        return bounded(tuple(after for state in states for after in run(state)))

    def _list(self, node: Node, script: Text, states: States) -> States:
        left, operator, right = node.children[0], "", None
        for child in node.children[1:]:
            if child.type in {"&&", "||"}:
                operator = child.type
            elif child.is_named and child.type != "comment":
                right = child
        after = self._statement(left, script, states)
        if right is None:
            return after
        if operator == "||":
            return bounded((*after, *self._statement(right, script, after)))
        if not _is_test(left, script):
            return self._statement(right, script, after)
        passed = in_mood(after, mood_of(words_of(left, script)))
        return bounded((*without_mood(self._statement(right, script, passed), after), *after))

    def _if(self, node: Node, script: Text, states: States) -> States:
        results: list[State] = []
        pending, otherwise = states, None
        for clause in (node, *(c for c in node.children if c.type in {"elif_clause", "else_clause"})):
            condition, body = _clause_parts(clause)
            mood = mood_of("".join(words_of(part, script) for part in condition))
            pending = self._block(condition, script, pending)
            arm = pending
            if clause.type == "else_clause":
                arm = in_mood(pending, None if otherwise is None else not otherwise)
                pending = ()
            else:
                arm = in_mood(pending, mood)
                otherwise = mood if mood is not None else otherwise
            results.extend(without_mood(self._block(body, script, arm), states))
        return bounded((*results, *pending))

    def _case(self, node: Node, script: Text, state: State) -> States:
        items = [child for child in node.children if child.type == "case_item"]
        subject_nodes = [
            child for child in node.children if child.is_named and child.type not in {"case_item", "comment"}
        ]
        subject = whole(cut_of(subject_nodes[0], script), SHELL, state.scope()) if subject_nodes else Text()
        about = subject_nodes and words_of(subject_nodes[0], script)
        results: list[State] = []
        for item in items:
            patterns, body = _item_parts(item, script)
            if subject.is_known and not any(fnmatchcase(subject.value, pattern) for pattern in patterns):
                continue
            mood = mood_of(f"{about} = {' '.join(patterns)}") if not subject.is_known else None
            results.extend(without_mood(self._block(body, script, in_mood((state,), mood)), (state,)))
            if subject.is_known:
                return tuple(results)
        return (*results, state)

    def _command(self, node: Node, script: Text, state: State) -> States:
        if node.end_byte - node.start_byte > _LONGEST:
            return (state,)
        state, extra = after_assignments(node, script, state)
        if node.type in {"test_command", "unset_command"}:
            return (state,)
        if node.type == "declaration_command":
            return (after_declaration(node, script, state),)
        words: list[Text] = []
        nodes = list(_word_nodes(node))
        for child in nodes:
            words.extend(fields(cut_of(child, script), SHELL, state.scope()))
        self._budget.spend(sum(map(len, words)) // 64)
        state = after_defaults(node, script, state)
        extent = script.cut(nodes[0].start_byte, nodes[-1].end_byte).location() if nodes else None
        return self._simple(words, extra, extent, state) if words else (state,)

    def _simple(self, words: list[Text], extra: Mapping[str, Text], extent: Location | None, state: State) -> States:
        name, rest = words[0].value, words[1:]
        if name in _ENDING:
            return ()
        if name == "return":
            return (replace(state, is_returning=True),)
        if name in {"cd", "pushd"}:
            return (after_cd(rest, state),)
        if name == "set":
            return (after_set(rest, state),)
        if name == "shift":
            return (after_shift(rest, state),)
        if name == "read":
            for word in rest:
                state = state.setting(word.value, marker(UNKNOWN, word))
            return (state,)
        if name in {"source", "."} and rest:
            return self._source(rest[0], state)
        if name == "eval":
            source = spaced(rest)
            return self.run(source, (state,)) if source.is_known or len(source) < MAX_LENGTH else (state,)
        if name in state.functions:
            return self._call(name, tuple(rest), state)
        if name not in _TESTS:
            self._start(words, state.started(extra, extent))
        return () if name == "exec" and rest else (state,)

    def _source(self, path: Text, state: State) -> States:
        found = self._find_script(path, state.scene)
        if found is None or found[0] in state.scene.scripts:
            return (state,)
        scripts = state.scene.scripts
        entered = replace(state, scene=replace(state.scene, scripts=(*scripts, found[0])))
        after = self.run(found[1], (entered,))
        return tuple(replace(s, scene=replace(s.scene, scripts=scripts), is_returning=False) for s in after)

    def _call(self, name: str, arguments: tuple[Text, ...], state: State) -> States:
        script, body = state.functions[name]
        functions = {key: value for key, value in state.functions.items() if key != name}
        entered = replace(state, arguments=arguments, functions=functions)
        after = self._statement(body, script, (entered,))
        kept = {"arguments": state.arguments, "functions": state.functions}
        return tuple(replace(s, is_returning=False, **kept) for s in after)  # type: ignore[arg-type]


def _word_nodes(node: Node) -> Iterable[Node]:
    for child in node.children:
        if child.is_named and child.type != "variable_assignment" and "redirect" not in child.type:
            yield child


def _is_test(node: Node, script: Text) -> bool:
    if node.type == "negated_command":
        return any(_is_test(child, script) for child in node.children if child.is_named)
    return node.type in {"test_command", "list"} or (
        node.type == "command" and words_of(node, script).split(" ", 1)[0] in _TESTS
    )


def _clause_parts(clause: Node) -> tuple[list[Node], list[Node]]:
    """Return the nodes of a clause's condition and of its body."""
    condition: list[Node] = []
    body: list[Node] = []
    part = body if clause.type == "else_clause" else condition
    for child in clause.children:
        if child.type == "then":
            part = body
        elif child.type not in {"if", "elif", "else", "fi", "elif_clause", "else_clause"}:
            part.append(child)
    return condition, body


def _item_parts(item: Node, script: Text) -> tuple[list[str], list[Node]]:
    patterns: list[str] = []
    for index, child in enumerate(item.children):
        if child.type == ")":
            return patterns, item.children[index + 1 :]
        if child.is_named:
            patterns.append(words_of(child, script).strip("\"'"))
    return patterns, []
