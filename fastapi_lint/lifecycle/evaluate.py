"""Expressions of the replay: from the model's values in a scope to the values of the replay."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import suppress
from posixpath import dirname
from typing import TYPE_CHECKING, Final

from fastapi_lint.facts import model as m
from fastapi_lint.knowledge.framework import canonical
from fastapi_lint.knowledge.python import BUILTINS
from fastapi_lint.lifecycle.classes import enum_members, is_enum
from fastapi_lint.lifecycle.effects import ExternalCall, RoutesWalked, Slot
from fastapi_lint.lifecycle.machine import MOST_ITEMS, MOST_TEXT, MOST_TURNS, Machine, Thrown
from fastapi_lint.lifecycle.mappings import blur, is_missing, merge, put
from fastapi_lint.lifecycle.operators import arithmetic, formatted, identical, is_part_of, ordered
from fastapi_lint.lifecycle.registrations import AppRecord, RouterIncluded, RouterRecord
from fastapi_lint.lifecycle.values import (
    FALSE,
    NONE,
    TRUE,
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
    OneOf,
    Phase,
    Sequence,
    Site,
    SuperValue,
    TypeForm,
    Unknown,
    Value,
    adopt,
    one_of,
    options_of,
    same,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_TYPES: Final = (ClassValue, External, TypeForm)
_NOT_STATE: Final[frozenset[type]] = frozenset(
    {FunctionValue, ClassValue, ModuleValue, External, TypeForm, Instance, Sequence, Dictionary}
)


class Evaluator(Machine):
    """Evaluates expressions; assignments of names go through `bind`, which the statements use too."""

    def evaluate(self, expr: m.Expr, frame: Frame) -> Value:
        """Return the value of an expression in a scope."""
        return _EVALUATE[expr.__class__](self, expr, frame)

    # Names.

    def _name(self, expr: m.Name, frame: Frame) -> Value:
        name = expr.id
        if frame.names is not frame.module.namespace and name not in frame.global_names:
            found = frame.names.get(name)
            if found is not None:
                return found
        return self.lookup(name, frame)

    def lookup(self, name: str, frame: Frame) -> Value:
        """Return what a name means in a scope: local, enclosing, module, built in, or unknown."""
        scope: Frame | None = frame
        if name not in frame.global_names:
            while scope is not None:
                if (scope is frame or not scope.is_class) and name in scope.names:
                    if scope.names is scope.module.namespace:
                        break
                    return scope.names[name]
                scope = scope.parent
        module = frame.module
        found = module.namespace.get(name)
        if found is not None:
            if self.phase is Phase.REQUEST and found.__class__ not in _NOT_STATE:
                self.read(Slot(module, name), "name")
            return found
        if name in BUILTINS:
            return External(f"builtins.{name}")
        return self._dunder(name, module)

    def _dunder(self, name: str, module: ModuleValue) -> Value:
        if name == "__path__" and module.is_package:
            return package_path(self, module)
        if name == "__package__":
            return Literal(module.name if module.is_package else module.name.rpartition(".")[0])
        if name == "__name__":
            return Literal("__main__" if module.name == self.main else module.name)
        return Literal(module.path, assumed=True) if name == "__file__" else UNKNOWN

    def bind(self, name: str, value: Value, frame: Frame, site: Site) -> None:
        """Bind a name in a scope, in the module for names declared `global`."""
        if name in frame.global_names:
            module = frame.module
            self.write(Slot(module, name), self.binding, value)
            old = module.namespace.get(name)
            module.namespace[name] = self.perhaps(old, value) if old is not None and self.is_weak(module) else value
            return
        if name in frame.nonlocal_names:
            scope = frame.parent
            while scope is not None and name not in scope.names:
                scope = scope.parent
            if scope is not None:
                scope.names[name] = self.perhaps(scope.names[name], value) if self.conditions else value
                return
        frame.names[name] = value
        if frame.names is frame.module.namespace:
            frame.module.bindings.setdefault(name, site)
            if isinstance(value, Instance) and value.origin is None:
                value.origin = External(f"{frame.module.name}:{name}")
        elif frame.is_class and frame.owner is not None:
            frame.owner.bindings.setdefault(name, site)

    # Literals and displays.

    def _const(self, expr: m.Const, _frame: Frame) -> Value:
        value = expr.value
        if value is None:
            return NONE
        return Literal(value)

    def elements(self, items: tuple[m.Expr, ...], frame: Frame) -> tuple[list[Value], bool]:
        """Return the values of a display or argument list, stars unpacked, and whether there may be more."""
        out: list[Value] = []
        is_open = False
        for item in items:
            if isinstance(item, m.Starred):
                inner = self.evaluate(item.value, frame)
                if isinstance(inner, Sequence):
                    out += inner.items
                    is_open |= inner.open
                elif isinstance(inner, Dictionary):
                    out += [key for key, _ in inner.items]
                    is_open |= inner.open
                else:
                    is_open = True
            else:
                out.append(self.evaluate(item, frame))
        return out, is_open

    def _sequence(self, expr: m.Seq, frame: Frame) -> Value:
        items, is_open = self.elements(expr.items, frame)
        return self.made(expr.kind, items, Site(frame.module.path, expr.start, expr.end), is_open=is_open)

    def _map(self, expr: m.Map, frame: Frame) -> Value:
        result = Dictionary([], Site(frame.module.path, expr.start, expr.end), self.phase, conditions=self.conditions)
        for key, value in expr.items:
            if key is not None:
                name = self.evaluate(key, frame)
                put(result, name, self.evaluate(value, frame))
            else:
                merge(result, self.evaluate(value, frame))
        return result

    def _text(self, expr: m.Text, frame: Frame) -> Value:
        pieces: list[str] = []
        assumed = False
        is_known = True
        for part in expr.parts:
            value = self.evaluate(part, frame)
            if isinstance(value, Literal):
                pieces.append(str(value.value))
                assumed |= value.assumed
            else:
                is_known = False
        text = "".join(pieces)
        return Literal(text, assumed) if is_known and len(text) <= MOST_TEXT else Unknown("an f-string", self.site)

    # Operators.

    def _binary(self, expr: m.Binary, frame: Frame) -> Value:
        left = self.evaluate(expr.left, frame)
        right = self.evaluate(expr.right, frame)
        return self.operate(expr.operator, left, right)

    def operate(self, operator: str, left: Value, right: Value) -> Value:
        """Return `left operator right`."""
        if isinstance(left, Literal) and isinstance(right, Literal) and operator != "%":
            return arithmetic(operator, left, right)
        if operator == "|" and (isinstance(left, _TYPES) or isinstance(right, _TYPES)):
            return TypeForm("|", (left, right))
        if operator == "|" and isinstance(left, Dictionary) and isinstance(right, Dictionary):
            merged = Dictionary(list(left.items), self.site, self.phase, left.open, conditions=self.conditions)
            merge(merged, right)
            return merged
        if operator == "%" and isinstance(left, Literal):
            return formatted(left, list(right.items) if isinstance(right, Sequence) else [right])
        if operator == "+" and isinstance(left, Sequence):
            if isinstance(right, Sequence):
                items = [*left.items, *right.items]
                return self.made(left.kind, items, self.site, is_open=left.open or right.open)
            return self.made(left.kind, list(left.items), self.site, is_open=True)
        return UNKNOWN

    def _unary(self, expr: m.Unary, frame: Frame) -> Value:
        value = self.evaluate(expr.operand, frame)
        if expr.operator == "not":
            known = truth(value)
            return UNKNOWN if known is None else (FALSE if known else TRUE)
        if expr.operator == "-" and isinstance(value, Literal) and isinstance(value.value, int | float):
            return Literal(-value.value, value.assumed)
        return UNKNOWN

    def _boolean(self, expr: m.Boolean, frame: Frame) -> Value:
        left = self.evaluate(expr.left, frame)
        known = truth(left)
        if known is not None and known is (expr.operator == "or"):
            return left
        if known is not None:
            return self.evaluate(expr.right, frame)
        right = self.tentatively(expr.right, 0, frame)
        return one_of([left, right]) if right is not None else left

    @abstractmethod
    def tentatively(self, expr: m.Expr, arm: int, frame: Frame) -> Value | None:
        """Evaluate an expression that may not be evaluated at all; return None where it raises."""

    def _compare(self, expr: m.Compare, frame: Frame) -> Value:
        left = self.evaluate(expr.left, frame)
        results: list[bool | None] = []
        for operator, operand in expr.rest:
            right = self.evaluate(operand, frame)
            results.append(self._compared(operator, left, right))
            left = right
        if False in results:
            return FALSE
        return UNKNOWN if None in results else TRUE

    def _compared(self, operator: str, left: Value, right: Value) -> bool | None:
        match operator:
            case "is" | "is not":
                found = identical(left, right)
                return found if found is None or operator == "is" else not found
            case "in" | "not in":
                found = self._contains(right, left)
                return found if found is None or operator == "in" else not found
            case _:
                return ordered(operator, left, right)

    def _contains(self, container: Value, item: Value) -> bool | None:
        if isinstance(container, Literal):
            return is_part_of(item, container)
        if isinstance(container, Dictionary | Sequence | Instance):
            self.read(container, "in", (item,))
        if self.phase is Phase.REQUEST and isinstance(container, Dictionary | Sequence):
            if container.phase is not Phase.REQUEST:
                return None
        match container:
            case Dictionary():
                members = [key for key, _ in container.items]
            case Sequence():
                members = container.items
            case _:
                return None
        if container.open or (isinstance(item, Literal) and item.assumed):
            return None
        if any(same(member, item) for member in members):
            return None if any(isinstance(one, Literal) and one.assumed for one in members) else True
        return False if isinstance(item, Literal) and all(isinstance(one, Literal) for one in members) else None

    def _choice(self, expr: m.Choice, frame: Frame) -> Value:
        known = truth(self.evaluate(expr.test, frame))
        if known is True:
            return self.evaluate(expr.body, frame)
        if known is False:
            return self.evaluate(expr.orelse, frame)
        found = [self.tentatively(arm, index, frame) for index, arm in enumerate((expr.body, expr.orelse))]
        return one_of([value for value in found if value is not None])

    # Access.

    def _attribute(self, expr: m.Attr, frame: Frame) -> Value:
        owner = expr.value
        value = _EVALUATE[owner.__class__](self, owner, frame)
        return self.attribute(value, expr.name, self.site)

    def _subscript(self, expr: m.Subscript, frame: Frame) -> Value:
        value = self.evaluate(expr.value, frame)
        is_type = isinstance(value, _TYPES)
        if isinstance(expr.index, m.Opaque) and expr.index.kind == "slice" and isinstance(value, Sequence):
            site = self.here(frame, expr.start, expr.end)
            self.read(value, "copy")
            return self.made(value.kind, list(value.items), site, is_open=value.open or bool(expr.index.parts))
        index = self.evaluate(expr.index, frame)
        site = self.here(frame, expr.start, expr.end)
        if isinstance(value, ClassValue) and is_enum(value):
            name = index.value if isinstance(index, Literal) and not index.assumed else None
            return self.attribute(value, name, site) if isinstance(name, str) else UNKNOWN
        if is_type:
            items = tuple(index.items) if isinstance(index, Sequence) and index.kind == "tuple" else (index,)
            return TypeForm(value, items)
        options = options_of(value)
        if len(options) == 1:
            return self.item(value, index, site)
        found: list[Value] = []
        for option in options:
            try:
                found.append(self.item(option, index, site))
            except Thrown:
                found.append(UNKNOWN)
        return one_of(found)

    def item(self, value: Value, index: Value, site: Site) -> Value:
        """Return `value[index]`, noting the look into shared containers."""
        self.read(value, "item", (index,))
        in_request = self.phase is Phase.REQUEST and getattr(value, "phase", None) is not Phase.REQUEST
        match value:
            case Dictionary():
                for key, found in value.items:
                    if same(key, index):
                        return found
                if value.factory is not None:
                    return self._missing(value, index, site)
                if is_missing(value, index):
                    self.throw()
                if not in_request and value.items and not isinstance(index, Literal):
                    return one_of([*(found for _, found in value.items), UNKNOWN])
                return one_of([found for _, found in value.items] + [UNKNOWN]) if value.items else UNKNOWN
            case Sequence():
                return self._item_of_sequence(value, index)
            case Instance():
                getter = self.find_in_class(value, "__getitem__")
                if getter is not None:
                    return self.call(getter, Arguments((index,)), site)
                return Instance(
                    External(f"{type_name(value)}.item"), Arguments((index,)), site, self.phase, receiver=value
                )
            case External() | Member():
                return Unknown("an item of a library's object", site)
            case _:
                return UNKNOWN

    def _item_of_sequence(self, value: Sequence, index: Value) -> Value:
        if isinstance(index, Literal) and isinstance(index.value, int) and not index.assumed and not value.open:
            if -len(value.items) <= index.value < len(value.items):
                return value.items[index.value]
            self.throw()
        return one_of([*value.items, UNKNOWN]) if value.items else UNKNOWN

    def _missing(self, mapping: Dictionary, index: Value, site: Site) -> Value:
        """Return what a `defaultdict` makes for a key, kept as one value for all keys that are not known."""
        for key, found in mapping.items:
            if isinstance(key, Unknown):
                return found
        made = self.call(mapping.factory or UNKNOWN, Arguments(), site)
        adopt(made, mapping)
        if isinstance(made, Sequence | Dictionary | Instance) and made.owner is None:
            made.owner = mapping
        if isinstance(index, Literal):
            put(mapping, index, made)
        else:
            mapping.items.append((UNKNOWN, made))
            mapping.open = True
        return made

    @abstractmethod
    def find_in_class(self, value: Value, name: str) -> Value | None:
        """Return an attribute that a project's class gives its objects; None where it gives none."""

    # Calls and scopes.

    def arguments(self, args: tuple[m.Arg, ...], frame: Frame) -> Arguments:
        """Return the evaluated arguments of a call."""
        positional: list[Value] = []
        rest: list[Value] = []
        keywords: dict[str, Value] = {}
        is_open = False
        is_counted = True
        for arg in args:
            expr = arg.value
            value = _EVALUATE[expr.__class__](self, expr, frame)
            if not arg.star:
                if arg.keyword is not None:
                    keywords[arg.keyword] = value
                else:
                    (positional if is_counted else rest).append(value)
            elif arg.star == 1:
                if isinstance(value, Sequence):
                    (positional if is_counted else rest).extend(value.items)
                if not isinstance(value, Sequence) or value.open:
                    is_open, is_counted = True, False
            else:
                is_open |= _unpack_keywords(value, keywords)
        return Arguments(tuple(positional), keywords, is_open, tuple(rest))

    def _call(self, expr: m.Call, frame: Frame) -> Value:
        if isinstance(expr.func, m.Name) and expr.func.id == "super" and frame.function is not None:
            return self._super(frame)
        called = expr.func
        function = _EVALUATE[called.__class__](self, called, frame)
        arguments = self.arguments(expr.args, frame) if expr.args else Arguments()
        site = self.here(frame, expr.start, expr.end)
        result = self.call(function, arguments, site)
        self.site = site
        return result

    def _super(self, frame: Frame) -> Value:
        function = frame.function
        while function is not None and function.owner is None:
            outer = function.scope.function
            if outer is None:
                break
            function = outer
        if function is None or function.owner is None or not function.definition.params:
            return UNKNOWN
        receiver = self.lookup(function.definition.params[0].name, frame)
        return SuperValue(function.owner, receiver)

    def _await(self, expr: m.Await, frame: Frame) -> Value:
        value = self.evaluate(expr.value, frame)
        waited = options_of(value)
        for effect in self.activation.effects[-len(waited) :]:
            if isinstance(effect, ExternalCall) and any(effect.result is option for option in waited):
                effect.is_awaited = True
        return self.resolve_awaitable(value, self.here(frame, expr.start, expr.end))

    def _yield(self, expr: m.Yield, frame: Frame) -> Value:
        value = self.evaluate(expr.value, frame) if expr.value is not None else NONE
        self.note_yield(frame, value, expr.is_from, self.here(frame, expr.start, expr.end))
        return UNKNOWN

    def note_yield(self, frame: Frame, value: Value, is_from: bool, site: Site) -> None:  # noqa: FBT001
        """Note that a generator gave a value."""
        raise NotImplementedError

    def _lambda(self, expr: m.Lambda, frame: Frame) -> Value:
        qualname = f"{frame.qualname}.<lambda>" if frame.qualname else "<lambda>"
        site = Site(frame.module.path, expr.start, expr.end)
        function = FunctionValue(expr, frame.module, frame, qualname, site, self.phase)
        for param in expr.params:
            if param.default is not None:
                function.defaults[param.name] = self.evaluate(param.default, frame)
        return function

    def _comprehension(self, expr: m.Comp, frame: Frame) -> Value:
        scope = Frame(frame.module, {}, frame, function=frame.function, qualname=frame.qualname)
        scope.returns = frame.returns
        scope.yields = frame.yields
        scope.is_comprehension = True
        site = Site(frame.module.path, expr.start, expr.end)
        items: list[Value] = []
        pairs = Dictionary([], site, self.phase, conditions=self.conditions)
        self.note_walk(expr, expr.generators[0].iterable, frame)
        # Python evaluates the first iterable outside of the comprehension's own scope.
        is_open = self._level(expr, 0, self.evaluate(expr.generators[0].iterable, frame), scope, items, pairs)
        if expr.kind == "dict":
            if is_open:
                blur(pairs)
            return pairs
        return self.made("list" if expr.kind == "generator" else expr.kind, items, site, is_open=is_open)

    def note_walk(self, node: m.For | m.Comp, iterable: m.Expr, frame: Frame) -> None:
        """Note that a loop goes over the `routes` of an application or router, which `list()` and the like may copy."""
        routes = walked_routes(iterable)
        for holder in options_of(self.evaluate(routes.value, frame)) if routes is not None else ():
            record = holder.record if isinstance(holder, Instance) else None
            if isinstance(record, AppRecord):
                record = record.router.record
            if isinstance(holder, Instance) and isinstance(record, RouterRecord):
                holds = sum(isinstance(entry, RouterIncluded) for entry in record.entries)
                site = Site(frame.module.path, node.start, node.end)
                self.activation.effects.append(RoutesWalked(holder, node, site, holds))

    def _level(
        self, expr: m.Comp, level: int, iterable: Value, scope: Frame, items: list[Value], pairs: Dictionary
    ) -> bool:
        """Run one `for` of a comprehension and those inside it; return whether the result stays open."""
        generator = expr.generators[level]
        turns, is_open = self.turns(iterable)
        has_order = not (isinstance(iterable, Sequence) and iterable.kind == "set" and len(iterable.items) > 1)
        result = is_open or (not has_order and expr.kind != "set")
        for value in turns:
            self.steps += 1
            if self.is_spent():
                return True
            self.assign(generator.target, value, scope)
            known: list[bool | None] = []
            for test in generator.tests:
                known.append(truth(self.evaluate(test, scope)))
                if known[-1] is False:
                    break
            if known and known[-1] is False:
                continue
            if is_open or None in known:
                result = True
                with self.under(Condition(self.site, 0)), suppress(Thrown):
                    self._element(expr, level, scope, items, pairs)
            else:
                result |= self._element(expr, level, scope, items, pairs)
        return result

    def _element(self, expr: m.Comp, level: int, scope: Frame, items: list[Value], pairs: Dictionary) -> bool:
        if level + 1 < len(expr.generators):
            iterable = self.evaluate(expr.generators[level + 1].iterable, scope)
            return self._level(expr, level + 1, iterable, scope, items, pairs)
        if expr.key is not None:
            key = self.evaluate(expr.key, scope)
            put(pairs, key, self.evaluate(expr.element, scope))
        elif len(items) <= MOST_ITEMS:
            items.append(self.evaluate(expr.element, scope))
        return False

    def turns(self, iterable: Value) -> tuple[list[Value], bool]:
        """Return what a loop's target takes on, one unknown turn where it is not known, and whether that is not all."""
        if isinstance(iterable, OneOf):
            found = [value for option in iterable.options for value in self.turns(option)[0]]
            return list(options_of(one_of(found))), True
        self.read(iterable, "iterate")
        match iterable:
            case Sequence() if len(iterable.items) <= MOST_TURNS:
                is_live = self.phase is Phase.REQUEST and iterable.phase is not Phase.REQUEST
                more = iterable.open or is_live
                return ([*iterable.items, UNKNOWN] if more else list(iterable.items)), more
            case Dictionary() if len(iterable.items) <= MOST_TURNS:
                is_live = self.phase is Phase.REQUEST and iterable.phase is not Phase.REQUEST
                keys = [key for key, _ in iterable.items]
                return ([*keys, UNKNOWN] if iterable.open or is_live else keys), iterable.open or is_live
            case ClassValue() if is_enum(iterable):
                return [self.attribute(iterable, name, self.site) for name in enum_members(iterable)], False
            case Awaitable():
                return list(options_of(self.resolve_awaitable(iterable, self.site))), True
            case _:
                return [UNKNOWN], True

    def assign(self, target: m.Expr, value: Value, frame: Frame) -> None:
        """Bind a target: a name, an attribute, an item or a tuple of them."""
        raise NotImplementedError

    def _walrus(self, expr: m.Walrus, frame: Frame) -> Value:
        value = self.evaluate(expr.value, frame)
        target = frame
        while target.is_comprehension and target.parent is not None:
            target = target.parent
        bound = value
        if target is not frame and self.conditions and isinstance(expr.target, m.Name):
            bound = one_of([target.names.get(expr.target.id, UNKNOWN), value])
        self.assign(expr.target, bound, target)
        return value

    def _starred(self, expr: m.Starred, frame: Frame) -> Value:
        return self.evaluate(expr.value, frame)

    def _opaque(self, expr: m.Opaque, frame: Frame) -> Value:
        for part in expr.parts:
            self.evaluate(part, frame)
        return UNKNOWN


