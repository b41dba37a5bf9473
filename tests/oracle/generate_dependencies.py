"""The dependencies of a generated project: callables of every kind, and the ways in which one asks for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.oracle.generate_modules import Chance, Module, Thing

SCHEMES = (
    ("OAuth2PasswordBearer", 'tokenUrl="token", auto_error=False'),
    ("HTTPBearer", "auto_error=False"),
    ("HTTPBasic", "auto_error=False"),
    ("APIKeyHeader", 'name="x-key", auto_error=False'),
    ("APIKeyCookie", 'name="key", auto_error=False'),
)
WORDS = ("db", "user", "paging", "tenant", "token", "settings", "cache", "audit", "quota", "locale", "flags", "trace")


@dataclass(eq=False)
class Dependency:
    """Something that can stand in `Depends(...)`: each form has `{}` for the expression that reaches it."""

    thing: Thing
    forms: tuple[str, ...] = ("{}",)
    is_class: bool = False
    is_generator: bool = False
    is_http: bool = False
    """Whether it asks for a `Request`, which a websocket has not."""
    is_partial: bool = False
    """Whether the forms need `partial`."""


@dataclass(eq=False)
class Alias:
    """A name for an `Annotated[...]` with a dependency."""

    thing: Thing
    is_http: bool
    is_text: bool = True
    """Whether the type is one that can also be a parameter of the query."""


@dataclass
class Parameter:
    """One parameter of a function, as text."""

    name: str
    annotation: str = ""
    default: str = ""

    def __str__(self) -> str:
        text = f"{self.name}: {self.annotation}" if self.annotation else self.name
        if self.default:
            text += f" = {self.default}" if self.annotation else f"={self.default}"
        return text


@dataclass
class Asked:
    """Parameters, and whether they need an HTTP request."""

    parameters: list[Parameter] = field(default_factory=list)
    is_http: bool = False
    has_request: bool = False
    has_scopes: bool = False


@dataclass(eq=False)
class Dependencies:
    """Writes dependencies into modules and remembers what can be asked for."""

    chance: Chance
    has_scope: bool
    deck: list[Dependency] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)
    counter: int = 0

    # ---------------------------------------------------------------- asking

    def marker(self, module: Module, found: Dependency, *, may_scope: bool, lines: list[str] | None = None) -> str:
        """Return `Depends(...)` or `Security(...)` for a dependency."""
        options = ""
        if self.chance.often(12):
            options += ", use_cache=False"
        if may_scope and self.has_scope and self.chance.often(12):
            options += f', scope="{self.chance.choice(["function", "request"])}"'
        expression = self.expression(module, found, lines)
        if self.chance.often(12):
            scopes = self.chance.choice(['["read"]', '["write", "read"]', "[]", '("read",)'])
            options = options.partition(", scope=")[0]
            return f"{module.library('fastapi', 'Security')}({expression}, scopes={scopes}{options})"
        name = "dependency=" if self.chance.often(8) else ""
        return f"{module.library('fastapi', 'Depends')}({name}{expression}{options})"

    def expression(self, module: Module, found: Dependency, lines: list[str] | None = None) -> str:
        """Return what stands for the callable."""
        form = self.chance.choice(found.forms)
        expression = module.use(found.thing, lines)
        if found.is_partial and "partial(" in form:
            return form.format(expression).replace("partial(", f"{module.library('functools', 'partial')}(")
        return form.format(expression)

    def pick(self, *, is_websocket: bool = False) -> Dependency | None:
        """Return one that can be asked for."""
        able = [one for one in self.deck if not (one.is_http and is_websocket)]
        return self.chance.choice(able) if able else None

    def listed(self, module: Module, lines: list[str] | None = None, *, is_websocket: bool = False) -> str:
        """Return the text of a `dependencies=` list, empty where there is none."""
        found = [one for one in (self.pick(is_websocket=is_websocket) for _ in range(self.chance.below(1, 2))) if one]
        markers = [self.marker(module, one, may_scope=True, lines=lines) for one in found]
        return f"[{', '.join(markers)}]" if markers else ""

    def asked(
        self, module: Module, most: int, *, may_scope: bool, is_websocket: bool = False, is_plain: bool = False
    ) -> Asked:
        """Return parameters for a function; `is_plain` where its annotations are never looked up as text."""
        found = Asked()
        for index in range(self.chance.below(0, most)):
            name = f"{WORDS[(index * 5 + len(module.chunks)) % len(WORDS)]}_{index}"
            one = self._parameter(
                module, name, found, may_scope=may_scope, is_websocket=is_websocket, is_plain=is_plain
            )
            if one is not None:
                found.parameters.append(one)
        return found

    def _parameter(
        self, module: Module, name: str, found: Asked, *, may_scope: bool, is_websocket: bool, is_plain: bool
    ) -> Parameter | None:
        may_annotate = not (is_plain and module.is_future)
        aliases = [one for one in self.aliases if not (one.is_http and is_websocket)]
        if may_annotate and aliases and self.chance.often(25):
            return self._of_alias(module, name, self.chance.choice(aliases), found)
        if self.chance.often(12):
            return self._without(module, name, found, is_websocket=is_websocket, may_annotate=may_annotate)
        one = self.pick(is_websocket=is_websocket)
        if one is None:
            return None
        found.is_http |= one.is_http
        if one.is_class and may_annotate and self.chance.often(50):
            annotation = module.use(one.thing)
            if self.chance.often(40):
                marker = f"{module.library('fastapi', 'Depends')}()"
                return Parameter(name, f"{module.library('typing', 'Annotated')}[{annotation}, {marker}]")
            return Parameter(name, annotation, f"{module.library('fastapi', 'Depends')}()")
        marker = self.marker(module, one, may_scope=may_scope)
        if may_annotate and self.chance.often(40):
            return Parameter(name, self._annotated(module, marker))
        return Parameter(name, self.chance.choice(["str", ""]), marker)

    def _annotated(self, module: Module, marker: str) -> str:
        annotated = module.library("typing", "Annotated")
        match self.chance.choice(["plain", "plain", "nested", "optional", "words"]):
            case "nested":
                return f'{annotated}[{annotated}[str, "inner"], {marker}]'
            case "optional":
                return f"{annotated}[{module.library('typing', 'Optional')}[str], {marker}]"
            case "words":
                return f'{annotated}[str, {marker}, "what it is"]'
            case _:
                return f"{annotated}[str, {marker}]"

    def _of_alias(self, module: Module, name: str, alias: Alias, found: Asked) -> Parameter:
        found.is_http |= alias.is_http
        expression = module.use(alias.thing)
        if alias.is_text and self.chance.often(15):
            # Within a union the framework sees no dependency: this is a parameter of the query.
            form = self.chance.choice([f"{module.library('typing', 'Optional')}[{expression}]", f"{expression} | None"])
            return Parameter(name, form, "None")
        if self.chance.often(15):
            return Parameter(name, f'{module.library("typing", "Annotated")}[{expression}, "more"]')
        return Parameter(name, expression)

    def _without(
        self, module: Module, name: str, found: Asked, *, is_websocket: bool, may_annotate: bool
    ) -> Parameter | None:
        """Return a parameter that asks for no dependency."""
        if not may_annotate:
            return Parameter(name, default="0")
        match self.chance.choice(["query", "request", "scopes", "annotated"]):
            # The framework gives one parameter of a function the request, and one the scopes.
            case "request" if not is_websocket and not found.has_request:
                found.is_http = found.has_request = True
                return Parameter(name, module.library("fastapi", "Request"))
            case "scopes" if not found.has_scopes:
                found.has_scopes = True
                return Parameter(name, module.library("fastapi.security", "SecurityScopes"))
            case "annotated":
                inner = f"{module.library('fastapi', 'Query')}(max_length=9)"
                return Parameter(name, f"{module.library('typing', 'Annotated')}[str, {inner}]", '"x"')
            case _:
                return Parameter(name, "int", "0")

    def signature(self, asked: Asked, *first: str) -> str:
        """Return the parameters in an order that Python accepts."""
        if len(asked.parameters) > 1 and self.chance.often(25):
            return ", ".join([*first, "*", *map(str, asked.parameters)])
        in_order = sorted(asked.parameters, key=lambda one: bool(one.default))
        return ", ".join([*first, *map(str, in_order)])

    # ---------------------------------------------------------------- writing

    def write(self, module: Module) -> None:
        """Write one dependency, or a name for several uses of one."""
        self.counter += 1
        word = f"{WORDS[self.counter % len(WORDS)]}"
        kinds = [
            self._function,
            self._function,
            self._function,
            self._class,
            self._instance,
            self._service,
            self._factory,
            self._factory_of_dependency,
            self._partial,
            self._lambda,
            self._scheme,
            self._decorated,
            self._renamed,
        ]
        self.chance.choice(kinds)(module, word)
        if self.chance.often(30):
            self.alias(module)

    def alias(self, module: Module) -> None:
        """Write a name for an `Annotated[...]`."""
        one = self.pick()
        if one is None:
            return
        annotated = module.library("typing", "Annotated")
        if one.is_class and self.chance.often(50):
            text = f"{annotated}[{module.use(one.thing)}, {module.library('fastapi', 'Depends')}()]"
            is_text = False
        else:
            text = self._annotated(module, self.marker(module, one, may_scope=False))
            # A union of what cannot be hashed cannot be made.
            is_text = "scopes=[" not in text
        if self.aliases and self.chance.often(20):
            older = self.chance.choice(self.aliases)
            text = f'{annotated}[{module.use(older.thing)}, "again"]'
            thing = module.define("Again")
            module.add(f"{thing.name} = {text}")
            self.aliases.append(Alias(thing, older.is_http, older.is_text))
            return
        thing = module.define(f"{WORDS[self.counter % len(WORDS)].title()}Dep")
        module.add(f"{thing.name} = {text}")
        self.aliases.append(Alias(thing, one.is_http, is_text))

    def _body(self, kind: str, what: str = "") -> list[str]:
        """Return the body of a function: it says that it was called, and, with `yield`, that it was left."""
        if "generator" not in kind:
            return [f"    note({what})", '    return "value"']
        if self.chance.often(50):
            return [f"    note({what})", '    yield "value"', f"    leave({what})"]
        return [
            f"    note({what})",
            "    try:",
            '        yield "value"',
            "    finally:",
            f"        leave({what})",
        ]

    def _kind(self) -> str:
        return self.chance.choice(["function", "coroutine", "generator", "async generator"])

    def _def(self, kind: str, name: str, signature: str, body: list[str], indent: str = "") -> list[str]:
        prefix = "async def" if kind in {"coroutine", "async generator"} else "def"
        return [f"{indent}{line}" for line in [f"{prefix} {name}({signature}):", *body]]

    def _function(self, module: Module, word: str) -> None:
        kind = self._kind()
        asked = self.asked(module, 3, may_scope="generator" not in kind)
        thing = module.define(f"get_{word}")
        module.add(*self._def(kind, thing.name, self.signature(asked), self._body(kind)))
        self.deck.append(Dependency(thing, is_generator="generator" in kind, is_http=asked.is_http))

    def _class(self, module: Module, word: str) -> None:
        asked = self.asked(module, 2, may_scope=True, is_plain=True)
        style = self.chance.choice(["init", "init", "dataclass", "inherited"])
        if style == "dataclass" and not module.is_future:
            name = module.library("dataclasses", "dataclass")
            # A field needs an annotation that is a type of the request, so it has none that is left out.
            for one in asked.parameters:
                one.annotation = one.annotation or "str"
            asked.parameters.sort(key=lambda one: bool(one.default))
            thing = module.define(word.title())
            fields = [f"    {one}" for one in asked.parameters]
            module.add(
                f"@{name}", f"class {thing.name}:", *fields, "", "    def __post_init__(self):", "        note(self)"
            )
        else:
            thing = module.define(word.title())
            signature = self.signature(asked, "self")
            module.add(f"class {thing.name}:", f"    def __init__({signature}):", "        note(self)")
            if style == "inherited":
                self.deck.append(Dependency(thing, is_class=True, is_http=asked.is_http))
                parent = thing.name
                thing = module.define(f"Special{word.title()}")
                module.add(f"class {thing.name}({parent}):", '    kind = "special"')
        self.deck.append(Dependency(thing, is_class=True, is_http=asked.is_http))

    def _instance(self, module: Module, word: str) -> None:
        kind = self._kind()
        asked = self.asked(module, 2, may_scope="generator" not in kind, is_plain=True)
        owner = module.define(f"Check{word.title()}")
        signature = self.signature(asked, "self")
        lines = [f"class {owner.name}:", '    def __init__(self, level="low", most=1):']
        lines += ["        self.level = level", "        self.most = most", ""]
        lines += self._def(kind, "__call__", signature, self._body(kind, "self"), "    ")
        module.add(*lines)
        inline = Dependency(
            owner,
            ('{}("high")', "{}()", "{}(most=2)", '{}("high")'),
            is_generator="generator" in kind,
            is_http=asked.is_http,
        )
        if self.chance.often(50):
            self.deck.append(inline)
        thing = module.define(f"check_{word}")
        module.add(f'{thing.name} = {owner.name}("shared")')
        self.deck.append(Dependency(thing, is_generator="generator" in kind, is_http=asked.is_http))

    def _service(self, module: Module, word: str) -> None:
        kind = self._kind()
        asked = self.asked(module, 2, may_scope="generator" not in kind)
        owner = module.define(f"{word.title()}Service")
        is_generator = "generator" in kind
        match self.chance.choice(["bound", "bound", "inherited", "static", "class"]):
            case "static":
                lines = ["    @staticmethod", *self._def(kind, "load", self.signature(asked), self._body(kind), "    ")]
                module.add(f"class {owner.name}:", *lines)
                thing = self._reached(module, owner.name, ".load")
            case "class":
                signature = self.signature(asked, "cls")
                lines = ["    @classmethod", *self._def(kind, "load", signature, self._body(kind), "    ")]
                module.add(f"class {owner.name}:", *lines)
                thing = self._reached(module, owner.name, ".load")
            case style:
                lines = self._def(kind, "load", self.signature(asked, "self"), self._body(kind), "    ")
                module.add(f"class {owner.name}:", *lines)
                if style == "inherited":
                    child = module.define(f"My{word.title()}Service")
                    module.add(f"class {child.name}({owner.name}):", "    pass")
                    owner = child
                made = module.define(f"{word}_service")
                module.add(f"{made.name} = {owner.name}()")
                thing = self._reached(module, made.name, ".load")
        self.deck.append(Dependency(thing, is_generator=is_generator, is_http=asked.is_http))

    @staticmethod
    def _reached(module: Module, name: str, suffix: str) -> Thing:
        from tests.oracle.generate_modules import Thing  # noqa: PLC0415

        return Thing(module, name, suffix)

    def _factory(self, module: Module, word: str) -> None:
        kind = self._kind()
        # The annotations of a closure are looked up in its module alone.
        asked = self.asked(module, 2, may_scope="generator" not in kind)
        thing = module.define(f"require_{word}")
        memo = self.chance.choice(["", "", "lru_cache", "cache"])
        lines = []
        if memo:
            lines.append(f"@{module.library('functools', memo)}")
        annotation = self.chance.choice(["role: str", 'role="any"', "role, *more"])
        inner = self._def(kind, "check", self.signature(asked), self._body(kind), "    ")
        module.add(*lines, f"def {thing.name}({annotation}):", *inner, "", "    return check")
        made = Dependency(
            thing,
            ('{}("admin")', '{}("user")', '{}(role="admin")'),
            is_generator="generator" in kind,
            is_http=asked.is_http,
        )
        if annotation == "role, *more":
            made.forms = ('{}("admin")', '{}("admin", "user")')
        if self.chance.often(60):
            self.deck.append(made)
        if self.chance.often(50):
            shared = module.define(f"only_{word}")
            module.add(f"{shared.name} = {self.expression(module, made)}")
            self.deck.append(Dependency(shared, is_generator=made.is_generator, is_http=made.is_http))

    def _factory_of_dependency(self, module: Module, word: str) -> None:
        inner = self.pick()
        if inner is None:
            self._function(module, word)
            return
        depends = module.library("fastapi", "Depends")
        thing = module.define(f"with_{word}")
        body = ["    note()", '    return "value"']
        lines = self._def("function", "inner", f"value=  {depends}(dependency)".replace("=  ", "="), body, "    ")
        module.add(f"def {thing.name}(dependency):", *lines, "", "    return inner")
        shared = module.define(f"{word}_with")
        module.add(f"{shared.name} = {thing.name}({self.expression(module, inner)})")
        self.deck.append(Dependency(shared, is_http=inner.is_http))

    def _partial(self, module: Module, word: str) -> None:
        kind = self._kind()
        # Below 0.122 a partial has no module in which the text of an annotation could be looked up.
        asked = self.asked(module, 1, may_scope="generator" not in kind, is_plain=True)
        function = module.define(f"load_{word}")
        signature = self.signature(asked, "size")
        module.add(*self._def(kind, function.name, signature, self._body(kind)))
        partial = module.library("functools", "partial")
        if self.chance.often(50):
            given = self.chance.choice(["5", "size=5"]) if not asked.parameters else "5"
            thing = module.define(f"load_small_{word}")
            module.add(f"{thing.name} = {partial}({function.name}, {given})")
            self.deck.append(Dependency(thing, is_generator="generator" in kind, is_http=asked.is_http))
        else:
            self.deck.append(
                Dependency(
                    function,
                    ("partial({}, 5)", "partial({}, 6)"),
                    is_generator="generator" in kind,
                    is_http=asked.is_http,
                    is_partial=True,
                )
            )

    def _lambda(self, module: Module, word: str) -> None:
        one = self.pick()
        default = ""
        if one is not None and self.chance.often(40):
            default = f" inner={self.marker(module, one, may_scope=False)}"
        thing = module.define(f"lazy_{word}")
        module.add(f"{thing.name} = lambda{default}: note()")
        self.deck.append(Dependency(thing, is_http=bool(default) and one is not None and one.is_http))

    def _scheme(self, module: Module, word: str) -> None:
        name, arguments = self.chance.choice(SCHEMES)
        thing = module.define(f"{word}_scheme")
        module.add(f"{thing.name} = {module.library('fastapi.security', name)}({arguments})")
        self.deck.append(Dependency(thing, is_http=True))

    def _decorated(self, module: Module, word: str) -> None:
        kind = self.chance.choice(["function", "coroutine"])
        asked = self.asked(module, 2, may_scope=True)
        wraps = module.library("functools", "wraps")
        decorator = module.define("logged")
        is_async = kind == "coroutine"
        inner = ["    return await function(*args, **kwargs)" if is_async else "    return function(*args, **kwargs)"]
        lines = self._def(kind, "wrapper", "*args, **kwargs", inner, "    ")
        module.add(f"def {decorator.name}(function):", f"    @{wraps}(function)", *lines, "", "    return wrapper")
        thing = module.define(f"get_{word}")
        module.add(f"@{decorator.name}", *self._def(kind, thing.name, self.signature(asked), self._body(kind)))
        self.deck.append(Dependency(thing, is_http=asked.is_http))

    def _renamed(self, module: Module, word: str) -> None:
        one = self.pick()
        if one is None or one.forms != ("{}",) or one.is_partial:
            self._function(module, word)
            return
        thing = module.define(f"current_{word}")
        module.add(f"{thing.name} = {module.use(one.thing)}")
        self.deck.append(Dependency(thing, is_class=one.is_class, is_generator=one.is_generator, is_http=one.is_http))
