"""Shell scripts followed statement by statement to the commands that they start.

Nothing is run. A script is walked with a set of states, each the variables, arguments and folder on one way through
it: an `if` or `case` whose outcome is not known splits every state, so both arms are kept; `exec` or `exit` ends one. A
test whose words name development marks its arm as such (`if [ "$ENV" = dev ]`). The number of states and of commands is
bounded; beyond the bounds ways are dropped, which loses findings but invents none. A shell variable that nothing sets
stays unknown, because the environment of the real system may set it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from fastapi_lint.facts.deployment.expand import MAX_LENGTH, SHELL, fields, spaced, whole
from fastapi_lint.facts.deployment.moods import mood_of
from fastapi_lint.facts.deployment.shell_state import (
    State,
    States,
    after_cd,
    after_declaration,
    after_defaults,
    after_set,
    after_shift,
    assigned,
    bounded,
    cut_of,
    in_mood,
    loop_states,
    without_mood,
    words_of,
)
from fastapi_lint.facts.deployment.text import UNKNOWN, Text, marker
from fastapi_lint.source.shell import (
    Block,
    Case,
    Chain,
    Command,
    Function,
    Group,
    If,
    Loop,
    Pipeline,
    Statement,
    Test,
    parse_shell,
)

if TYPE_CHECKING:
    from fastapi_lint.core.span import Location
    from fastapi_lint.facts.deployment.scene import Budget, Scene, Start

_DEPTH = 50
_LONGEST = 32768
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
        return self._block(parse_shell(script.value), script, states)

    def _block(self, block: Block, script: Text, states: States) -> States:
        for index, statement in enumerate(block.statements):
            running = tuple(state for state in states if not state.is_returning)
            done = tuple(state for state in states if state.is_returning)
            after = self._statement(statement, script, running)
            states = bounded((*done, *(running if index in block.background else after)))
            if not states:
                break
        return states

    def _statement(self, statement: Statement, script: Text, states: States) -> States:
        if not states or self._depth > _DEPTH or not self._budget.spend(len(states)):
            return states
        self._depth += 1
        try:
            return self._by_kind(statement, script, states)
        finally:
            self._depth -= 1

    def _by_kind(self, statement: Statement, script: Text, states: States) -> States:
        match statement:
            case Command():
                return self._each(states, lambda state: self._command(statement, script, state))
            case Test():
                return states
            case Pipeline():
                for part in statement.parts:
                    self._statement(part, script, states)
                return states
            case Chain():
                return self._chain(statement, script, states)
            case If():
                return self._if(statement, script, states)
            case Case():
                return self._each(states, lambda state: self._case(statement, script, state))
            case Function():
                name = words_of(statement.name, script)
                known = {name: (script, statement.body)}
                return tuple(replace(state, functions={**state.functions, **known}) for state in states)
            case Loop():
                inside = loop_states(statement, script, states)
                if statement.condition is not None:
                    inside = self._block(statement.condition, script, inside)
                return bounded((*states, *self._block(statement.body, script, inside)))
            case Group():
                after = self._block(statement.body, script, states)
                return states if statement.is_subshell else after

    def _each(self, states: States, run: Callable[[State], States]) -> States:
        return bounded(tuple(after for state in states for after in run(state)))

    def _chain(self, chain: Chain, script: Text, states: States) -> States:
        """Follow `a && b || c`: a test may fail, other commands are taken to succeed, what follows `||` may run."""
        after = self._statement(chain.parts[0], script, states)
        failed: States = ()
        left = chain.parts[0]
        for operator, right in zip(chain.operators, chain.parts[1:], strict=True):
            if operator == "||":
                after = bounded((*after, *self._statement(right, script, bounded((*after, *failed)))))
                failed = ()
            elif _is_test(left, script):
                passed = in_mood(after, mood_of(words_of(left.span, script)))
                failed = bounded((*failed, *after))
                after = without_mood(self._statement(right, script, passed), after)
            else:
                after = self._statement(right, script, after)
            left = right
        return bounded((*after, *failed))

    def _if(self, statement: If, script: Text, states: States) -> States:
        results: list[State] = []
        pending, otherwise = states, None
        for clause in statement.clauses:
            if clause.condition is None:
                arm = in_mood(pending, None if otherwise is None else not otherwise)
                pending = ()
            else:
                mood = mood_of(words_of(clause.condition.span, script))
                pending = self._block(clause.condition, script, pending)
                arm = in_mood(pending, mood)
                otherwise = mood if mood is not None else otherwise
            results.extend(without_mood(self._block(clause.body, script, arm), states))
        return bounded((*results, *pending))

    def _case(self, statement: Case, script: Text, state: State) -> States:
        subject = whole(cut_of(statement.subject, script), SHELL, state.scope())
        about = words_of(statement.subject, script)
        results: list[State] = []
        for spans, body in statement.arms:
            patterns = [words_of(span, script).strip("\"'") for span in spans]
            if subject.is_known and not any(fnmatchcase(subject.value, pattern) for pattern in patterns):
                continue
            mood = mood_of(f"{about} = {' '.join(patterns)}") if not subject.is_known else None
            results.extend(without_mood(self._block(body, script, in_mood((state,), mood)), (state,)))
            if subject.is_known:
                return tuple(results)
        return (*results, state)

    def _command(self, command: Command, script: Text, state: State) -> States:
        if command.span.end - command.span.start > _LONGEST:
            return (state,)
        extra: dict[str, Text] = {}
        for span in command.assignments:
            name, value = assigned(span, script, state)
            extra[name] = value
            if not command.words:
                state = state.setting(name, value)
        if not command.words:
            self._budget.spend((len(state.variables) + sum(map(len, extra.values()))) // 32)
            return (state,)
        if words_of(command.words[0], script) in _DECLARING:
            return (after_declaration(command, script, state),)
        words: list[Text] = []
        for span in command.words:
            words.extend(fields(cut_of(span, script), SHELL, state.scope()))
        self._budget.spend(sum(map(len, words)) // 64)
        state = after_defaults(command, script, state)
        extent = script.cut(command.words[0].start, command.words[-1].end).location()
        return self._simple(words, extra, extent, state) if words else (state,)

    def _simple(self, words: list[Text], extra: Mapping[str, Text], extent: Location | None, state: State) -> States:
        name, rest = words[0].value, words[1:]
        if name == "exit":
            return ()
        if name == "return":
            return (replace(state, is_returning=True),)
        changed = _built_in(name, rest, state)
        if changed is not None:
            return (changed,)
        if name in {"source", "."} and rest:
            return self._source(rest[0], state)
        if name == "eval":
            source = spaced(rest)
            return self.run(source, (state,)) if len(source) < MAX_LENGTH else (state,)
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
        return tuple(
            replace(left, is_returning=False, arguments=state.arguments, functions=state.functions) for left in after
        )


def _built_in(name: str, rest: Sequence[Text], state: State) -> State | None:
    """Return the state after a command that only changes it, None for every other command."""
    if name in {"cd", "pushd"}:
        return after_cd(rest, state)
    if name == "set":
        return after_set(rest, state)
    if name == "shift":
        return after_shift(rest, state)
    if name == "unset":
        gone = {word.value for word in rest}
        return replace(state, variables={key: value for key, value in state.variables.items() if key not in gone})
    if name == "read":
        for word in rest:
            state = state.setting(word.value, marker(UNKNOWN, word))
        return state
    return None


def _is_test(statement: Statement, script: Text) -> bool:
    if isinstance(statement, Command):
        return bool(statement.words) and words_of(statement.words[0], script) in _TESTS
    return isinstance(statement, Test)
