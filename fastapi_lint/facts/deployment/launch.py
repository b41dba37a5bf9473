"""Commands unwrapped until a server, a script of the project or nothing of interest is left."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi_lint.facts.deployment.entrypoint import fastapi_entrypoint, installed_commands
from fastapi_lint.facts.deployment.expand import SPLIT, Scope, fields
from fastapi_lint.facts.deployment.locate import find_file, module_file
from fastapi_lint.facts.deployment.prepared import START, prepared_words
from fastapi_lint.facts.deployment.scene import Budget
from fastapi_lint.facts.deployment.script import run_script
from fastapi_lint.facts.deployment.serve import python_deployment, served
from fastapi_lint.facts.deployment.text import Piece, Text
from fastapi_lint.knowledge.servers import SERVER_MODULES, SERVERS
from fastapi_lint.knowledge.wrappers import PYTHON_RUNNERS, SHELLS, WAITERS, WRAPPERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fastapi_lint.facts.deployment.model import Deployment
    from fastapi_lint.facts.deployment.project import Project
    from fastapi_lint.facts.deployment.scene import Scene
    from fastapi_lint.knowledge.wrappers import Wrapper

_PYTHON = re.compile(r"(python|pypy)\d*(\.\d+)*t?(\.exe)?$")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_PYTHON_VALUED = frozenset({"-W", "-X", "--check-hash-based-pycs"})
_SERVING = re.compile(r"serve|run$|start|^api$|^app$|^web$|^up$|^launch$")
_STEPS = 3000
_MOST = 200
_WRAPPERS = 12
_SCRIPTS = 8


class Launcher:
    """Collects the deployments that commands make; `begin` sets a new budget for a new deployment file."""

    def __init__(self, project: Project) -> None:
        """Start without deployments."""
        self._project = project
        self._budget = Budget(_STEPS)
        self._found: dict[Deployment, None] = {}
        self._commands: dict[str, Mapping[str, str]] | None = None

    def _keep(self, found: Deployment) -> None:
        if len(self._found) < _MOST:
            self._found[found] = None

    def begin(self) -> None:
        """Allow the next deployment file its own effort."""
        self._budget = Budget(_STEPS)

    def taken(self) -> tuple[Deployment, ...]:
        """Return what was found since the last call, each once."""
        found, self._found = tuple(self._found), {}
        return found

    def start(self, words: Sequence[Text], scene: Scene) -> None:
        """Follow a command, given as words, to the deployments that it makes."""
        words = list(words)
        for _ in range(_WRAPPERS):
            if not words or not self._budget.spend(1 + len(scene.variables) // 40):
                return
            name = posixpath.basename(words[0].value)
            wrapper = WRAPPERS.get(name)
            if wrapper is not None:
                inner = _unwrapped(words, wrapper, scene)
            elif name.startswith(WAITERS) and any(word.value == "--" for word in words):
                inner = _after_separator(words), scene
            else:
                break
            if inner is None:
                return
            words, scene = inner
            if words and name in PYTHON_RUNNERS and words[0].value in {"-m", "--module"}:
                self._python(words, scene)
                return
        if words:
            self._program(words, scene)

    def shell(
        self, script: Text, scene: Scene, arguments: tuple[Text, ...] | None = (), program: Text | None = None
    ) -> None:
        """Follow a shell's script."""
        run_script(script, scene, self.start, self._script, self._budget, arguments, program)

    def _program(self, words: Sequence[Text], scene: Scene) -> None:
        name = posixpath.basename(words[0].value)
        if name in SHELLS:
            self._shell_command(words, scene)
        elif name in {"su", "runuser"} or (name == "watchfiles" and len(words) > 1):
            self._quoted_command(words, scene)
        elif name in SERVERS:
            self._serve(name, words[1:], words[0], scene)
        elif _PYTHON.match(name):
            self._python(words, scene)
        else:
            self._file(words, scene)

    def _serve(self, server: str, words: Sequence[Text], program: Text, scene: Scene) -> None:
        found = served(SERVERS[server], words, program, scene, self._project, self._entrypoint)
        if found is not None:
            self._keep(found)

    def _entrypoint(self, folder: str) -> tuple[Text, str] | None:
        path = posixpath.join(folder, "pyproject.toml")
        if not self._project.has(path):
            return None
        data = self._project.bytes_of(path)
        found = None if data is None else fastapi_entrypoint(data)
        if found is None:
            return None
        target, span = found
        value = target.encode().decode("latin-1")
        return Text((Piece(value, path, span.start, span.end),)), "`[tool.fastapi]` names the application here"

    def _python(self, words: Sequence[Text], scene: Scene) -> None:
        index = 1 if words[0].value not in {"-m", "--module"} else 0
        while index < len(words):
            value = words[index].value
            if value in {"-m", "--module"}:
                self._module(words, index + 1, scene)
                return
            if value == "-c" or not value.startswith("-"):
                break
            index += 2 if value in _PYTHON_VALUED else 1
        if index < len(words) and words[index].value != "-c" and words[index].is_known:
            self._python_file(words, index, scene)

    def _module(self, words: Sequence[Text], index: int, scene: Scene) -> None:
        if index >= len(words) or not words[index].is_known:
            return
        module = words[index].value
        if module in SERVER_MODULES:
            self._serve(SERVER_MODULES[module], words[index + 1 :], words[0], scene)
        elif module in {"debugpy", "coverage"}:
            self.start([words[index], *words[index + 1 :]], scene)
        else:
            found = module_file(module, (), scene, self._project)
            if found is not None:
                self._keep(python_deployment(words[index], found, scene, words, self._project))

    def _python_file(self, words: Sequence[Text], index: int, scene: Scene) -> None:
        path = words[index].value
        name = posixpath.basename(path)
        if name in SERVERS:
            self._serve(name, words[index + 1 :], words[0], scene)
            return
        if not path.endswith(".py"):
            path = posixpath.join(path, "__main__.py")
        found = find_file(path, scene, self._project)
        if found is not None:
            self._keep(python_deployment(words[index], found, scene, words, self._project))

    def _shell_command(self, words: Sequence[Text], scene: Scene) -> None:
        """Follow `sh -c TEXT` or `sh FILE`."""
        index, is_text = 1, False
        while index < len(words) and words[index].value[:1] in {"-", "+"}:
            value = words[index].value
            is_text = is_text or (not value.startswith("--") and "c" in value[1:] and value[0] == "-")
            index += 2 if value in {"-o", "+o", "-O", "--rcfile", "--init-file"} or re.match(r"-[a-z]*o$", value) else 1
        if index >= len(words):
            return
        rest = tuple(words[index + 1 :])
        if is_text:
            self.shell(words[index], scene, rest[1:], rest[0] if rest else None)
        else:
            self._script_file(words[index], rest, scene)

    def _quoted_command(self, words: Sequence[Text], scene: Scene) -> None:
        """Follow a command that is one word: `su user -c TEXT`, `watchfiles TEXT`."""
        if posixpath.basename(words[0].value) == "watchfiles":
            text = next((word for word in words[1:] if not word.value.startswith("-")), None)
            if text is not None:
                self.shell(text, replace(scene, is_development=True))
            return
        for index, word in enumerate(words[:-1]):
            if word.value in {"-c", "--command"}:
                self.shell(words[index + 1], scene)

    def _file(self, words: Sequence[Text], scene: Scene) -> None:
        """Follow a program that may be a file of the project, or a command that it installs."""
        program = words[0]
        if not program.is_known:
            return
        if self._script_file(program, tuple(words[1:]), scene):
            return
        if scene.is_prepared and program.value == START:
            self.start(prepared_words(program, scene, self._project), scene)
            return
        if program.value.endswith(".py"):
            self._python_file(words, 0, scene)
        elif "/" in program.value or program.value.endswith(".sh"):
            # a start script of the base image: nearly all of them end in exec "$@"
            self._after_unknown_script(words[1:], scene)
        else:
            self._installed(words, scene)

    def _after_unknown_script(self, words: Sequence[Text], scene: Scene) -> None:
        if words and words[0].is_known and not words[0].value.startswith("-"):
            self.start(words, scene)

    def _installed(self, words: Sequence[Text], scene: Scene) -> None:
        """Follow a command that a pyproject.toml of the project installs, to the module that it runs.

        A first argument that names another task than serving (`keep provider ...`) ends the way.
        """
        name = words[0].shown
        if len(words) > 1 and not words[1].value.startswith("-") and not _SERVING.search(words[1].value):
            return
        for folder, module in self._installed_modules(name):
            for start in (folder, posixpath.join(folder, "src")):
                found = self._project.module_file(start, module)
                if found is not None:
                    named = Text(replace(piece, text=module) for piece in words[0].pieces[:1])
                    self._keep(python_deployment(named, found, scene, words, self._project))
                    return

    def _installed_modules(self, command: str) -> Iterator[tuple[str, str]]:
        """Yield the folder and the module of every pyproject.toml that installs a command."""
        if self._commands is None:
            self._commands = {}
            for path in self._project.ending_with("pyproject.toml"):
                data = self._project.peek(path) if path.count("/") < 3 else None
                if data is not None:
                    self._commands[posixpath.dirname(path)] = installed_commands(data)
        for folder, commands in self._commands.items():
            if command in commands:
                yield folder, commands[command]

    def _script(self, path: Text, scene: Scene) -> tuple[str, Text] | None:
        """Return the path and text of a shell script of the project or of the image's own making."""
        if not path.is_known:
            return None
        runtime = posixpath.normpath(posixpath.join(scene.directory, path.value))
        if runtime in scene.written:
            return runtime, scene.written[runtime]
        if "/" not in path.value and not path.value.endswith(".sh") and not scene.written:
            return None
        found = find_file(path.value, scene, self._project)
        if found is None or found.endswith((".py", ".js", ".ts", ".yml", ".yaml", ".conf", ".toml", ".json")):
            return None
        text = self._project.text(found)
        first_line = text.value[:200].split("\n", 1)[0] if text is not None else ""
        is_shell = found.endswith((".sh", ".bash")) or (
            first_line.startswith("#!") and "sh" in first_line.split("/")[-1]
        )
        return (found, text) if text is not None and is_shell else None

    def _script_file(self, path: Text, arguments: tuple[Text, ...], scene: Scene) -> bool:
        """Follow a script and return whether there is one."""
        found = self._script(path, scene)
        if found is None:
            return False
        if found[0] in scene.scripts or len(scene.scripts) >= _SCRIPTS:
            return True
        message = f"starts `{posixpath.basename(found[0])}`"
        entered = replace(scene, scripts=(*scene.scripts, found[0])).noting(path.location(), message)
        self.shell(found[1], entered, arguments, path)
        return True


