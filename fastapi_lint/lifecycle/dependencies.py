"""The dependency graph of a route, and the calls that one request makes of it, in FastAPI's order and by its cache.

From `fastapi/dependencies/utils.py` (`get_dependant`, `solve_dependencies`) and `fastapi/dependencies/models.py`:
- a dependency's own dependencies are solved before it, also when its value then comes from the cache;
- the cache key is the callable alone up to 0.79.1; with the sorted security scopes from 0.80.0, where from
  0.123.0 scopes count only for what uses them; with `scope` ("function", "request" or "") from 0.121.0;
- before 0.122.1 a use below one with scopes adds its own to the very same list, so that they hold for what is looked
  at after it too, and from 0.121.0 on, where keys are computed late, for what was looked at before it;
- `use_cache=False` makes a call of its own, whose value fills an empty place in the cache; from 0.120.3 on
  it means nothing in `dependencies=[...]` (`get_parameterless_sub_dependant`);
- `dependencies=[...]` of application, include, router and route come first, then parameters from left to right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct, field
from msgspec.structs import replace

from fastapi_lint.facts import model as m
from fastapi_lint.knowledge import framework as names
from fastapi_lint.knowledge.versions import Target, Ternary
from fastapi_lint.lifecycle.classes import class_attribute, external_bases, fields, has_fields
from fastapi_lint.lifecycle.values import (
    UNKNOWN,
    Arguments,
    ClassValue,
    Dictionary,
    External,
    Frame,
    FunctionValue,
    Instance,
    Literal,
    Member,
    Method,
    ModuleValue,
    OneOf,
    PartialValue,
    Sequence,
    Site,
    TypeForm,
    Unknown,
    Value,
    same,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi_lint.lifecycle.machine import Machine

_DEEPEST: Final = 40
_SECURITY_MODULE: Final = "fastapi.security."


class Dependency(Struct, eq=False):
    """One use of a dependency: what is called, how it was asked for, and what it asks for itself."""

    call: Value
    site: Site
    """Where the use stands: the parameter, or the `Depends(...)` in a list."""
    parameter: str
    use_cache: bool = True
    scope: str = ""
    """What `scope=` says, empty where nothing."""
    scopes: tuple[str, ...] = ()
    """The security scopes in force here, those of the uses around it included."""
    shared_scopes: list[str] = field(default_factory=list)
    """The list that the framework keeps them in before 0.122.1, the same for all uses below one with scopes."""
    own_scopes: tuple[str, ...] = ()
    takes_scopes: bool = False
    is_resolved: bool = True
    children: list[Dependency] = field(default_factory=list)
    parent: Dependency | None = None
    marker: Instance | None = None
    original: Dependency | None = None
    """The use that this one stands for by the application's overrides; the cache goes by that one."""

    def walk(self) -> Iterator[Dependency]:
        """Yield this use and all below it, in the order in which they are solved."""
        for child in self.children:
            yield from child.walk()
        yield self


class Graph(Struct, eq=False):
    """The dependencies of one route in order, and whether everything in them was resolved."""

    uses: list[Dependency]
    unknown: list[tuple[str, Site]]

    def walk(self) -> Iterator[Dependency]:
        """Yield every use in the order in which they are solved."""
        for use in self.uses:
            yield from use.walk()


class DependencyCall(Struct, eq=False):
    """One turn of a request at a dependency: a call, or an answer from the cache; `again` marks a repeated call."""

    use: Dependency
    is_cached: bool
    again: bool


def _itself(_call: Value) -> Value | None:
    return None