def package_path(machine: Machine, module: ModuleValue) -> Value:
    """Return the `__path__` of a package: its folder, as the project's paths have it."""
    if not module.path:
        return UNKNOWN
    return machine.made("list", [Literal(dirname(module.path))], machine.site, is_open=False)


def type_name(value: Value) -> str:
    """Return the dotted name of a value's type as far as one is known: a library's name or `module:qualname`."""
    match value:
        case Instance(type=External(name=name)):
            return name
        case Instance(type=ClassValue() as owner):
            return f"{owner.module.name}:{owner.qualname}"
        case Member():
            return f"{type_name(value.receiver)}.{value.name}"
        case External():
            return value.name
        case _:
            return ""


def external_attribute(owner: External, name: str) -> Value:
    """Return an attribute of a library's object that is known by name only."""
    if owner.name == "typing" and name == "TYPE_CHECKING":
        return FALSE
    return External(canonical(f"{owner.name}.{name}"))


def _unpack_keywords(value: Value, keywords: dict[str, Value]) -> bool:
    if not isinstance(value, Dictionary):
        return True
    for key, item in value.items:
        if isinstance(key, Literal) and isinstance(key.value, str):
            keywords[key.value] = item
    return value.open


def walk_types(value: Value) -> Iterator[Value]:
    """Yield the members of a type: of a union or Optional each, of anything else itself."""
    if isinstance(value, TypeForm):
        is_union = value.base == "|" or (
            isinstance(value.base, External) and value.base.name in {"typing.Union", "typing.Optional"}
        )
        if is_union:
            for argument in value.arguments:
                yield from walk_types(argument)
            return
    yield value


