"""Makes a project for which the linter and the framework differ as small as it gets, by leaving out code.

python -m tests.oracle.shrink_generated 0.165.0 <seed>
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass, replace

from tests.oracle.compare_generated import Framework, compare
from tests.oracle.generate import Project, of_seed
from tests.oracle.interpreters import Interpreter

LISTS = ("body", "orelse", "decorator_list", "keywords", "args", "elts", "names", "bases")
"""The parts of a node of which each item may be left out."""


@dataclass
class Shrinker:
    """Leaves out what a difference does not need."""

    framework: Framework

    def shrunk(self, project: Project) -> Project:
        """Return the smallest project found that differs in the same way."""
        self.kinds = self._kinds(project)
        before = None
        while self.kinds and project != before:
            before = project
            for path in list(project.files):
                files = {name: text for name, text in project.files.items() if name != path}
                smaller = replace(project, files=files)
                project = smaller if self._differs(smaller) else project
            for path in list(project.files):
                if path.endswith(".py"):
                    project = self._file(project, path)
        return project

    def _kinds(self, project: Project) -> set[str]:
        (found,) = compare(self.framework, [project])
        if found.is_broken:
            return set()
        return {text.split(" ", 1)[0] + ("exit" if "exit code" in text else "") for text in found.differences}

    def _differs(self, project: Project) -> bool:
        return bool(self.kinds & self._kinds(project))

    def _file(self, project: Project, path: str) -> Project:
        """Return the project with less in one file, the largest parts first."""
        tree = ast.parse(project.files[path])
        for node in ast.walk(tree):
            for name in LISTS:
                items = getattr(node, name, None) if not _is_said(node) else None
                for index in reversed(range(len(items) if isinstance(items, list) else 0)):
                    if _is_said(items[index]) or isinstance(items[index], ast.Pass):
                        continue
                    before = list(items)
                    is_last = name == "body" and len(items) == 1 and node is not tree
                    items[index : index + 1] = [ast.Pass()] if is_last else []
                    text = _text(tree)
                    smaller = replace(project, files={**project.files, path: text or ""})
                    if text is not None and self._differs(smaller):
                        project = smaller
                    else:
                        items[:] = before
        return project


def _is_said(node: ast.AST) -> bool:
    """Return whether a statement or expression says that something was called, or gives a generator's value."""
    call = node.value if isinstance(node, ast.Expr) else node
    if isinstance(call, ast.Yield):
        return True
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in {"note", "leave"}


def _text(tree: ast.Module) -> str | None:
    try:
        text = ast.unparse(tree) + "\n"
        ast.parse(text)
    except (SyntaxError, ValueError, IndexError):
        return None
    return text


if __name__ == "__main__":
    stated = Interpreter.find(sys.argv[1])
    assert stated is not None, f"there is no environment with FastAPI {sys.argv[1]}"
    with Framework(stated) as running:
        small = Shrinker(running).shrunk(of_seed(int(sys.argv[2]), stated.version))
        print(small)
        (result,) = compare(running, [small])
        print("\n".join(result.differences))