class GraphBuilder:
    """Builds dependency graphs; one object a replay."""

    def __init__(self, machine: Machine) -> None:
        """Take the replay whose values are asked about."""
        self._machine = machine
        self._annotations: dict[tuple[FunctionValue | ClassValue, str], Value] = {}
        self._instead_of: Callable[[Value], Value | None] = _itself
        self._lists_are_shared = machine.target.holds("fastapi", ">=0.122.1") is Ternary.NO
        self._lists_are_cached = machine.target.holds("fastapi", ">=0.120.3") is not Ternary.NO
        self._texts_need_globals = machine.target.holds("fastapi", ">=0.123.7") is Ternary.NO

    def build(
        self,
        endpoint: Value,
        listed: list[tuple[Value, Site]],
        instead_of: Callable[[Value], Value | None] = _itself,
    ) -> Graph:
        """Return the graph of an endpoint with the `dependencies=[...]` lists that apply to it, in order.

        `instead_of` returns what stands for a callable, None where nothing does.
        """
        graph = Graph([], [])
        self._instead_of = instead_of
        for value, site in listed:
            self._listed(value, site, graph)
        for use in self._parameters(endpoint, None, graph, ()):
            graph.uses.append(use)
        return graph

    def _listed(self, value: Value, site: Site, graph: Graph) -> None:
        if isinstance(value, Literal) and value.value is None:
            return
        if not isinstance(value, Sequence) or value.open:
            graph.unknown.append(("a list of dependencies", site))
        if isinstance(value, Sequence):
            for item in value.items:
                marker = as_marker(item)
                if marker is None:
                    graph.unknown.append(("a dependency in a list", site))
                else:
                    use = self._use(marker, marker.site, "", None, None, graph)
                    use.use_cache |= self._lists_are_cached
                    graph.uses.append(use)

    def _use(
        self,
        marker: Instance,
        site: Site,
        parameter: str,
        fallback: Value | None,
        parent: Dependency | None,
        graph: Graph,
    ) -> Dependency:
        args = marker.arguments
        call = args.get(0, "dependency")
        if call is None or (isinstance(call, Literal) and call.value is None):
            call = fallback if fallback is not None else Unknown("a dependency", site)
        cached = args.keywords.get("use_cache")
        own = _scopes_of(marker)
        shared = self._shared_scopes(parent, own or ())
        use = Dependency(
            call=call,
            site=site,
            parameter=parameter,
            use_cache=not (isinstance(cached, Literal) and cached.value is False),
            scope=text_of(args.keywords.get("scope")) or "",
            scopes=tuple(dict.fromkeys(shared)),
            shared_scopes=shared,
            own_scopes=own or (),
            parent=parent,
            marker=marker,
        )
        if args.open or own is None or not _is_callable(call):
            use.is_resolved = False
            graph.unknown.append((f"the dependency of `{parameter}`" if parameter else "a dependency", site))
            return use
        other = self._instead_of(call)
        if other is not None:
            use.original = replace(use, children=self._parameters(call, use, Graph([], []), ()))
            use.call = other
        if _depth(use) < _DEEPEST and not _is_recursive(use):
            use.children = self._parameters(use.call, use, graph, ())
        return use

    def _shared_scopes(self, parent: Dependency | None, own: tuple[str, ...]) -> list[str]:
        """Return the list of the scopes around a use with its own, before 0.122.1 the very list of those around it."""
        above = parent.shared_scopes if parent is not None else []
        shared = above if self._lists_are_shared and above else list(above)
        shared += own
        return shared

    def _parameters(
        self,
        call: Value,
        parent: Dependency | None,
        graph: Graph,
        bound: tuple[str, ...],
        *,
        has_globals: bool | None = None,
    ) -> list[Dependency]:
        """Return the dependencies of a callable's parameters; `has_globals` is whether what holds it has them.

        Before 0.123.7 the texts of annotations mean something in the callable's `__globals__` alone, which functions
        and methods have (`fastapi/dependencies/utils.py`, `get_typed_signature`).
        """
        if has_globals is None:
            has_globals = isinstance(call, FunctionValue | Method) or not self._texts_need_globals
        match call:
            case FunctionValue() if isinstance(call.wrapped, FunctionValue | Method | PartialValue | ClassValue):
                return self._parameters(call.wrapped, parent, graph, bound, has_globals=has_globals)
            case FunctionValue():
                return self._of_function(call, parent, graph, bound, skip=0, has_globals=has_globals)
            case Method():
                return self._of_function(call.function, parent, graph, bound, skip=1, has_globals=has_globals)
            case ClassValue():
                return self._of_class(call, parent, graph, bound, has_globals=has_globals)
            case Instance() if isinstance(call.type, ClassValue):
                method = class_attribute(call.type, "__call__")
                if method is not None and isinstance(method[0], FunctionValue):
                    return self._of_function(method[0], parent, graph, bound, skip=1, has_globals=has_globals)
                return []
            case PartialValue():
                given = tuple(call.arguments.keywords)
                inner = self._parameters(call.function, parent, graph, (*bound, *given), has_globals=has_globals)
                taken = _positional_names(call.function)[: len(call.arguments.positional)]
                return [use for use in inner if use.parameter not in taken]
            case TypeForm() if not isinstance(call.base, str):
                return self._parameters(call.base, parent, graph, bound, has_globals=has_globals)
            case _:
                return []

    def _of_class(
        self, owner: ClassValue, parent: Dependency | None, graph: Graph, bound: tuple[str, ...], *, has_globals: bool
    ) -> list[Dependency]:
        made = class_attribute(owner, "__init__")
        if made is not None and isinstance(made[0], FunctionValue):
            return self._of_function(made[0], parent, graph, bound, skip=1, has_globals=has_globals)
        if not has_fields(owner) or any(name.startswith("pydantic") for name in external_bases(owner)):
            return []
        uses: list[Dependency] = []
        for name, statement, holder in fields(owner):
            default = class_attribute(owner, name)
            scope = holder.annotations.get("")
            if scope is None or statement.annotation is None:
                continue
            site = Site(holder.module.path, statement.start, statement.end)
            annotation = self._annotation(holder, name, statement.annotation, scope, has_globals=has_globals)
            use = self._parameter(name, annotation, default[0] if default else None, site, parent, graph)
            if use is not None:
                uses.append(use)
        return uses

    def _of_function(
        self,
        function: FunctionValue,
        parent: Dependency | None,
        graph: Graph,
        bound: tuple[str, ...],
        *,
        skip: int,
        has_globals: bool,
    ) -> list[Dependency]:
        uses: list[Dependency] = []
        is_static = function.kind == "staticmethod"
        for param in function.definition.params[0 if is_static else skip :]:
            if param.kind in {"star", "double_star"} or param.name in bound:
                continue
            annotation = None
            if param.annotation is not None:
                annotation = self._annotation(
                    function, param.name, param.annotation, function.scope, has_globals=has_globals
                )
            site = Site(function.module.path, param.start, param.end)
            default = function.defaults.get(param.name)
            use = self._parameter(param.name, annotation, default, site, parent, graph)
            if use is not None:
                uses.append(use)
        return uses

    def _parameter(
        self,
        name: str,
        annotation: Value | None,
        default: Value | None,
        site: Site,
        parent: Dependency | None,
        graph: Graph,
    ) -> Dependency | None:
        if parent is not None and _is_type(annotation, f"{_SECURITY_MODULE}SecurityScopes"):
            parent.takes_scopes = True
        plain, markers = split_annotation(annotation)
        given = as_marker(default) if default is not None else None
        marker = given or (markers[-1] if markers else None)
        if marker is None:
            return None
        return self._use(marker, site, name, plain, parent, graph)

    def _annotation(
        self, owner: FunctionValue | ClassValue, name: str, expr: m.Expr, scope: Frame, *, has_globals: bool
    ) -> Value:
        """Return what an annotation means: one value for good, but a new one each time where annotations are texts."""
        if not has_globals and _are_texts(owner.module):
            return UNKNOWN
        known = self._annotations.get((owner, name))
        if known is None:
            known = evaluate_annotation(self._machine, expr, scope)
            if not _are_texts(owner.module):
                self._annotations[owner, name] = known
        return known