_EVALUATE: Final[Mapping[type[m.Node], Callable[..., Value]]] = {
    m.Const: Evaluator._const,
    m.Name: Evaluator._name,
    m.Attr: Evaluator._attribute,
    m.Call: Evaluator._call,
    m.Seq: Evaluator._sequence,
    m.Map: Evaluator._map,
    m.Text: Evaluator._text,
    m.Binary: Evaluator._binary,
    m.Unary: Evaluator._unary,
    m.Compare: Evaluator._compare,
    m.Boolean: Evaluator._boolean,
    m.Subscript: Evaluator._subscript,
    m.Choice: Evaluator._choice,
    m.Await: Evaluator._await,
    m.Yield: Evaluator._yield,
    m.Lambda: Evaluator._lambda,
    m.Comp: Evaluator._comprehension,
    m.Walrus: Evaluator._walrus,
    m.Starred: Evaluator._starred,
    m.Opaque: Evaluator._opaque,
}


def walked_routes(iterable: m.Expr) -> m.Attr | None:
    """Return the `routes` of something that a loop goes over, None where it goes over anything else."""
    if isinstance(iterable, m.Call) and len(iterable.args) == 1:
        iterable = iterable.args[0].value
    return iterable if isinstance(iterable, m.Attr) and iterable.name == "routes" else None
