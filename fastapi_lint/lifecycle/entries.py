"""Where an application's life begins: deployment lines, `uvicorn.run` in scripts, and applications in the code itself.

Each entry is a replay of its own, since it is a process of its own. What no entry reaches is not part of any
application. Test code is no entry.
"""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from fastapi_lint.facts import model as m
from fastapi_lint.lifecycle.guards import expressions_in
from fastapi_lint.lifecycle.makers import (
    DECORATING,
    REGISTERING,
    aliases,
    calls,
    calls_inside,
    is_main_guard,
    last_name,
    makers,
    registers,
)
from fastapi_lint.lifecycle.registrations import AppRecord
from fastapi_lint.lifecycle.replay import Replay
from fastapi_lint.lifecycle.runners import deployment_of, runner_calls
from fastapi_lint.lifecycle.symbols import ProjectIndex, is_test_path
from fastapi_lint.lifecycle.values import (
    Arguments,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    ModuleValue,
    OneOf,
    Value,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from fastapi_lint.core.cancel import Cancel
    from fastapi_lint.facts.deployment.model import Deployment
    from fastapi_lint.knowledge.versions import Target
    from fastapi_lint.lifecycle.awake import AwakeFacts
    from fastapi_lint.lifecycle.effects import Activation


_APPLICATION_WORDS: Final = frozenset({"FastAPI", "Starlette"})
_MODULES: Final = frozenset({"fastapi", "starlette", "uvicorn"})
_CLI_NAMES: Final = ("app", "api")
_LEVELS: Final = 4
_SERVER_WORDS: Final = frozenset({"uvicorn", "uvicorn.run", "hypercorn", "granian", "gunicorn", "fastapi_cli"})


class World(Struct, eq=False):
    """One replay, from one module on."""

    replay: Replay
    path: str
    module: Value
    is_main: bool = False
    began: Activation | None = None
    """What its `if __name__ == "__main__"` did, where that was run apart from an import of the module."""


class Candidate(Struct, eq=False):
    """An application as one world made it, with the deployments that start it there."""

    instance: Instance
    world: World
    name: str
    deployments: list[Deployment] = field(default_factory=list)


class Entries:
    """Finds the entries of a project and replays them."""

    def __init__(
        self,
        index: ProjectIndex,
        facts: AwakeFacts,
        target: Callable[[str], Target],
        cancel: Cancel | None = None,
    ) -> None:
        """Take the project's files, their facts, and the target versions that hold near a path."""
        self._index = index
        self._target = target
        self._cancel = cancel
        self._scripts: dict[str, World] = {}
        self._worlds: dict[tuple[str, str, bool], World] = {}
        self._all = facts
        self._all.wake({*_APPLICATION_WORDS, *_MODULES, *REGISTERING}, DECORATING)
        self._words = self._application_words()
        self.candidates: list[Candidate] = []
        self.unfound: list[str] = []
        """The configured import strings that lead to no application."""

    def find(self, deployments: Iterable[Deployment], apps: Iterable[str]) -> list[Candidate]:
        """Return every application with the deployments that start it; `apps` are configured import strings."""
        self.unfound = [wanted for wanted in apps if not self._from_target(wanted, "", None)]
        for deployment in deployments:
            self._from_deployment(deployment)
        self._from_scripts()
        self._from_code()
        return self.candidates

    # Words.

    def _application_words(self) -> frozenset[str]:
        words = set(_APPLICATION_WORDS)
        for _ in range(3):
            before = len(words)
            for facts in self._all.values():
                renamed = aliases(facts)
                for node in facts.body:
                    if isinstance(node, m.Class) and any(
                        renamed.get(last, last) in words for last in (last_name(base.value) for base in node.bases)
                    ):
                        words.add(node.name)
            if len(words) == before:
                break
            self._all.wake(words - _APPLICATION_WORDS)
        return frozenset(words)

    def _words_in(self, path: str) -> frozenset[str]:
        """Return the names of application classes as one file writes them."""
        renamed = aliases(self._all[path])
        return self._words.union(alias for alias, name in renamed.items() if name in self._words)

    def _makes_app(self, path: str) -> bool:
        return not self._words.isdisjoint(self._all[path].called)

    # Worlds.

    def world(self, path: str, root: str | None = None, *, is_main: bool = False) -> World:
        """Return the world that begins with a file, replaying it the first time."""
        facts = self._all.get(path)
        if root is None:
            names = (name for name in facts.imported if not name.startswith(".")) if facts is not None else ()
            root = self._index.root_of(path, names)
        if is_main and not root:
            root = dirname(path) if self._index.package_top(path) == path else root
        key = (path, root, is_main)
        known = self._worlds.get(key)
        if known is not None:
            return known
        replay = Replay(self._index, self._all.get, self._index.search_path(root), self._target(path), self._cancel)
        name = self._index.module_name(path, root)
        replay.main = name if is_main else ""
        world = World(replay, path, External(""), is_main)
        self._worlds[key] = world
        world.module = replay.import_module(name)
        return world

    def _script(self, path: str) -> World:
        """Return the world of a file that runs as a script: the import's own, where only the guard differs."""
        guards = [node for node in self._all[path].body if isinstance(node, m.If) and is_main_guard(node.test)]
        told = {*REGISTERING, *self._words_in(path)}
        if any(calls(node.body, told) for node in guards):
            return self.world(path, is_main=True)
        world = self.world(path)
        if not guards or not isinstance(world.module, ModuleValue):
            return world
        known = self._scripts.get(path)
        if known is None:
            body = tuple(statement for node in guards for statement in node.body)
            began = world.replay.run_apart(world.module, body)
            known = World(world.replay, path, world.module, is_main=True, began=began)
            self._scripts[path] = known
        return known

    def _locate(self, module: str, directory: str, first: Sequence[str] = ()) -> tuple[str, str] | None:
        """Return the file of a dotted module and the root it is found under, looking into `first` before all."""
        for root in (*first, *self._index.search_path(directory)):
            found = self._index.find(module, (root,))
            if found is not None and found.path is not None:
                return found.path, root
        relative = module.replace(".", "/")
        ends = (f"/{relative}.py", f"/{relative}/__init__.py")
        matches = [path for path in sorted(self._index.files) if path.endswith(ends) and not is_test_path(path)]
        if len(matches) != 1:
            return None
        path = matches[0]
        return path, path[: -len(ends[0] if path.endswith(ends[0]) else ends[1])]

    # Deployments.

    def _from_deployment(self, deployment: Deployment) -> None:
        if deployment.target is not None and self._from_target(deployment.target, deployment.directory, deployment):
            return
        if deployment.path_target is not None and deployment.path_target in self._all:
            is_script = deployment.server == "python"
            if is_script and not self._may_serve(deployment.path_target):
                return
            path = deployment.path_target
            world = self._script(path) if is_script else self.world(path)
            if is_script:
                self._from_runners(world, deployment)
            else:
                self._from_discovery(world, deployment)
        elif deployment.server == "fastapi":
            for path in ("main.py", "app.py", "api.py", "app/main.py", "app/app.py", "app/api.py"):
                inside = f"{deployment.directory}/{path}" if deployment.directory else path
                if inside in self._all:
                    self._from_discovery(self.world(inside), deployment)
                    return

    def _from_discovery(self, world: World, deployment: Deployment) -> None:
        module = world.module
        if not isinstance(module, ModuleValue):
            return
        wanted = [deployment.app_name] if deployment.app_name else []
        if deployment.target is not None:
            wanted.append(deployment.target.partition(":")[2] or "app")
        names = [*wanted, *_CLI_NAMES, *module.namespace]
        for name in names:
            instance = unwrapped(module.namespace.get(name))
            if instance is not None:
                self._add(instance, world, f"{module.name}:{name}", deployment)
                return

    def _may_serve(self, path: str) -> bool:
        """Return whether a script, or anything that it imports, names a server or makes an application."""
        root = dirname(self._index.package_top(path))
        roots = self._index.search_path(root)
        pending, seen = [path], {path}
        while pending:
            current = pending.pop()
            facts = self._all.get(current)
            if facts is None:
                continue
            if not _SERVER_WORDS.isdisjoint(facts.imported):
                return True
            for name in facts.imported:
                for file in self._files_of(name, current, roots):
                    if file not in seen:
                        seen.add(file)
                        pending.append(file)
        return False

    def _files_of(self, name: str, path: str, roots: tuple[str, ...]) -> Iterator[str]:
        level = len(name) - len(name.lstrip("."))
        if level:
            folder = path
            for _ in range(level):
                folder = dirname(folder)
            base = f"{folder}/{name[level:].replace('.', '/')}".strip("/")
            candidates = (f"{base}.py", f"{base}/__init__.py")
            yield from (file for file in candidates if file in self._index.files)
            return
        found = self._index.find(name, roots)
        if found is not None and found.path is not None:
            yield found.path

    def _from_target(self, target: str, directory: str, deployment: Deployment | None) -> bool:
        """Add the application that an import string names; return whether there is one."""
        module_name, _, attribute = target.partition(":")
        attribute = attribute or "app"
        is_call = attribute.endswith(")")
        attribute = attribute.partition("(")[0]
        found = self._locate(module_name, directory, deployment.search_path if deployment is not None else ())
        if found is None:
            return False
        world = self.world(*found)
        module = world.module
        if not isinstance(module, ModuleValue):
            return False
        value: Value = module
        for part in attribute.split("."):
            value = world.replay.attribute(value, part, world.replay.site)
        name = f"{module_name}:{attribute}"
        if isinstance(value, FunctionValue) and _is_dispatcher(value):
            return self._behind(world, module, value, deployment)
        is_factory = is_call or (deployment is not None and deployment.factory)
        if unwrapped(value) is None and (is_factory or isinstance(value, FunctionValue)):
            value = self._made_by(world, value)
            name += "()"
        instance = unwrapped(value)
        if instance is not None:
            self._add(instance, world, name, deployment)
        return instance is not None

    def _behind(
        self, world: World, module: ModuleValue, dispatcher: FunctionValue, deployment: Deployment | None
    ) -> bool:
        """Add the applications that an ASGI function hands scopes on to; return whether there is one."""
        names = sorted({one.id for one in expressions_in(dispatcher.definition.body, m.Name)})
        found = [instance for name in names if (instance := unwrapped(module.namespace.get(name))) is not None]
        for instance in found:
            self._add(instance, world, self._name_of(instance, world), deployment)
        return bool(found)

    @staticmethod
    def _made_by(world: World, factory: Value) -> Value:
        replay = world.replay
        site = factory.site if isinstance(factory, FunctionValue) else replay.site
        return replay.resolve_awaitable(replay.call(factory, Arguments(), site), site)

    def _add(self, instance: Instance, world: World, name: str, deployment: Deployment | None) -> None:
        for known in self.candidates:
            if known.instance is instance:
                if deployment is not None and deployment not in known.deployments:
                    known.deployments.append(deployment)
                return
        self.candidates.append(Candidate(instance, world, name, [deployment] if deployment is not None else []))

    # Scripts.

    def _from_scripts(self) -> None:
        for path, facts in self._all.items():
            if is_test_path(path) or ("uvicorn" not in facts.imported and "uvicorn.run" not in facts.imported):
                continue
            if not {"run", "Config"}.isdisjoint(facts.called):
                self._from_runners(self._script(path), None)

    def _from_runners(self, world: World, started: Deployment | None) -> None:
        root = world.began or world.replay.root
        calls = list(runner_calls(root))
        if not calls:
            self._call_mains(world, root)
            calls = list(runner_calls(root))
        for call in calls:
            served = call.arguments.get(0, "app")
            deployment = deployment_of(call, world.path, started)
            text = text_of(served)
            if text is not None:
                self._from_target(text, dirname(world.path), deployment)
                if self._locate(text.partition(":")[0], dirname(world.path)) is None:
                    self._from_target(text, started.directory if started is not None else "", deployment)
                continue
            instance = unwrapped(served)
            if instance is not None:
                self._add(instance, world, self._name_of(instance, world), deployment)

    def _call_mains(self, world: World, root: Activation) -> None:
        """Call the functions of a script that start a server when nothing in it calls them, as part of `root`."""
        module = world.module
        if not isinstance(module, ModuleValue):
            return
        for node in module.facts.body:
            if isinstance(node, m.Function) and calls_inside(node, {"run", "Config"}):
                value = module.namespace.get(node.name)
                if isinstance(value, FunctionValue):
                    before, world.replay.activation = world.replay.activation, root
                    self._made_by(world, value)
                    world.replay.activation = before

    # Code.

    def _from_code(self) -> None:
        makers = [path for path in self._all if self._makes_app(path) and not is_test_path(path)]
        reached = {path for world in self._worlds.values() if not world.is_main for path in reached_files(world)}
        for path in sorted(makers, key=lambda one: (one.count("/"), one)):
            if path not in reached:
                world = self.world(path)
                reached |= reached_files(world)
        self._from_importers(reached)
        if not self.candidates and not any(world.replay.apps for world in self._worlds.values()):
            self._from_other_makers(reached)
        for world in list(self._worlds.values()):
            for instance in world.replay.apps:
                if self._is_bound(instance, world):
                    self._add(instance, world, self._name_of(instance, world), None)
        for path in sorted(makers, key=lambda one: (one.count("/"), one)):
            self._from_factories(path)

    def _from_other_makers(self, reached: set[str]) -> None:
        """Replay what imports the class of applications, where nobody calls it by its name."""
        for path, facts in list(self._all.items()):
            if path not in reached and not is_test_path(path) and not _IMPORTED.isdisjoint(facts.imported):
                reached |= reached_files(self.world(path))

    def _from_importers(self, reached: set[str]) -> None:
        """Replay the modules above the ones that make applications: they may register more on them."""
        leads = {path: True for path in self._all if self._makes_app(path)}
        for path, facts in list(self._all.items()):
            if path in reached or is_test_path(path) or not registers(facts):
                continue
            if self._leads_to_app(path, leads):
                reached |= reached_files(self.world(path))

    def _leads_to_app(self, path: str, leads: dict[str, bool]) -> bool:
        """Return whether a file imports, through whatever others, one that makes an application."""
        known = leads.get(path)
        facts = self._all.get(path) if known is None else None
        if facts is None:
            return bool(known)
        leads[path] = False
        roots = tuple(dict.fromkeys((dirname(self._index.package_top(path)), dirname(path), "")))
        for imported in facts.imported:
            for name in (imported, imported.rpartition(".")[0]):
                if name and any(self._leads_to_app(file, leads) for file in self._files_of(name, path, roots)):
                    leads[path] = True
                    return True
        return False

    def _is_bound(self, instance: Instance, world: World) -> bool:
        """Return whether a module keeps an application, or a function that the code runs made it at import."""
        return instance.phase.value == 0 and bool(self._name_of(instance, world))

    @staticmethod
    def _name_of(instance: Instance, world: World) -> str:
        modules = [module for module in world.replay.modules.values() if module is not None]
        modules.sort(key=lambda module: (module.path != instance.site.path, module.path != world.path, module.name))
        for module in modules:
            for name, value in module.namespace.items():
                if unwrapped(value) is instance and _binds_here(module, name):
                    return f"{module.name}:{name}"
        for module in modules:
            if module.path == instance.site.path:
                return f"{module.name}:<application>"
        return ""

    def _from_factories(self, path: str) -> None:
        """Call the functions that make an application which no entry made."""
        made = {candidate.instance.site for candidate in self.candidates}
        words = self._words_in(path)
        tried: set[tuple[str, str]] = set()
        level: list[tuple[str, str]] = [
            (path, node.name)
            for node in self._all[path].body
            if isinstance(node, m.Function | m.Class) and any(site not in made for site in makers(node, words, path))
        ]
        for depth in range(_LEVELS):
            above = [found for one in level for found in self._callers(one, tried)] if depth < _LEVELS - 1 else []
            if not above:
                break
            level = above
        for file, name in level:
            self._call_factory(file, name)

    def _callers(self, wanted: tuple[str, str], tried: set[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        if wanted in tried:
            return
        tried.add(wanted)
        self._all.wake({wanted[1]})
        for path, facts in self._all.items():
            if wanted[1] not in facts.called or is_test_path(path):
                continue
            for node in facts.body:
                if isinstance(node, m.Function) and node.name != wanted[1] and calls_inside(node, {wanted[1]}):
                    if (path, node.name) not in tried:
                        yield path, node.name
            rest = tuple(node for node in facts.body if not isinstance(node, m.Function | m.Class))
            if calls(rest, {wanted[1]}):
                self._adopt(self.world(path))

    def _adopt(self, world: World) -> None:
        for instance in world.replay.apps:
            if self._is_bound(instance, world):
                self._add(instance, world, self._name_of(instance, world), None)

    def _call_factory(self, path: str, name: str) -> None:
        made = {candidate.instance.site for candidate in self.candidates}
        world = self.world(path)
        module = world.module
        value = module.namespace.get(name) if isinstance(module, ModuleValue) else None
        if not isinstance(module, ModuleValue) or not isinstance(value, FunctionValue | ClassValue):
            return
        replay = world.replay
        before = len(replay.apps)
        result = replay.resolve_awaitable(replay.call(value, Arguments(open=True), value.site), value.site)
        if isinstance(value, ClassValue) and len(replay.apps) == before and isinstance(result, Instance):
            words = self._words_in(path)
            for word, member in value.namespace.items():
                if isinstance(member, FunctionValue) and calls(member.definition.body, words):
                    replay.call(replay.attribute(result, word, value.site), Arguments(open=True), value.site)
        for instance in replay.apps[before:]:
            if instance.site not in made:
                self._add(instance, world, f"{module.name}:{name}()", None)


_IMPORTED: Final = frozenset({"fastapi.FastAPI", "fastapi.applications.FastAPI", "starlette.applications.Starlette"})


def _is_dispatcher(function: FunctionValue) -> bool:
    """Return whether a function is an ASGI callable: a coroutine of `scope`, `receive` and `send`."""
    definition = function.definition
    plain = [one for one in definition.params if one.kind in {"plain", "positional"} and one.default is None]
    return isinstance(definition, m.Function) and definition.is_async and len(plain) == len(definition.params) == 3


def unwrapped(value: Value | None) -> Instance | None:
    """Return the application that a value is, looking through ASGI middleware wrapped around it."""
    for _ in range(8):
        if isinstance(value, OneOf):
            value = next((option for option in value.options if isinstance(option, Instance)), None)
        if not isinstance(value, Instance):
            return None
        if isinstance(value.record, AppRecord):
            return value
        value = value.arguments.get(0, "app") or value.arguments.keywords.get("other_asgi_app")
    return None


def reached_files(world: World) -> set[str]:
    """Return the files that a world imports."""
    return {module.path for module in world.replay.modules.values() if module is not None and module.path}


def _binds_here(module: ModuleValue, name: str) -> bool:
    site = module.bindings.get(name)
    return site is not None and site.path == module.path