def _are_texts(module: ModuleValue) -> bool:
    """Return whether a module has `from __future__ import annotations`, so that FastAPI evaluates them at each use."""
    return any(
        isinstance(node, m.ImportFrom)
        and node.module == "__future__"
        and any(name == "annotations" for name, _ in node.names)
        for node in module.facts.body[:3]
    )


def evaluate_annotation(machine: Machine, expr: m.Expr, scope: Frame) -> Value:
    """Return what an annotation means in a scope; a text is parsed no further than a dotted name."""
    if isinstance(expr, m.Const) and isinstance(expr.value, str):
        parts = expr.value.split(".")
        if all(part.isidentifier() for part in parts):
            inner: m.Expr = m.Name(parts[0])
            for part in parts[1:]:
                inner = m.Attr(inner, part)
            expr = inner
    return machine.evaluate(expr, scope)


def split_annotation(annotation: Value | None) -> tuple[Value | None, list[Instance]]:
    """Return the type of an annotation and the dependency markers in its `Annotated`, outermost last."""
    if isinstance(annotation, TypeForm) and isinstance(annotation.base, External):
        if annotation.base.name == "typing.Annotated" and annotation.arguments:
            plain, inner = split_annotation(annotation.arguments[0])
            found = [marker for item in annotation.arguments[1:] if (marker := as_marker(item)) is not None]
            return plain, [*inner, *found]
    return annotation, []


