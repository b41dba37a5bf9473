"""Branches, loops and exceptions of the replay: which statements may run, and what names may be after them.

Invariants:
- Both arms of an undecided branch run, each under its condition; a name bound in them may be either afterwards.
- A path that leaves early (return, raise, break, continue) takes its names to where it goes: the handlers of the
  `try`, the end of the turn, the end of the loop. What follows on the other paths stands under their condition.
- A loop over known values is unrolled. Over anything else it takes one turn, that may not happen, and names that a
  turn hands on to the next are unknown in it.
- A `try` whose body is not known to raise is taken to succeed; its handlers run under conditions of their own.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from fastapi_lint.facts import model as m
from fastapi_lint.facts.walk import header, nodes
from fastapi_lint.lifecycle.invoke import Invoker
from fastapi_lint.lifecycle.machine import Catcher, Leave, Thrown
from fastapi_lint.lifecycle.mappings import blur
from fastapi_lint.lifecycle.values import (
    UNKNOWN,
    Condition,
    Dictionary,
    External,
    Frame,
    Instance,
    Phase,
    Sequence,
    Site,
    Unknown,
    Value,
    one_of,
    options_of,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Names = dict[str, Value]

_MOST_WHILE: Final = 64
"""Turns of a `while` that are followed before its end counts as unknown."""


_GOING_ON: Final = (Leave.NOT, Leave.CONTINUE)
_OF_LOOPS: Final = (Leave.CONTINUE, Leave.BREAK)


class Flow(Invoker):
    """Runs branches, loops and `try` statements over a way to run simple ones."""

    def carried(self, body: tuple[m.Stmt, ...]) -> frozenset[str]:
        """Return the names that one turn of a loop with this body may hand on to the next, worked out once."""
        known = self.carried_names.get(id(body))
        if known is None:
            known = self.carried_names[id(body)] = frozenset(carried(body))
        return known

    # Branches.

    def branch(self, arms: tuple[tuple[m.Stmt, ...], ...], site: Site, frame: Frame) -> Leave:
        """Run every arm of an undecided branch from the same start, and join what the arms bind."""
        return self.fork([lambda arm=arm: self.execute(arm, frame) for arm in arms], site, frame)  # type: ignore[misc]

    def fork(self, arms: list[Callable[[], Leave]], site: Site, frame: Frame) -> Leave:
        """Do each of several things of which only one happens; return how all of them end."""
        before = dict(frame.names)
        above = self.conditions
        kept: list[Condition] = []
        ends: list[tuple[Leave, Names]] = []
        for index, arm in enumerate(arms):
            if index:
                _restore(frame.names, before)
            self.conditions = (*above, Condition(site, index))
            leave = arm()
            if leave is not Leave.RETURN and leave is not Leave.RAISE:
                kept += [one for one in self.conditions[len(above) :] if one != Condition(site, index)]
            ends.append((leave, dict(frame.names)))
        self.conditions = (*above, *dict.fromkeys(kept)) if kept else above
        return self._join_ends(ends, site, frame)

    def _join_ends(self, ends: list[tuple[Leave, Names]], site: Site, frame: Frame) -> Leave:
        """Go on with the arms that leave the least, and send the others where they go."""
        least = ends[0][0]
        for leave, _ in ends:
            if leave.value < least.value:
                least = leave
        going_on = [index for index, (leave, _) in enumerate(ends) if leave is least]
        _restore(frame.names, _joined([ends[index][1] for index in going_on]))
        if len(going_on) == len(ends):
            return least
        # One arm that goes on names itself; several are told from those that left by a condition of their own.
        other = Condition(site, going_on[0]) if len(going_on) == 1 else Condition(Site(site.path, site.start, 0), 0)
        for leave in _each(leave for leave, _ in ends if leave is not least):
            self._send(leave, [names for kind, names in ends if kind is leave], other, frame)
        return least

    def _send(self, leave: Leave, states: list[Names], other: Condition, frame: Frame) -> None:
        """Let the paths that leave arrive where they go, and put the rest under the condition that they did not."""
        if leave in _OF_LOOPS:
            frame.escapes.append((leave.value, _joined(states), other))
        elif leave is Leave.RAISE:
            if not self.catchers:
                # Nothing goes on after it at import; a request that raises is one of several.
                if self.phase is Phase.IMPORT or frame.function is None:
                    return
            else:
                catcher = self.catchers[-1]
                catcher.states += states if catcher.frame is frame else [dict(catcher.frame.names)]
                catcher.conditions.append(other)
        elif frame.function is None:
            return
        if other not in self.conditions:
            self.conditions = (*self.conditions, other)

    def tentatively(self, expr: m.Expr, arm: int, frame: Frame) -> Value | None:
        """Evaluate an expression that may not be evaluated at all; return None where it raises."""
        before = dict(frame.names)
        above = self.conditions
        self.conditions = (*above, Condition(self.site, arm))
        value: Value | None = None
        try:
            value = self.evaluate(expr, frame)
        except Thrown:
            if self.catchers:
                self.catchers[-1].states.append(dict(self.catchers[-1].frame.names))
        finally:
            self.conditions = above
        names = frame.names
        if len(before) != len(names) or any(names.get(name) is not known for name, known in before.items()):
            _restore(names, _joined([before, dict(names)]))
        return value

    # Loops.

    def _for(self, node: m.For, frame: Frame) -> Leave:
        site = self.here(frame, node.start, node.end)
        self.note_walk(node, node.iterable, frame)
        turns, is_open = self.turns(self.evaluate(node.iterable, frame))
        loop = _Loop(self, frame, site, node.body)
        try:
            for value in turns:
                is_open |= self.is_spent()
                if not loop.turn(lambda value=value: self.assign(node.target, value, frame), is_open=is_open):  # type: ignore[misc]
                    break
                if self.is_spent():
                    break
            return loop.end(node.orelse)
        finally:
            loop.close()

    def _while(self, node: m.While, frame: Frame) -> Leave:
        site = self.here(frame, node.start, node.end)
        known = truth(self.evaluate(node.test, frame))
        loop = _Loop(self, frame, site, node.body)
        try:
            if known is True and isinstance(node.test, m.Const):
                loop.endless()
                return loop.end(())
            if known is True and self.phase is not Phase.IMPORT:
                loop.endless()
                return loop.end(node.orelse)
            for _ in range(_MOST_WHILE):
                if known is not True or self.is_spent() or not loop.turn(lambda: None, is_open=False):
                    break
                known = truth(self.evaluate(node.test, frame))
            if known is not False and loop.leave is Leave.NOT:
                loop.turn(lambda: None, is_open=True)
            return loop.end(node.orelse)
        finally:
            loop.close()

    # Exceptions.

    def _try(self, node: m.Try, frame: Frame) -> Leave:
        site = self.here(frame, node.start, node.end)
        above, sent = self.conditions, len(frame.escapes)
        raised = self.catchers[-1].states if self.catchers and self.catchers[-1].frame is frame else []
        before = len(raised)
        leave = self._guarded(node, site, frame)
        left = self.conditions
        final = self.execute(node.final, frame)
        if node.final:
            bound = {name for target in assigned(node.final) for name in names_in(target)}
            for names in (*(names for _, names, _ in frame.escapes[sent:]), *raised[before:]):
                names.update({name: UNKNOWN for name in bound if name in names})
        if final is not Leave.NOT:
            self.conditions = above
            return final
        self.conditions = left
        return leave

    def _guarded(self, node: m.Try, site: Site, frame: Frame) -> Leave:
        if not node.handlers:
            leave = self.execute(node.body, frame)
            return leave if leave is not Leave.NOT else self.execute(node.orelse, frame)
        before = dict(frame.names)
        above = self.conditions
        catcher = Catcher(frame)
        self.catchers.append(catcher)
        try:
            leave = self.execute(node.body, frame)
        finally:
            self.catchers.remove(catcher)
        self.conditions = tuple(one for one in self.conditions if one in above or one not in catcher.conditions)
        raising = [*catcher.states, *([dict(frame.names)] if leave is Leave.RAISE else [])]
        if leave is Leave.RAISE and not catcher.states:
            return self._handlers(node, site, frame, raising)
        if raising:
            start = dict(frame.names)
            arms: list[Callable[[], Leave]] = [lambda: self._handlers(node, site, frame, raising)]
            if leave is not Leave.RAISE:
                arms.insert(0, lambda: leave if leave is not Leave.NOT else self.execute(node.orelse, frame))
            _restore(frame.names, start)
            return self.fork(arms, site, frame)
        if leave is Leave.NOT:
            leave = self.execute(node.orelse, frame)
        return self._perhaps_handled(node, site, frame, leave, before)

    def _handlers(self, node: m.Try, site: Site, frame: Frame, raising: list[Names]) -> Leave:
        """Run the handlers after a body that raised, each as one of several."""
        _restore(frame.names, _joined(raising))
        arms = [lambda handler=handler: self._handler(handler, frame) for handler in node.handlers]
        if len(arms) == 1:
            return arms[0]()
        inner = Site(site.path, site.start, site.start)
        return self.fork(list(arms), inner, frame)

    def _handler(self, handler: m.Handler, frame: Frame) -> Leave:
        if handler.type is not None:
            self.evaluate(handler.type, frame)
        if handler.name is not None:
            self.bind(handler.name, UNKNOWN, frame, self.site)
        leave = self.execute(handler.body, frame)
        if handler.name is not None:
            frame.names.pop(handler.name, None)  # as Python does
        return leave

    def _perhaps_handled(self, node: m.Try, site: Site, frame: Frame, leave: Leave, before: Names) -> Leave:
        """Run handlers for exceptions that nothing speaks of: what the body binds counts."""
        after = dict(frame.names)
        above = self.conditions
        ends: list[Leave] = []
        handled: list[Names] = []
        for index, handler in enumerate(node.handlers, 1):
            _restore(frame.names, _joined([after, before]))
            self.conditions = (*above, Condition(site, index))
            ends.append(self._handler(handler, frame))
            if ends[-1] is Leave.NOT:
                handled.append(dict(frame.names))
            elif ends[-1] in _OF_LOOPS and leave is not ends[-1]:
                frame.escapes.append((ends[-1].value, dict(frame.names), Condition(site, 0)))
        self.conditions = above
        staying = [index for index, end in enumerate(ends, 1) if end is Leave.NOT]
        if leave is Leave.NOT or not staying:
            _restore(frame.names, _kept(after, _joined(handled), before))
            return leave
        _restore(frame.names, _joined(handled))
        where = Condition(site, staying[0]) if len(staying) == 1 else Condition(Site(site.path, site.start, 0), 0)
        if leave in _OF_LOOPS:
            frame.escapes.append((leave.value, after, where))
        if where not in self.conditions and frame.function is not None:
            self.conditions = (*self.conditions, where)
        return Leave.NOT

    def suppressed(self, body: tuple[m.Stmt, ...], site: Site, frame: Frame) -> Leave:
        """Run the body of `with suppress(...)`: an exception only ends it."""
        above = self.conditions
        catcher = Catcher(frame)
        self.catchers.append(catcher)
        try:
            leave = self.execute(body, frame)
        finally:
            self.catchers.remove(catcher)
        self.conditions = tuple(one for one in self.conditions if one in above or one not in catcher.conditions)
        if leave is Leave.RAISE or leave is Leave.NOT:
            catcher.states.append(dict(frame.names))
        elif catcher.states:
            self._send(leave, [dict(frame.names)], Condition(site, 1), frame)
        else:
            return leave
        _restore(frame.names, _joined(catcher.states))
        return Leave.NOT


class _Loop:
    """One run of a loop: its turns, and the paths that leave it."""

    def __init__(self, flow: Flow, frame: Frame, site: Site, body: tuple[m.Stmt, ...]) -> None:
        self._flow = flow
        self._frame = frame
        self._site = site
        self._body = body
        self._outer = frame.escapes
        self._above = flow.conditions
        self._broken: list[Names] = []
        self._conditions: list[Condition] = []
        self.leave = Leave.NOT
        frame.escapes = []

    def turn(self, start: Callable[[], None], *, is_open: bool) -> bool:
        """Take one turn, that may not happen where `is_open`; return whether another may follow."""
        frame = self._frame
        if not is_open:
            start()
            self.leave = self._arrived(self._flow.execute(self._body, frame))
            return self.leave is Leave.NOT

        def take() -> Leave:
            self._blur()
            self._flow.open_loops += 1
            try:
                start()
                return self._arrived(self._flow.execute(self._body, frame))
            finally:
                self._flow.open_loops -= 1

        self.leave = self._flow.fork([take, lambda: Leave.NOT], self._site, frame)
        self._collect()
        return True

    def endless(self) -> None:
        """Take the turns of `while True`: at least one, and no end but by leaving."""
        self._blur()
        self._flow.open_loops += 1
        try:
            self.leave = self._arrived(self._flow.execute(self._body, self._frame))
        finally:
            self._flow.open_loops -= 1
        if self.leave is Leave.NOT and self._broken:
            _restore(self._frame.names, _joined(self._broken))
            self._broken = []

    def _blur(self) -> None:
        names = self._frame.names
        for name in self._flow.carried(self._body):
            if name in names:
                names[name] = one_of([names[name], UNKNOWN])

    def _arrived(self, leave: Leave) -> Leave:
        """Join the paths that go on with the next turn; return whether the loop ends here."""
        names = self._frame.names
        going_on = self._collect()
        if leave is Leave.BREAK:
            self._broken.append(dict(names))
        if leave in _GOING_ON:
            going_on.append(dict(names))
        if not going_on:
            return leave
        if leave not in _GOING_ON:
            # Only the paths that continued take another turn.
            other = Condition(Site(self._site.path, self._site.start, 0), 0)
            self._conditions.append(other)
            self._flow.conditions = (*self._flow.conditions, other)
        _restore(names, _joined(going_on))
        return Leave.NOT

    def _collect(self) -> list[Names]:
        """Take the paths that left the turn; return those that go on with the next."""
        going_on: list[Names] = []
        for kind, names, condition in self._frame.escapes:
            if kind == Leave.CONTINUE.value:
                going_on.append(names)
                self._lift([condition])
            else:
                self._broken.append(names)
                self._conditions.append(condition)
        self._frame.escapes = []
        return going_on

    def _lift(self, conditions: Iterable[Condition]) -> None:
        lifted = [one for one in conditions if one not in self._above]
        self._flow.conditions = tuple(one for one in self._flow.conditions if one not in lifted)

    def end(self, orelse: tuple[m.Stmt, ...]) -> Leave:
        """End the loop: run `else` where nothing broke out, and join all paths."""
        flow, frame = self._flow, self._frame
        frame.escapes = self._outer
        leave = self.leave
        if leave is Leave.BREAK:
            states, leave = [], Leave.NOT
        elif leave is Leave.NOT:
            leave = flow.execute(orelse, frame)
            states = [dict(frame.names)] if leave is Leave.NOT else []
        else:
            states = []
        self._lift(self._conditions)
        if not self._broken:
            return leave
        if leave is not Leave.NOT and not states:
            flow._send(leave, [dict(frame.names)], Condition(self._site, 1), frame)  # noqa: SLF001  # a part of it
        _restore(frame.names, _joined([*states, *self._broken]))
        return Leave.NOT

    def close(self) -> None:
        """Leave the frame as it was found, also after an exception."""
        self._frame.escapes = self._outer


def _each(leaves: Iterable[Leave]) -> list[Leave]:
    """Return each way of leaving once, in order."""
    found: list[Leave] = []
    for leave in leaves:
        if leave not in found:
            found.append(leave)
    return found


# Names.


def _restore(names: Names, wanted: Names) -> None:
    if names is not wanted:
        names.clear()
        names.update(wanted)


def _joined(ends: list[Names]) -> Names:
    """Return what each name may be after any of several paths."""
    if len(ends) == 1:
        return ends[0]
    joined: Names = dict(ends[0]) if ends else {}
    for end in ends[1:]:
        for name, value in end.items():
            known = joined.get(name)
            if known is not value:
                joined[name] = value if known is None else _either(known, value)
    return joined


def _either(first: Value, second: Value) -> Value:
    """Return a value that is one of two; containers that go under in an unknown one may change behind its back."""
    value = one_of([first, second])
    if isinstance(value, Unknown):
        for option in (*options_of(first), *options_of(second)):
            if isinstance(option, Sequence):
                option.open = True
            elif isinstance(option, Dictionary):
                blur(option)
    return value


def _kept(after: Names, handled: Names, before: Names) -> Names:
    """Return what names are after a `try`: what its body bound, unless that is not known and a handler knows it."""
    names = {**handled, **after}
    for name, value in after.items():
        bound = handled.get(name)
        if bound is None or bound is value:
            continue
        unresolved = isinstance(value, Unknown) or (name in before and before[name] is value)
        if unresolved:
            names[name] = one_of([value, bound])
    return names


def assigned(body: tuple[m.Stmt, ...]) -> Iterator[m.Expr]:
    """Yield the targets that statements bind, those of inner blocks included and those of inner scopes not."""
    for statement in body:
        match statement:
            case m.Assign():
                yield from statement.targets
            case m.AugAssign() | m.For():
                yield statement.target
            case m.With():
                yield from (item.target for item in statement.items if item.target is not None)
            case _:
                pass
        for inner in _blocks(statement):
            yield from assigned(inner)
        if not isinstance(statement, m.Function | m.Class):
            own = header(statement.__class__)(statement)
            yield from (node.target for node in nodes(own) if isinstance(node, m.Walrus))


def names_in(target: m.Expr) -> Iterator[str]:
    """Yield the names that a target binds."""
    match target:
        case m.Name():
            yield target.id
        case m.Seq():
            for item in target.items:
                yield from names_in(item)
        case m.Starred():
            yield from names_in(target.value)
        case _:
            return


def _blocks(statement: m.Stmt) -> Iterator[tuple[m.Stmt, ...]]:
    match statement:
        case m.If() | m.For() | m.While():
            yield statement.body
            yield statement.orelse
        case m.Try():
            yield from (statement.body, statement.orelse, statement.final)
            yield from (handler.body for handler in statement.handlers)
        case m.With():
            yield statement.body
        case m.Match():
            yield from (case.body for case in statement.cases)
        case _:
            return


def carried(body: tuple[m.Stmt, ...]) -> set[str]:
    """Return the names that one turn of a loop may hand on to the next: bound in it, and read in it too."""
    bound = Counter(name for target in assigned(body) for name in names_in(target))
    if not bound:
        return set()
    inside = list(nodes(body))
    written = {name for node in inside if isinstance(node, m.AugAssign) for name in names_in(node.target)}
    seen = Counter(node.id for node in inside if isinstance(node, m.Name))
    return written | {name for name, times in bound.items() if seen[name] > times}


def suppresses(managers: list[Value]) -> bool:
    """Return whether one of several context managers is `contextlib.suppress(...)`."""
    return any(
        isinstance(manager, Instance)
        and isinstance(manager.type, External)
        and manager.type.name == "contextlib.suppress"
        for manager in managers
    )
