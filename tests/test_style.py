"""The project's own lints: what style asks for and no linter knows."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fastapi_lint.rules.rule import LAYERS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "fastapi_lint"
MODULES = sorted(PACKAGE.rglob("*.py"))
RULES = [path for path in MODULES if path.parent.name in LAYERS and path.name != "__init__.py"]
TEXTS = [*MODULES, *sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]

MUTABLE_CALLS = {"list", "dict", "set", "bytearray", "defaultdict", "deque", "Counter", "OrderedDict"}
READ_ONLY = re.compile(r"((Final|ClassVar)\[)*(Mapping|Sequence|Collection|frozenset|tuple)\b")
VAGUE = {"utils", "helpers", "common", "manager", "base", "misc"}

each_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
each_rule = pytest.mark.parametrize("path", RULES, ids=lambda path: str(path.relative_to(PACKAGE)))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def called(node: ast.expr) -> str:
    """The last part of the name of what is called, empty where it has none."""
    function = node.func if isinstance(node, ast.Call) else None
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )


# --- one rule, one file ---------------------------------------------------------------------------------------------


def kind(node: ast.stmt) -> str:
    match node:
        case ast.Expr(value=ast.Constant(value=str())):
            return "docstring"
        case ast.Import() | ast.ImportFrom():
            return "import"
        case ast.If(test=ast.Name(id="TYPE_CHECKING"), orelse=[]):
            return "import"
        case ast.Assign(targets=[ast.Name(id="RULE")]) | ast.AnnAssign(target=ast.Name(id="RULE")):
            return "RULE"
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return "constant" if re.fullmatch(r"_?[A-Z][A-Za-z0-9_]*", name) else f"variable {name}"
        case ast.FunctionDef(name="check" | "repair" as name):
            return name
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return "private" if name.startswith("_") else f"public {name}"
    return type(node).__name__


def misplaced(tree: ast.Module) -> list[str]:
    """The kinds that do not belong in a rule, and those that stand before what they should follow."""
    order = ["docstring", "import", "constant", "RULE", "check", "repair", "private"]
    kinds = [kind(node) for node in tree.body]
    wrong = [found for found in kinds if found not in order]
    known = [order.index(found) for found in kinds if found in order]
    wrong += [order[later] for earlier, later in pairwise(known) if later < earlier]
    return wrong + [needed for needed in ("docstring", "RULE", "check") if kinds.count(needed) != 1]


@each_rule
def test_a_rule_is_docstring_imports_constants_rule_check_repair_and_private_parts(path: Path) -> None:
    assert misplaced(tree_of(path)) == []
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 160


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('"""Doc."""\nimport a\nX = 1\nRULE = 1\ndef check(): ...\ndef repair(): ...\ndef _part(): ...', []),
        ('"""Doc."""\nRULE = 1\ndef _part(): ...\ndef check(): ...', ["check"]),
        ('"""Doc."""\nRULE = 1\nX = 1\ndef check(): ...', ["constant"]),
        ('"""Doc."""\nRULE = 1\ndef check(): ...\ndef part(): ...', ["public part"]),
        ('"""Doc."""\nRULE = 1\ndef check(): ...\nfor x in (): ...', ["For"]),
        ('"""Doc."""\nRULE = 1\ncount = 0\ndef check(): ...', ["variable count"]),
        ("RULE = 1\ndef check(): ...", ["docstring"]),
    ],
)
def test_the_order_of_a_rule_is_seen(text: str, wrong: list[str]) -> None:
    assert misplaced(ast.parse(text)) == wrong


# --- state and output -----------------------------------------------------------------------------------------------


def mutable_state(tree: ast.Module) -> Iterator[str]:
    """The names that a module or a class binds to something mutable, and every `global`."""
    for scope in [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))]:
        for node in scope.body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if name not in {"__all__", "__slots__"}:
                    if is_mutable(value):
                        yield name
                case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=ast.expr() as value):
                    if is_mutable(value) and not READ_ONLY.match(ast.unparse(annotation)):
                        yield name
    yield from (f"global {node.names[0]}" for node in ast.walk(tree) if isinstance(node, ast.Global))


def is_mutable(value: ast.expr) -> bool:
    displays = ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp
    return isinstance(value, displays) or called(value) in MUTABLE_CALLS


@each_module
def test_no_module_holds_mutable_state(path: Path) -> None:
    assert list(mutable_state(tree_of(path))) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A = [1]\nB: Final = {}\nC = set()\nD = collections.defaultdict(int)", ["A", "B", "C", "D"]),
        ("class A:\n    seen = {}", ["seen"]),
        ("def f():\n    global seen", ["global seen"]),
        ("A: Final[Mapping[str, int]] = {}\nB = frozenset({1})\nC = (1,)\n__all__ = ['A']\nD: tuple[int, ...]", []),
        ("A: Final[dict[str, tuple[int, ...]]] = {}", ["A"]),
        ("def f():\n    seen = []", []),
    ],
)
def test_mutable_state_is_seen(text: str, names: list[str]) -> None:
    assert list(mutable_state(ast.parse(text))) == names


@each_module
def test_only_the_command_line_prints(path: Path) -> None:
    if path.parent == PACKAGE / "cli":
        return
    calls = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    assert not [node.lineno for node in calls if isinstance(node.func, ast.Name) and node.func.id == "print"]


def swallowed(tree: ast.Module) -> int:
    """How many handlers take every exception and do not raise it again."""
    handlers = [node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]
    broad = [node for node in handlers if not node.type or re.search(r"\b(Base)?Exception\b", ast.unparse(node.type))]
    return sum(not (isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None) for node in broad)


def test_every_exception_is_taken_in_few_places_only() -> None:
    """Around one rule on one entity, around one repair, where a thread or a process hands its error on, and where commands end."""
    found = {path.relative_to(PACKAGE).as_posix(): swallowed(tree_of(path)) for path in MODULES}
    assert {path: count for path, count in found.items() if count} == {
        "cli/entry.py": 1,
        "engine/deep.py": 1,
        "engine/files.py": 1,
        "engine/judge.py": 1,
        "engine/mend.py": 1,
        "lsp/project.py": 1,
    }


# --- words ----------------------------------------------------------------------------------------------------------


@each_module
def test_a_module_says_in_one_sentence_what_it_owns(path: Path) -> None:
    docstring = ast.get_docstring(tree_of(path)) or ""
    first = docstring.partition("\n\n")[0].replace("\n", " ")
    assert re.fullmatch(r"[^\s].*[.:]", first), "the docstring's first paragraph ends with a full stop"
    assert not re.search(r"[a-z`)][.!?] [A-Z]", first), "the docstring's first paragraph is one sentence"
    assert path.stem not in VAGUE


@each_module
def test_what_is_public_says_its_contract(path: Path) -> None:
    silent = []
    for scope in [tree_of(path), *(node for node in tree_of(path).body if isinstance(node, ast.ClassDef))]:
        for node in scope.body:
            if not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
                continue
            by_role = path in RULES and node.name in {"check", "repair"}
            by_libcst = re.match(r"(visit|leave)_[A-Z]", node.name)
            private = node.name.startswith("_") or getattr(scope, "name", "").startswith("_")
            if not (private or by_role or by_libcst or ast.get_docstring(node)):
                silent.append(node.name)
    assert silent == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_names_a_place_of_one_machine(path: Path) -> None:
    found = re.findall(r"(?<![\w.])/(?:tmp|root|home|work|Users)/[\w./-]+", path.read_text(encoding="utf-8"))
    assert found == []


# --- entry points ---------------------------------------------------------------------------------------------------


def test_what_the_hook_and_the_script_call_exists() -> None:
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    entries = re.findall(r"^  entry: (.+)$", hooks, re.MULTILINE)
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert entries
    for script, *arguments in map(str.split, entries):
        assert re.search(rf'^{script} = "fastapi_lint.__main__:program"$', project, re.MULTILINE)
        asked = [sys.executable, "-m", "fastapi_lint", *arguments, "--help"]
        assert subprocess.run(asked, check=False, capture_output=True, cwd=ROOT).returncode == 0


@pytest.mark.parametrize("path", [".ci/run", "tools/find_python", "tools/install_programs"])
def test_scripts_can_be_run(path: str) -> None:
    assert os.access(ROOT / path, os.X_OK)
    assert subprocess.run(["bash", "-n", ROOT / path], check=False).returncode == 0


def test_the_python_found_is_the_one_asked_for_or_none() -> None:
    def found(python: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHON": python}
        return subprocess.run(
            ["tools/find_python"], check=False, capture_output=True, text=True, cwd=ROOT, env=environment
        )

    assert found(sys.executable).stdout.strip() == sys.executable
    assert found("no-such-python").returncode == 1
    assert "make PYTHON=" in found("no-such-python").stderr
