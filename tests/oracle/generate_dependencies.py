"""The dependencies of a generated project: callables of every kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.oracle.generate_asking import WORDS, Alias, Asking, Dependency
from tests.oracle.generate_modules import Thing

if TYPE_CHECKING:
    from tests.oracle.generate_modules import Module

SCHEMES = (
    ("OAuth2PasswordBearer", 'tokenUrl="token", auto_error=False'),
    ("HTTPBearer", "auto_error=False"),
    ("HTTPBasic", "auto_error=False"),
    ("APIKeyHeader", 'name="x-key", auto_error=False'),
    ("APIKeyCookie", 'name="key", auto_error=False'),
)


@dataclass(eq=False)
class Dependencies(Asking):
    """Writes dependencies into modules and remembers what can be asked for."""

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
            self._marker,
            self._list,
            self._dictionary,
            self._namespace,
            self._partial_of,
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
                thing = Thing(module, owner.name, ".load")
            case "class":
                signature = self.signature(asked, "cls")
                lines = ["    @classmethod", *self._def(kind, "load", signature, self._body(kind), "    ")]
                module.add(f"class {owner.name}:", *lines)
                thing = Thing(module, owner.name, ".load")
            case style:
                lines = self._def(kind, "load", self.signature(asked, "self"), self._body(kind), "    ")
                module.add(f"class {owner.name}:", *lines)
                if style == "inherited":
                    child = module.define(f"My{word.title()}Service")
                    module.add(f"class {child.name}({owner.name}):", "    pass")
                    owner = child
                made = module.define(f"{word}_service")
                module.add(f"{made.name} = {owner.name}()")
                thing = Thing(module, made.name, ".load")
        self.deck.append(Dependency(thing, is_generator=is_generator, is_http=asked.is_http))

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
        kind = self._kind()
        asked = self.asked(module, 2, may_scope="generator" not in kind)
        wraps = module.library("functools", "wraps")
        decorator = module.define("logged")
        is_async = kind == "coroutine"
        inner = ["    return await function(*args, **kwargs)" if is_async else "    return function(*args, **kwargs)"]
        # A plain wrapper gives back what a generator function made.
        lines = self._def("coroutine" if is_async else "function", "wrapper", "*args, **kwargs", inner, "    ")
        module.add(f"def {decorator.name}(function):", f"    @{wraps}(function)", *lines, "", "    return wrapper")
        thing = module.define(f"get_{word}")
        module.add(f"@{decorator.name}", *self._def(kind, thing.name, self.signature(asked), self._body(kind)))
        self.deck.append(Dependency(thing, is_generator="generator" in kind, is_http=asked.is_http))

    def _renamed(self, module: Module, word: str) -> None:
        one = self.pick()
        if one is None or one.forms != ("{}",) or one.is_partial:
            self._function(module, word)
            return
        thing = module.define(f"current_{word}")
        module.add(f"{thing.name} = {module.use(one.thing)}")
        kind = {"is_class": one.is_class, "is_generator": one.is_generator, "is_http": one.is_http}
        self.deck.append(Dependency(thing, **kind, is_another_name=True))

    def _marker(self, module: Module, word: str) -> None:
        """Write a name for a `Depends(...)`, which several functions then have as a default."""
        one = self.pick()
        if one is None:
            self._function(module, word)
            return
        thing = module.define(f"NEED_{word.upper()}")
        module.add(f"{thing.name} = {self.marker(module, one, may_scope=False)}")
        self.markers.append(Alias(thing, one.is_http))

    def _namespace(self, module: Module, word: str) -> None:
        """Write a class that holds a `Depends(...)`, and a function that can be one."""
        one = self.pick()
        if one is None:
            self._function(module, word)
            return
        owner = module.define(f"{word.title()}Deps")
        marker = self.marker(module, one, may_scope=False)
        module.add(f"class {owner.name}:", f"    needed = {marker}")
        self.markers.append(Alias(Thing(module, owner.name, ".needed"), one.is_http))

    def _list(self, module: Module, word: str) -> None:
        """Write a list of dependencies for applications, routers, inclusions and routes."""
        able = [one for one in self.deck if not one.is_http]
        if not able:
            self._function(module, word)
            return
        chosen = self.chance.some(able, 1, 2)
        thing = module.define(f"COMMON_{word.upper()}")
        markers = ", ".join(self.marker(module, one, may_scope=False) for one in chosen)
        module.add(f"{thing.name} = [{markers}]")
        if self.chance.often(30):
            module.add(f"{thing.name}.append({self.marker(module, self.chance.choice(able), may_scope=False)})")
        self.lists.append(thing)

    def _dictionary(self, module: Module, word: str) -> None:
        """Write a dictionary of callables."""
        able = [one for one in self.deck if not one.is_partial]
        if not able:
            self._function(module, word)
            return
        thing = module.define(f"BY_{word.upper()}")
        chosen = self.chance.some(able, 1, 2)
        items = ", ".join(f'"key{index}": {self.expression(module, one)}' for index, one in enumerate(chosen))
        module.add(f"{thing.name} = {{{items}}}")
        for index, one in enumerate(chosen):
            reached = Thing(module, thing.name, f'["key{index}"]')
            same = Dependency(reached, is_generator=one.is_generator, is_http=one.is_http, is_another_name=True)
            self.deck.append(same)

    def _partial_of(self, module: Module, word: str) -> None:
        """Write a partial of anything that can be called."""
        able = [one for one in self.deck if not one.is_partial]
        if not able:
            self._function(module, word)
            return
        one = self.chance.choice(able)
        thing = module.define(f"bound_{word}")
        partial = module.library("functools", "partial")
        inner = self.expression(module, one)
        if self.chance.often(30):
            inner = f"{partial}({inner})"
        module.add(f"{thing.name} = {partial}({inner})")
        self.deck.append(Dependency(thing, is_generator=one.is_generator, is_http=one.is_http))