def as_marker(value: Value | None) -> Instance | None:
    """Return a value that is a `Depends(...)` or `Security(...)`, None for any other."""
    if isinstance(value, Instance) and isinstance(value.type, External):
        if value.type.name in {names.DEPENDS, names.SECURITY}:
            return value
    return None


def _is_type(value: Value | None, name: str) -> bool:
    return isinstance(value, External) and (value.name == name or value.name.endswith(".SecurityScopes"))


def _scopes_of(marker: Instance) -> tuple[str, ...] | None:
    if not isinstance(marker.type, External) or marker.type.name != names.SECURITY:
        return ()
    listed = marker.arguments.get(1, "scopes")
    if listed is None or (isinstance(listed, Literal) and listed.value is None):
        return ()
    if not isinstance(listed, Sequence) or listed.open:
        return None
    texts = [text_of(item) for item in listed.items]
    return tuple(text for text in texts if text is not None) if None not in texts else None


def _is_callable(value: Value) -> bool:
    return not isinstance(value, Unknown | OneOf | Literal | Sequence | Dictionary)


def _depth(use: Dependency) -> int:
    depth = 0
    current: Dependency | None = use
    while current is not None:
        depth += 1
        current = current.parent
    return depth


def _is_recursive(use: Dependency) -> bool:
    current = use.parent
    while current is not None:
        if same(current.call, use.call):
            return True
        current = current.parent
    return False


def _positional_names(value: Value) -> list[str]:
    if isinstance(value, FunctionValue):
        return [param.name for param in value.definition.params if param.kind in {"plain", "positional"}]
    if isinstance(value, Method):
        return _positional_names(value.function)[1:]
    return []


def request_calls(graph: Graph, target: Target) -> list[DependencyCall]:
    """Return the turns of one request at the dependencies of a graph, in order, by the target's newest version."""
    key = CacheKey(target)
    made: list[DependencyCall] = []
    cache: list[tuple[object, ...]] = []
    called: list[Value] = []
    for use in graph.walk():
        wanted = key.of(use)
        is_cached = use.use_cache and any(_equal_keys(wanted, known) for known in cache)
        again = not is_cached and any(same_callable(use.call, known) for known in called)
        made.append(DependencyCall(use, is_cached, again))
        if not is_cached:
            called.append(use.call)
            if not any(_equal_keys(wanted, known) for known in cache):
                cache.append(wanted)
    return made


class CacheKey:
    """The cache key of the target's version."""

    def __init__(self, target: Target) -> None:
        """Take the versions the project runs on; where they differ, the newest decides."""
        self._with_scopes = target.holds("fastapi", ">=0.80.0") is not Ternary.NO
        self._only_used_scopes = target.holds("fastapi", ">=0.123.0") is not Ternary.NO
        self._with_scope = target.holds("fastapi", ">=0.121.0") is not Ternary.NO
        self._unwraps = target.holds("fastapi", ">=0.123.6") is not Ternary.NO
        self._is_late = self._with_scope and target.holds("fastapi", ">=0.122.1") is Ternary.NO

    def of(self, use: Dependency) -> tuple[object, ...]:
        """Return the key of one use: the callable, the scopes that count, the scope that counts."""
        use = use.original or use
        scopes: tuple[str, ...] = ()
        if self._with_scopes and (not self._only_used_scopes or uses_scopes(use)):
            scopes = tuple(sorted(set(use.shared_scopes if self._is_late else use.scopes)))
        scope = ""
        if self._with_scope:
            scope = use.scope or ("request" if is_generator(use.call, unwraps=self._unwraps) else "")
        return use.call, scopes, scope


def uses_scopes(use: Dependency) -> bool:
    """Return whether security scopes matter to a use or anything below it (`_uses_scopes` of 0.123.0)."""
    if use.own_scopes or use.takes_scopes or _is_security_scheme(use.call):
        return True
    return any(uses_scopes(child) for child in use.children)


