"""The packages and modules of a generated project: what is lowest in them, and what packages import for others."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.oracle.generate_dependencies import Dependencies
from tests.oracle.generate_modules import Chance, Module, Thing
from tests.oracle.generate_registrations import Registrations

ROOT = "shop"
JOURNAL = "from journal import leave, note"


@dataclass
class Packages:
    """Writes modules and remembers them."""

    chance: Chance
    version: tuple[int, ...]
    modules: list[Module] = field(default_factory=list)
    packages: dict[str, Module] = field(default_factory=dict)
    flags: list[Thing] = field(default_factory=list)
    """Names of truth values."""
    extensions: list[Module] = field(default_factory=list)
    """Modules that add to what others define, so that somebody has to import them."""

    def __post_init__(self) -> None:
        self.dependencies = Dependencies(self.chance, has_scope=self.version >= (0, 121))
        self.registrations = Registrations(self.chance, self.version, self.dependencies)

    def _package(self, dotted: str, group: str) -> Module:
        module = Module(dotted, f"{dotted.replace('.', '/')}/__init__.py", group, self.chance, is_package=True)
        self.modules.append(module)
        self.packages[dotted] = module
        return module

    def _module(self, package: Module, name: str) -> Module:
        dotted = f"{package.dotted}.{name}"
        module = Module(dotted, f"{dotted.replace('.', '/')}.py", package.group, self.chance)
        module.is_future = self.chance.often(25)
        module.imports[JOURNAL] = None
        module.names |= {"note": ("journal", "note"), "leave": ("journal", "leave")}
        # The package's own names must not stand for something else than its modules.
        package.names.setdefault(name, ("module", dotted))
        self.modules.append(module)
        return module

    def _finish(self, package: Module) -> None:
        """Let a package import for others what its modules define, and say what a star gives."""
        if package is self.root:
            return
        inner = [one for one in self.modules if one.dotted.startswith(f"{package.dotted}.")]
        if self.chance.often(50):
            for module in inner:
                own = [what for what in module.names.values() if isinstance(what, Thing) and what.module is module]
                for thing in self.chance.some(own, 0, 3):
                    self._reexport(package, module, thing)
            for module in inner:
                public = {name: what for name, what in module.names.items() if name[0] != "_"}
                is_clear = all(package.names.get(name, what) == what for name, what in public.items())
                if is_clear and self.chance.often(10):
                    module.is_starred = True
                    package.imports[f"from .{module.dotted.rpartition('.')[2]} import *"] = None
                    package.names |= public
        for module in inner:
            if not module.is_starred and self.chance.often(15):
                public = [name for name in module.names if name[0] != "_"]
                module.listed = self.chance.some(public, 1, len(public))

    def _reexport(self, package: Module, module: Module, thing: Thing) -> None:
        last = module.dotted.rpartition(".")[2]
        name = thing.name
        if name in package.names:
            name = package.fresh(f"{last}_{name}")
        place = self.chance.choice([f".{last}", module.dotted])
        renamed = f" as {name}" if name != thing.name or self.chance.often(30) else ""
        package.imports[f"from {place} import {thing.name}{renamed}"] = None
        package.names[name] = thing
        thing.others.append((package, name))

    # ---------------------------------------------------------------- the lower modules

    def _core(self, core: Module) -> None:
        self._config(self._module(core, "config"))
        for name in ("deps", "security", "services")[: self.chance.below(1, 3)]:
            module = self._module(core, name)
            for _ in range(self.chance.below(1, 6)):
                self.dependencies.write(module)
            self._typing_only(module)
        registrations = self.registrations
        if self.chance.often(70):
            module = self._module(core, "middleware")
            for _ in range(self.chance.below(1, 4)):
                registrations.write_middleware(module)
        if self.chance.often(50):
            module = self._module(core, "errors")
            for _ in range(self.chance.below(1, 2)):
                registrations.write_error(module)
        if self.chance.often(50):
            module = self._module(core, "life")
            for _ in range(self.chance.below(1, 3)):
                registrations.write_event(module)

    def _config(self, module: Module) -> None:
        texts = self.registrations.texts
        prefix = module.define("API_PREFIX")
        module.add(f'{prefix.name} = "/api"')
        texts.append((prefix, "{}"))
        if self.chance.often(60):
            other = module.define("VERSION")
            module.add(f"{other.name} = {self.chance.choice(['1', '2'])}")
            longer = module.define("BASE")
            module.add(f"{longer.name} = f'{{{prefix.name}}}/v{{{other.name}}}'")
            texts.append((longer, "{}"))
        if self.chance.often(60):
            owner = module.define("Settings")
            style = self.chance.choice(["plain", "model", "dataclass"])
            lines = [f"class {owner.name}:"]
            if style == "model":
                lines = [f"class {owner.name}({module.library('pydantic', 'BaseModel')}):"]
            elif style == "dataclass":
                lines.insert(0, f"@{module.library('dataclasses', 'dataclass')}")
            module.add(*lines, '    prefix: str = "/set"', '    admin_prefix: str = "/set/admin"')
            settings = module.define("settings")
            module.add(f"{settings.name} = {owner.name}()")
            texts += [(settings, "{}.prefix"), (settings, "{}.admin_prefix")]
            if self.chance.often(30):
                getter = module.define("get_settings")
                module.add(
                    f"@{module.library('functools', 'lru_cache')}",
                    f"def {getter.name}():",
                    f"    return {owner.name}()",
                )
                texts.append((getter, "{}().prefix"))
            if style != "model":
                texts.append((owner, "{}.prefix"))
        if self.chance.often(25):
            owner = module.define("Prefixes")
            base = self.chance.choice(["str, {}", "{}"]).format(module.library("enum", "Enum"))
            module.add(f"class {owner.name}({base}):", '    users = "/kind"', '    items = "/kind/items"')
            texts += [(owner, "{}.users.value"), (owner, '{}["items"].value')]
        if self.chance.often(40):
            flag = module.define(self.chance.choice(["DEBUG", "ENABLED"]))
            module.add(f"{flag.name} = {self.chance.choice(['True', 'False'])}")
            self.flags.append(flag)
        if self.chance.often(40):
            methods = module.define("METHODS")
            module.add(f'{methods.name} = ["GET", "POST"]')
            self.registrations.method_lists.append(methods)

    def _typing_only(self, module: Module) -> None:
        """Import something for types alone, from where nothing is at run time."""
        if self.chance.often(25):
            checking = module.library("typing", "TYPE_CHECKING")
            name = module.define("Session").name
            lines = [f"if {checking}:", f"    from {ROOT}.nowhere import {name}"]
            if self.chance.often(50):
                lines += ["else:", f"    {name} = str"]
                module.add(*lines)
                return
            module.add(*lines)
            # Bound for the type checker only, so that nobody may import it.
            del module.names[name]
            module.inner.add(name)
