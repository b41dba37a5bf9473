"""The replay: runs the scripts of a project the way Python would import it, and afterwards serve with it.

Invariants:
- Nothing of the project is run; scripts are facts, and every value is one of `values`.
- A module runs once, when it is first imported, parents first; a cycle meets the half-made module, as in Python.
- Both arms of an undecided branch run, each under its condition; names bound in them may be either. Code after an
  arm that leaves (return, raise) stands under the condition of the other.
- Loops over known lists are unrolled; over anything else they take one unknown turn.
- What the project registers with the framework is noted in order, with its site and conditions.
- Work is bounded by a budget of steps and a depth of calls; past them values are unknown, never wrong.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from fastapi_lint.core.cancel import Cancelled
from fastapi_lint.facts import model as m
from fastapi_lint.knowledge.framework import EXPORTED, canonical
from fastapi_lint.lifecycle.annotated import as_annotated
from fastapi_lint.lifecycle.containers import extend
from fastapi_lint.lifecycle.effects import Activation, Raised, Returned, Slot
from fastapi_lint.lifecycle.flow import Flow, suppresses
from fastapi_lint.lifecycle.machine import MOST_STEPS, Leave, Thrown
from fastapi_lint.lifecycle.mappings import blur, is_missing, merge, put, put_perhaps
from fastapi_lint.lifecycle.values import (
    NONE,
    UNKNOWN,
    Arguments,
    Awaitable,
    ClassValue,
    Condition,
    Dictionary,
    External,
    Frame,
    FunctionValue,
    Instance,
    Literal,
    Member,
    ModuleValue,
    Phase,
    Sequence,
    Site,
    Unknown,
    Value,
    adopt,
    options_of,
    same,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Replay(Flow):
    """Runs modules and functions of one project, from one entry."""

    # Modules.

    def import_module(self, name: str) -> Value:
        """Return a module by its absolute name: the project's, run if it was not yet, or a library's."""
        if name in self.modules:
            known = self.modules[name]
            return known if known is not None else self._absent(name)
        found = self.index.find(name, self.search_path)
        parent, _, last = name.rpartition(".")
        if found is None:
            self.modules[name] = None
            if parent and parent not in self.modules:
                self.import_module(parent)
            return self._absent(name)
        above = self.import_module(parent) if parent else None
        if name in self.modules:
            known = self.modules[name]
            return known if known is not None else External(canonical(name))
        facts = self.facts_of(found.path) if found.path is not None else m.ModuleFacts(())
        if facts is None:
            self.modules[name] = None
            return Unknown(f"`{name}` cannot be read", self.site)
        module = ModuleValue(name, found.path or "", facts, is_package=found.is_package)
        self.modules[name] = module
        leave = self._run_module(module)
        if leave is Leave.RAISE and self.catchers:
            del self.modules[name]
            self.throw()
        if isinstance(above, ModuleValue):
            above.namespace[last] = module
        return module

    def _absent(self, name: str) -> Value:
        """Return what stands for a module that the project does not have: a library's, unknown in an own package."""
        parent = name.rpartition(".")[0]
        above = self.modules.get(parent) if parent else None
        is_own = above is not None and bool(above.path)
        return Unknown(f"`{name}` is not there", self.site) if is_own else External(canonical(name))

    def _run_module(self, module: ModuleValue) -> Leave:
        before_conditions, before_phase, before_site = self.conditions, self.phase, self.site
        self.conditions = ()
        if self.phase is not Phase.IMPORT:
            self.conditions = before_conditions
        frame = Frame(module, module.namespace)
        with self.activated(module, before_site):
            try:
                return self.execute(module.facts.body, frame)
            finally:
                module.is_loading = False
                self.conditions, self.phase, self.site = before_conditions, before_phase, before_site

    def run_apart(self, module: ModuleValue, body: tuple[m.Stmt, ...]) -> Activation:
        """Run statements of a module that an import leaves out, and return what they did, apart from the import."""
        before, self.activation = self.activation, Activation(None, self.phase, self.site)
        try:
            self.execute(body, Frame(module, module.namespace))
            return self.activation
        finally:
            self.activation = before

    def relative(self, module: ModuleValue, name: str, level: int) -> str | None:
        """Return the absolute name of a relative import, None where it leaves the top package."""
        parts = module.name.split(".")
        if not module.is_package:
            parts = parts[:-1]
        drop = level - 1
        if drop > len(parts):
            return None
        base = parts[: len(parts) - drop]
        return ".".join([*base, name] if name else base) or None

    # Statements.

    def execute(self, body: tuple[m.Stmt, ...], frame: Frame) -> Leave:
        """Run statements in a scope until one leaves; return how."""
        self.executing += 1
        try:
            for statement in body:
                self.steps += 1
                if self.cancel.is_set:
                    raise Cancelled
                if self.steps > MOST_STEPS and frame.function is not None:
                    return Leave.RETURN
                try:
                    leave = _EXECUTE[statement.__class__](self, statement, frame)
                except Thrown:
                    leave = Leave.RAISE
                if leave is not Leave.NOT:
                    return leave
        finally:
            self.executing -= 1
        return Leave.NOT

    def _do(self, node: m.Do, frame: Frame) -> Leave:
        self.here(frame, node.start, node.end)
        value = self.evaluate(node.value, frame)
        if isinstance(value, Awaitable) and value.function.definition.__class__ is m.Function:
            return Leave.NOT
        if isinstance(value, Instance) and isinstance(value.type, External) and value.type.name in _EXITS:
            return Leave.RAISE
        return Leave.NOT

    def _assign(self, node: m.Assign, frame: Frame) -> Leave:
        self.here(frame, node.start, node.end)
        if frame.owner is not None and node.annotation is not None and frame.is_class:
            frame.owner.annotations.setdefault("", frame)
        if node.value is None:
            return Leave.NOT
        value = self.evaluate(node.value, frame)
        site = self.here(frame, node.start, node.end)
        if node.annotation is not None and self.phase is not Phase.IMPORT:
            value = as_annotated(self, value, node.annotation, frame, site)
        for target in node.targets:
            self.assign(target, value, frame)
        return Leave.NOT

    def assign(self, target: m.Expr, value: Value, frame: Frame) -> None:
        """Bind a target: a name, an attribute, an item or a tuple of them."""
        if isinstance(target, m.Name):
            self.bind(target.id, value, frame, self.site)
            return
        match target:
            case m.Attr():
                holder = self.evaluate(target.value, frame)
                self.set_attribute(holder, target.name, value)
            case m.Subscript():
                self._assign_item(target, value, frame)
            case m.Seq():
                self._unpack(target, value, frame)
            case m.Starred():
                self.assign(target.value, self.made("list", [], self.site, is_open=True), frame)
            case _:
                return

    def _assign_item(self, target: m.Subscript, value: Value, frame: Frame) -> None:
        site = self.site
        holder = self.evaluate(target.value, frame)
        index = self.evaluate(target.index, frame)
        self.site = site
        options = options_of(holder)
        for number, option in enumerate(options):
            self.write(option, "item", value, (index, value))
            if len(options) > 1:
                with self.under(Condition(site, number)), suppress(Thrown):
                    self._set_item(option, index, value, site)
            else:
                self._set_item(option, index, value, site)

    def _set_item(self, holder: Value, index: Value, value: Value, site: Site) -> None:
        is_weak = self.is_weak(holder)
        is_live = self.phase is Phase.REQUEST and getattr(holder, "phase", None) is not Phase.REQUEST
        if is_live:
            adopt(value, holder)
        match holder:
            case Dictionary() if is_live:
                holder.open = True
                self._remember(holder, index, value)
            case Dictionary() if is_weak:
                put_perhaps(holder, index, value)
            case Dictionary():
                put(holder, index, value)
            case Sequence():
                position = index.value if isinstance(index, Literal) and not index.assumed else None
                if is_weak or holder.open or not isinstance(position, int):
                    holder.open = True
                elif -len(holder.items) <= position < len(holder.items):
                    holder.items[position] = value
                else:
                    self.throw()
            case Instance():
                setter = self.find_in_class(holder, "__setitem__")
                if setter is not None:
                    self.call(setter, Arguments((index, value)), site)
            case _:
                return

    @staticmethod
    def _remember(mapping: Dictionary, index: Value, value: Value) -> None:
        if len(mapping.items) < 32 and not any(same(known, index) for known, _ in mapping.items):
            mapping.items.append((index, value))

    def _unpack(self, target: m.Seq, value: Value, frame: Frame) -> None:
        count = len(target.items)
        stars = [index for index, one in enumerate(target.items) if isinstance(one, m.Starred)]
        items: list[Value] = [UNKNOWN] * count
        if isinstance(value, Sequence) and not value.open and value.kind != "set":
            given = list(value.items)
            if stars and len(given) >= count - 1:
                after = count - 1 - stars[0]
                middle = self.made("list", given[stars[0] : len(given) - after], self.site, is_open=False)
                items = [*given[: stars[0]], middle, *given[len(given) - after :]]
            elif not stars and len(given) == count:
                items = given
            else:
                self.throw()
        for one, item in zip(target.items, items, strict=False):
            self.assign(one.value if isinstance(one, m.Starred) else one, item, frame)

    def _aug_assign(self, node: m.AugAssign, frame: Frame) -> Leave:
        site = self.here(frame, node.start, node.end)
        old = self.evaluate(node.target, frame)
        value = self.evaluate(node.value, frame)
        self.site = site
        if isinstance(old, Member) and old.name == "routes" and node.operator == "+":
            self.call(Member(old, "extend"), Arguments((value,)), site)
            return Leave.NOT
        changed = [one for one in options_of(old) if _changes_in_place(one)]
        for index, one in enumerate(changed):
            self.write(one, "update", value, (value,))
            if len(options_of(old)) > 1:
                with self.under(Condition(site, index)):
                    self._augment_in_place(one, node.operator, value)
            else:
                self._augment_in_place(one, node.operator, value)
        if changed and len(changed) == len(options_of(old)):
            return Leave.NOT
        if isinstance(node.target, m.Subscript):
            holder = self.evaluate(node.target.value, frame)
            self.site = site
            for option in options_of(holder):
                self.read(option, "item")
        self.binding = "augment"
        try:
            self.assign(node.target, self._augmented(node, old, value, frame), frame)
        finally:
            self.binding = "rebind"
        return Leave.NOT

    def _augment_in_place(self, target: Value, operator: str, value: Value) -> None:
        is_weak = self.is_weak(target)
        if isinstance(target, Sequence):
            grows = operator == ("|" if target.kind == "set" else "+")
            if is_weak or self.open_loops or not grows:
                target.open = True
            if operator in {"+", "|"}:
                extend(target, value)
        elif isinstance(target, Dictionary):
            if is_weak and isinstance(value, Dictionary):
                for key, item in value.items:
                    put_perhaps(target, key, item)
                target.open = True
            else:
                merge(target, value)

    def _augmented(self, node: m.AugAssign, old: Value, value: Value, frame: Frame) -> Value:
        """Return what `target op= value` binds; unknown for what more than one turn of an open loop may change."""
        name = node.target.id if isinstance(node.target, m.Name) else ""
        is_local = bool(name) and name not in frame.global_names and name not in frame.nonlocal_names
        if self.open_loops and not is_local:
            return UNKNOWN
        return self.operate(node.operator, old, value)

    def _delete(self, node: m.Delete, frame: Frame) -> Leave:
        site = self.here(frame, node.start, node.end)
        for target in node.targets:
            if isinstance(target, m.Subscript):
                holder = self.evaluate(target.value, frame)
                index = self.evaluate(target.index, frame)
                self.site = site
                for option in options_of(holder):
                    self.write(option, "delete", None, (index,))
                    if len(options_of(holder)) == 1:
                        self._delete_item(option, index, is_sure=True)
                    else:
                        with suppress(Thrown):
                            self._delete_item(option, index, is_sure=False)
            elif isinstance(target, m.Attr):
                holder = self.evaluate(target.value, frame)
                for option in options_of(holder):
                    if isinstance(option, Instance):
                        self.write(Slot(option, target.name), "rebind")
                        if self.phase is Phase.IMPORT:
                            option.attributes.pop(target.name, None)
            elif isinstance(target, m.Name):
                names = frame.module.namespace if target.id in frame.global_names else frame.names
                names.pop(target.id, None)
        return Leave.NOT

    def _delete_item(self, holder: Value, index: Value, *, is_sure: bool) -> None:
        is_weak = self.is_weak(holder) or not is_sure
        if isinstance(holder, Sequence):
            position = index.value if isinstance(index, Literal) and not index.assumed else None
            if is_weak or holder.open or not isinstance(position, int):
                holder.open = True
            elif -len(holder.items) <= position < len(holder.items):
                del holder.items[position]
            else:
                self.throw()
        elif isinstance(holder, Dictionary):
            if is_missing(holder, index):
                self.throw()
            elif self.phase is not Phase.IMPORT:
                holder.open = True
            elif is_weak or holder.open or not any(same(key, index) for key, _ in holder.items):
                blur(holder)
            else:
                holder.items[:] = [pair for pair in holder.items if not same(pair[0], index)]

    # Imports.

    def _import(self, node: m.Import, frame: Frame) -> Leave:
        site = self.here(frame, node.start, node.end)
        for dotted, alias in node.names:
            module = self.import_module(dotted)
            self.site = site
            if alias is not None:
                self.bind(alias, module, frame, site)
            else:
                top = dotted.partition(".")[0]
                self.bind(top, self.import_module(top), frame, site)
        return Leave.NOT

    def _import_from(self, node: m.ImportFrom, frame: Frame) -> Leave:
        site = self.here(frame, node.start, node.end)
        name: str | None = node.module
        if node.level:
            name = self.relative(frame.module, node.module, node.level)
        if not name:
            module: Value = Unknown("a relative import that leaves its package", site)
        else:
            module = self.import_module(name)
        self.site = site
        for wanted, alias in node.names:
            if wanted == "*":
                self._import_star(module, frame, site)
            else:
                self.bind(alias or wanted, self._member_of_module(module, name or "", wanted), frame, site)
            self.site = site
        return Leave.NOT

    def _member_of_module(self, module: Value, name: str, wanted: str) -> Value:
        match module:
            case ModuleValue():
                found = module.namespace.get(wanted)
                if found is not None:
                    return found
                if module.is_package:
                    inner = self.import_module(f"{name}.{wanted}")
                    if not isinstance(inner, External):
                        return inner
                if not module.path:
                    return External(canonical(f"{name}.{wanted}"))
                return Unknown(f"`{wanted}` of `{name}`", self.site)
            case External():
                return self.attribute(module, wanted, self.site)
            case _:
                return UNKNOWN

    def _import_star(self, module: Value, frame: Frame, site: Site) -> None:
        if isinstance(module, External) and module.name == "fastapi":
            for name in sorted(EXPORTED):
                self.bind(name, self.attribute(module, name, site), frame, site)
        if not isinstance(module, ModuleValue):
            return
        listed = module.namespace.get("__all__")
        if isinstance(listed, Sequence) and not listed.open:
            wanted = [item.value for item in listed.items if isinstance(item, Literal) and isinstance(item.value, str)]
        else:
            wanted = [name for name in module.namespace if not name.startswith("_")]
        for name in wanted:
            self.bind(name, self._member_of_module(module, module.name, name), frame, site)

    # Definitions.

    def _function(self, node: m.Function, frame: Frame) -> Leave:
        site = self.here(frame, node.start, node.end)
        qualname = f"{frame.qualname}.{node.name}" if frame.qualname else node.name
        scope = frame
        function = FunctionValue(node, frame.module, scope, qualname, site, self.phase)
        function.owner = frame.owner if frame.is_class else None
        for param in node.params:
            if param.default is not None:
                function.defaults[param.name] = self.evaluate(param.default, frame)
        value: Value = function
        for decorator in reversed(node.decorators):
            place = self.here(frame, decorator.start, decorator.end)
            value = self.decorate(value, self.evaluate(decorator.value, frame), place)
            self.site = place
        self.bind(node.name, value, frame, Site(frame.module.path, node.name_start, node.name_end))
        return Leave.NOT

    def _class(self, node: m.Class, frame: Frame) -> Leave:
        site = self.here(frame, node.start, node.end)
        qualname = f"{frame.qualname}.{node.name}" if frame.qualname else node.name
        arguments = self.arguments(node.bases, frame)
        owner = ClassValue(node, frame.module, qualname, arguments.positional, {}, site, self.phase)
        owner.keywords = dict(arguments.keywords)
        scope = Frame(frame.module, owner.namespace, frame, is_class=True, function=frame.function)
        scope.owner = owner
        scope.qualname = qualname
        owner.annotations[""] = scope
        if self.execute(node.body, scope) is Leave.RAISE:
            self.throw()
        for name, value in owner.namespace.items():
            if isinstance(value, Sequence | Dictionary | Instance) and value.owner is None:
                value.owner = owner
                owner.bindings.setdefault(name, site)
        value_: Value = owner
        for decorator in reversed(node.decorators):
            place = self.here(frame, decorator.start, decorator.end)
            decorated = self.decorate(value_, self.evaluate(decorator.value, frame), place)
            is_other = isinstance(decorated, ClassValue | FunctionValue) or (
                isinstance(decorated, Instance) and isinstance(decorated.type, ClassValue)
            )
            value_ = decorated if is_other else value_
        self.bind(node.name, value_, frame, Site(frame.module.path, node.name_start, node.name_end))
        return Leave.NOT

    # Branches.

    def _if(self, node: m.If, frame: Frame) -> Leave:
        site = self.here(frame, node.start, node.end)
        known = truth(self.evaluate(node.test, frame))
        if known is True:
            return self.execute(node.body, frame)
        if known is False:
            return self.execute(node.orelse, frame)
        return self.branch((node.body, node.orelse), site, frame)

    def _with(self, node: m.With, frame: Frame) -> Leave:
        entered: list[Value] = []
        site = self.here(frame, node.start, node.end)
        for item in node.items:
            manager = self.evaluate(item.value, frame)
            self.site = site
            value = self._enter(manager, site)
            entered.append(manager)
            if item.target is not None:
                self.assign(item.target, value, frame)
        if suppresses(entered):
            leave = self.suppressed(node.body, site, frame)
        else:
            leave = self.execute(node.body, frame)
        self.site = site
        for manager in reversed(entered):
            self._exit(manager, site)
        return leave

    def _enter(self, manager: Value, site: Site) -> Value:
        if isinstance(manager, Awaitable):
            return self.resolve_awaitable(manager, site)
        for name in ("__aenter__", "__enter__"):
            method = self.find_in_class(manager, name)
            if method is not None:
                return self.resolve_awaitable(self.call(method, Arguments(), site), site)
        if isinstance(manager, Instance):
            self.external_call("__enter__", manager, Arguments(), manager, site)
        return manager

    def _exit(self, manager: Value, site: Site) -> None:
        for name in ("__aexit__", "__exit__"):
            method = self.find_in_class(manager, name)
            if method is not None:
                self.resolve_awaitable(self.call(method, Arguments((NONE, NONE, NONE)), site), site)
                return
        if isinstance(manager, Instance):
            self.external_call("__exit__", manager, Arguments(), manager, site)

    def _match(self, node: m.Match, frame: Frame) -> Leave:
        site = self.here(frame, node.start, node.end)
        self.evaluate(node.subject, frame)
        for case in node.cases:
            for name in case.names:
                frame.names[name] = UNKNOWN
            if case.guard is not None:
                self.evaluate(case.guard, frame)
        arms = [case.body for case in node.cases]
        if not any(case.is_wildcard and case.guard is None for case in node.cases):
            arms.append(())
        return self.branch(tuple(arms), site, frame)

    # Leaving.

    def _return(self, node: m.Return, frame: Frame) -> Leave:
        site = self.here(frame, node.start, node.end)
        value = self.evaluate(node.value, frame) if node.value is not None else NONE
        frame.returns.append(value)
        if self.phase is not Phase.IMPORT:
            self.activation.effects.append(Returned(value, site))
        return Leave.RETURN

    def _raise(self, node: m.Raise, frame: Frame) -> Leave:
        site = self.here(frame, node.start, node.end)
        if node.value is not None:
            value = self.evaluate(node.value, frame)
            if self.phase is not Phase.IMPORT:
                self.activation.effects.append(Raised(value, site))
        return Leave.RAISE

    def _scope(self, node: m.Scope, frame: Frame) -> Leave:
        (frame.global_names if node.kind == "global" else frame.nonlocal_names).update(node.names)
        return Leave.NOT

    def _jump(self, node: m.Jump, _frame: Frame) -> Leave:
        return Leave.BREAK if node.kind == "break" else Leave.CONTINUE


_EXITS: Final = frozenset({"sys.exit", "os._exit", "builtins.exit", "builtins.quit"})


def _changes_in_place(value: Value) -> bool:
    """Return whether `+=` and the like change an object itself."""
    return isinstance(value, Dictionary) or (isinstance(value, Sequence) and value.kind != "tuple")


_EXECUTE: Final[Mapping[type[m.Node], Callable[..., Leave]]] = {
    m.Assign: Replay._assign,
    m.AugAssign: Replay._aug_assign,
    m.Delete: Replay._delete,
    m.Do: Replay._do,
    m.Import: Replay._import,
    m.ImportFrom: Replay._import_from,
    m.Function: Replay._function,
    m.Class: Replay._class,
    m.If: Replay._if,
    m.For: Replay._for,
    m.While: Replay._while,
    m.Try: Replay._try,
    m.With: Replay._with,
    m.Match: Replay._match,
    m.Return: Replay._return,
    m.Raise: Replay._raise,
    m.Scope: Replay._scope,
    m.Jump: Replay._jump,
}