def _is_security_scheme(call: Value) -> bool:
    if not isinstance(call, Instance):
        return False
    if isinstance(call.type, External):
        return call.type.name.startswith(_SECURITY_MODULE)
    return any(name.startswith(_SECURITY_MODULE) for name in external_bases(call.type))


def is_generator(call: Value, *, unwraps: bool = True) -> bool:
    """Return whether FastAPI takes a callable for a dependency with `yield`.

    From 0.123.6 on it `unwraps` what `functools.wraps` wrapped, and partials of objects.
    """
    match call:
        case FunctionValue():
            inner = call.wrapped if unwraps and isinstance(call.wrapped, FunctionValue) else call
            return isinstance(inner.definition, m.Function) and inner.definition.is_generator
        case Method():
            return is_generator(call.function, unwraps=unwraps)
        case PartialValue():
            is_seen = unwraps or not isinstance(call.function, Instance)
            return is_seen and is_generator(call.function, unwraps=unwraps)
        case Instance() if isinstance(call.type, ClassValue):
            method = class_attribute(call.type, "__call__")
            return method is not None and is_generator(method[0], unwraps=unwraps)
        case _:
            return False


def _equal_keys(first: tuple[object, ...], second: tuple[object, ...]) -> bool:
    return first[1:] == second[1:] and same_callable(first[0], second[0])  # type: ignore[arg-type]  # the calls


def same_callable(first: Value, second: Value) -> bool:
    """Return whether FastAPI takes two callables for one: the same object, or objects that say they are equal."""
    if first is second:
        return True
    match first, second:
        case (External(), External()):
            return first.name == second.name
        case (Method(), Method()):
            return first.function is second.function and same(first.receiver, second.receiver)
        case (Member(), Member()):
            return first.name == second.name and same_callable(first.receiver, second.receiver)
        case (Instance(), Instance()) if isinstance(first.type, ClassValue) and first.type is second.type:
            return compares_by_value(first.type) and equal_arguments(first.arguments, second.arguments)
        case (TypeForm(), TypeForm()):
            return same(first, second)
        case _:
            return False


def compares_by_value(owner: ClassValue) -> bool:
    """Return whether objects of a class are equal by content and can be hashed."""
    has_eq = class_attribute(owner, "__eq__") is not None
    has_hash = class_attribute(owner, "__hash__") is not None
    if has_eq and has_hash:
        return True
    for wrapper in owner.wrappers:
        if (
            isinstance(wrapper, Instance)
            and isinstance(wrapper.type, External)
            and wrapper.type.name.endswith("dataclass")
        ):
            frozen = wrapper.arguments.keywords.get("frozen")
            unsafe = wrapper.arguments.keywords.get("unsafe_hash")
            return any(isinstance(one, Literal) and one.value is True for one in (frozen, unsafe))
    return any(name == "typing.NamedTuple" for name in external_bases(owner))


def equal_calls(called: Value, first: Arguments, second: Arguments) -> bool:
    """Return whether two calls of one function or class surely mean the same, defaults filled in."""
    if equal_arguments(first, second):
        return True
    function = called
    if isinstance(called, ClassValue):
        made = class_attribute(called, "__init__")
        function = made[0] if made is not None else called
    if not isinstance(function, FunctionValue) or first.open or second.open:
        return False
    skip = 1 if isinstance(called, ClassValue) else 0
    names_ = [param.name for param in function.definition.params[skip:] if param.kind not in {"star", "double_star"}]
    if len(names_) != len(function.definition.params) - skip:
        return False
    for index, name in enumerate(names_):
        one = first.get(index, name) or function.defaults.get(name)
        other = second.get(index, name) or function.defaults.get(name)
        if one is None or other is None or not same(one, other):
            return False
    return True


def equal_arguments(first: Arguments, second: Arguments) -> bool:
    """Return whether two calls surely got equal arguments."""
    if first.open or second.open or len(first.positional) != len(second.positional):
        return False
    if set(first.keywords) != set(second.keywords):
        return False
    return all(map(same, first.positional, second.positional)) and all(
        same(value, second.keywords[word]) for word, value in first.keywords.items()
    )