def _after_separator(words: Sequence[Text]) -> list[Text]:
    values = [word.value for word in words]
    return list(words[values.index("--") + 1 :])


def _unwrapped(words: Sequence[Text], wrapper: Wrapper, scene: Scene) -> tuple[list[Text], Scene] | None:
    """Return the command that a wrapper starts and its scene, None where it starts none."""
    index, scene = _past_options(words, 1, wrapper, scene)
    if wrapper.subcommand:
        if index >= len(words) or words[index].value != wrapper.subcommand:
            return None
        index, scene = _past_options(words, index + 1, wrapper, scene)
    index += wrapper.operands
    assigned: dict[str, Text] = {}
    while wrapper.assigns and index < len(words) and _ASSIGNMENT.match(words[index].value):
        name, _, _ = words[index].value.partition("=")
        assigned[name] = words[index].cut(len(name) + 1).labelled(f"`{name}` is set here")
        index += 1
    if index < len(words) and words[index].value == "--":
        index += 1
    if wrapper.is_development:
        scene = replace(scene, is_development=True)
    return list(words[index:]), scene.with_variables(assigned)


def _past_options(words: Sequence[Text], index: int, wrapper: Wrapper, scene: Scene) -> tuple[int, Scene]:
    while index < len(words):
        value = words[index].value
        if value == "--":
            return index + 1, scene
        if not value.startswith("-") or value in {"-m", "--module"}:
            break
        name, equals, attached = value.partition("=")
        takes = name in wrapper.valued or (wrapper.every_option_valued and name.startswith("--"))
        following = words[index + 1].value if takes and not equals and index + 1 < len(words) else attached
        if name in wrapper.directories and following:
            scene = scene.moved(following)
        index += 2 if takes and not equals else 1
    return index, scene


def split_words(text: Text) -> tuple[Text, ...]:
    """Return a command line's words where no shell reads it: quotes count, variables do not."""
    return fields(text, SPLIT, Scope({}))
