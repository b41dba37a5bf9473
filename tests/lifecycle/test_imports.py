"""Small projects of several files: what Python binds in their modules is what the replay binds."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from fastapi_lint.lifecycle.values import (
    ClassValue,
    Dictionary,
    External,
    FunctionValue,
    Instance,
    Literal,
    Method,
    ModuleValue,
    PartialValue,
    Sequence,
    Value,
)
from tests.lifecycle.namespaces import replayed

if TYPE_CHECKING:
    from pathlib import Path

DESCRIBE = """
import functools, importlib, inspect, json, re, runpy, sys, types
def named(value):  # before Python 3.12 comprehensions were functions of their own
    return re.sub("<(list|set|dict)comp>[.]", "", value.__qualname__)
def describe(value, depth=0):
    if value is None or isinstance(value, (bool, int, float, str)) and type(value).__module__ == "builtins":
        return repr(value)
    if isinstance(value, types.ModuleType):
        return "module " + value.__name__
    if isinstance(value, (list, tuple)) and type(value).__module__ == "builtins":
        return type(value).__name__ + "[" + ", ".join(describe(one, depth + 1) for one in value) + "]"
    if isinstance(value, (set, frozenset)):
        return "set[" + ", ".join(sorted(describe(one, depth + 1) for one in value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(describe(k, depth + 1) + ": " + describe(v, depth + 1) for k, v in value.items()) + "}"
    if isinstance(value, functools.partial):
        return "partial of " + describe(value.func, depth + 1)
    if inspect.ismethod(value):
        return "method " + value.__func__.__module__ + ":" + named(value.__func__)
    if isinstance(value, type) or inspect.isroutine(value) and hasattr(value, "__qualname__"):
        return str(value.__module__ or "builtins") + ":" + named(value)
    inner = ", ".join(k + "=" + describe(v, depth + 1) for k, v in sorted(getattr(value, "__dict__", {}).items())
                      if not k.startswith("_")) if depth < 3 else ""
    return "a " + type(value).__module__ + ":" + type(value).__qualname__ + "(" + inner + ")"
sys.path[:0] = json.loads(sys.argv[1])
found = {}
if sys.argv[3]:
    found["__main__"] = {k: describe(v) for k, v in runpy.run_path(sys.argv[3], run_name="__main__").items()
                         if not k.startswith("__")}
for name in json.loads(sys.argv[2]):
    try:
        module = importlib.import_module(name)
    except ImportError:
        continue
    found[name] = {k: describe(v) for k, v in vars(module).items() if not k.startswith("__")}
print(json.dumps(found))
"""


def told(value: Value, depth: int = 0) -> str:
    """What the replay says of a value, in the words of `DESCRIBE`."""
    match value:
        case Literal():
            return repr(value.value)
        case ModuleValue():
            return f"module {value.name}"
        case Sequence(kind="set", open=False):
            return "set[" + ", ".join(sorted(told(one, depth + 1) for one in value.items)) + "]"
        case Sequence(open=False):
            return value.kind + "[" + ", ".join(told(one, depth + 1) for one in value.items) + "]"
        case Dictionary(open=False):
            pairs = (f"{told(key, depth + 1)}: {told(item, depth + 1)}" for key, item in value.items)
            return "{" + ", ".join(pairs) + "}"
        case PartialValue():
            return f"partial of {told(value.function, depth + 1)}"
        case Method():
            return f"method {value.function.module.name}:{value.function.qualname}"
        case FunctionValue() if value.wrapped is not None:
            return told(value.wrapped, depth)
        case FunctionValue() | ClassValue():
            return f"{value.module.name}:{value.qualname}"
        case External():
            module, _, name = value.name.rpartition(".")
            return f"{module}:{name}" if module else f"module {name}"
        case Instance(type=ClassValue() as owner):
            known = {name: one for name, one in value.attributes.items() if not name.startswith((".", "_"))}
            inner = (
                ", ".join(f"{name}={told(one, depth + 1)}" for name, one in sorted(known.items())) if depth < 3 else ""
            )
            return f"a {owner.module.name}:{owner.qualname}({inner})"
        case _:
            return "?"


PROJECTS = {
    "absolute and relative imports": {
        "main.py": "import a\nimport a.b\nfrom a import b as c\nfrom a.b import x, f as g\nfrom a.sub import deep",
        "a/__init__.py": "y = 1",
        "a/b.py": "x = 2\ndef f(): ...",
        "a/sub/__init__.py": "from . import deep\nfrom .. import b, y\nfrom ..b import x as z\nfrom .deep import d",
        "a/sub/deep.py": "from .. import y as up\nfrom ..b import f\nd = up + 1",
    },
    "import of a submodule binds the top": {
        "main.py": "import a.b.c\nimport a.b.d as e\nx = a.b.c.x + a.b.d.y",
        "a/__init__.py": "",
        "a/b/__init__.py": "",
        "a/b/c.py": "x = 1",
        "a/b/d.py": "y = 2",
    },
    "submodules become attributes of their packages": {
        "main.py": "import a\nimport a.late\nfrom a import other\nname = a.late.x",
        "a/__init__.py": "late = 'text'\nother = 'text'\nfrom .kept import kept",
        "a/late.py": "x = 1",
        "a/other.py": "x = 2",
        "a/kept.py": "def kept(): ...",
    },
    "packages that hand on names": {
        "main.py": "from a import Klass, func, VALUE, inner\nfrom a.inner import VALUE as V",
        "a/__init__.py": "from .inner import *\nfrom .inner.klass import Klass\nfrom . import inner",
        "a/inner/__init__.py": "from .klass import func\nVALUE = [1]\n_PRIVATE = 2",
        "a/inner/klass.py": "class Klass: ...\ndef func(): ...",
    },
    "star imports": {
        "main.py": "x = 'own'\nfrom a import *\nfrom b import *\nfrom c import *",
        "a.py": "__all__ = ['x', '_y']\nx = 1\n_y = 2\nz = 3",
        "b.py": "import a\nfrom a import z as w\nx = 4\n_hidden = 5",
        "c.py": "import d\n__all__ = ['own']\n__all__ += d.__all__\n__all__.extend(['more'])\nfrom d import *\nown = more = 1\nno = 2",
        "d.py": "__all__ = ('theirs',)\n__all__ = list(__all__)\ntheirs = 1\nalso = 2",
    },
    "star import of a package with submodules": {
        "main.py": "from a import *\nfrom a.listed import *",
        "a/__init__.py": "__all__ = ['x', 'sub']\nx = 1\nother = 2",
        "a/sub.py": "s = 1",
        "a/listed/__init__.py": "from . import one\nvalue = 1",
        "a/listed/one.py": "y = 1",
    },
    "conditional imports": {
        "main.py": """
            from typing import TYPE_CHECKING
            import sys
            if TYPE_CHECKING:
                from a import only_typed
            else:
                only_typed = "runtime"
            if sys.version_info >= (3, 0):
                from a import new as chosen
            else:
                from a import old as chosen
            if not TYPE_CHECKING:
                from a import old
        """,
        "a.py": "only_typed = 1\ndef new(): ...\ndef old(): ...",
    },
    "fallbacks": {
        "main.py": """
            try:
                from a.missing import thing
            except ImportError:
                thing = "fallback"
            try:
                from a import there
                found = True
            except ImportError:
                there = None
                found = False
            try:
                raise ImportError
            except (ImportError, ValueError) as error:
                which = "handler"
            else:
                which = "else"
            finally:
                last = "finally"
            try:
                from a.broken import value
            except ImportError:
                value = "broken"
        """,
        "a/__init__.py": "there = 1",
        "a/broken.py": "raise ImportError('no')\nvalue = 1",
    },
    "a cycle by modules": {
        "main.py": "import a\nimport b",
        "a.py": "import b\nx = 1\ndef f(): return b.y\nz = b.y",
        "b.py": "import a\ny = 2\ndef g(): return a.x",
    },
    "a cycle through a package": {
        "main.py": "import p\nfrom p import first",
        "p/__init__.py": "base = 1\nfrom . import first\nfrom .second import two\nend = 3",
        "p/first.py": "from . import second\nfrom . import base\none = base",
        "p/second.py": "from . import first\nfrom p import base as b\ntwo = first",
    },
    "a cycle from the other end": {
        "main.py": "from p.second import two\nimport p.first",
        "p/__init__.py": "",
        "p/first.py": "from p import second\nimport p.second as also\none = 1",
        "p/second.py": "import p.first\nfrom p import first\ntwo = first",
    },
    "a namespace package": {
        "main.py": "import space.one\nfrom space.inner import two\nfrom space import one as o",
        "space/one.py": "from .inner.two import x\ny = x",
        "space/inner/two.py": "x = 1",
    },
    "a module beside a package of the same name": {
        "main.py": "import a\nfrom a import which",
        "a/__init__.py": "which = 'package'",
        "a.py": "which = 'module'",
    },
    "a module of the project hides a library's": {
        "main.py": "import wave\nfrom sched import dumps\nfrom colorsys import mine",
        "wave/__init__.py": "mine = 1",
        "sched.py": "def dumps(): ...",
        "colorsys.py": "mine = 2",
    },
    "imports inside functions": {
        "main.py": "def load():\n    from a import x\n    import b.c\n    return x, b.c.y\nresult = load()\nimport b",
        "a.py": "x = 1",
        "b/__init__.py": "",
        "b/c.py": "y = 2",
    },
    "import by name": {
        "main.py": """
            import importlib
            from importlib import import_module
            one = import_module("a.one")
            two = importlib.import_module(".two", package="a")
            three = import_module("..one", "a.inner")
            top = __import__("a.two")
            loaded = [import_module(f"a.{name}").value for name in ("one", "two")]
            package = import_module(".inner", "a").__name__
        """,
        "a/__init__.py": "",
        "a/one.py": "value = 1",
        "a/two.py": "value = 2",
        "a/inner/__init__.py": "",
    },
    "names of modules": {
        "main.py": "import a.b\nname = __name__\nother = a.b.name\nif __name__ == '__main__':\n    ran = True\nelse:\n    ran = False",
        "a/__init__.py": "name = __name__",
        "a/b.py": "name = __name__\nif __name__ == '__main__':\n    ran = 1",
    },
    "decorators": {
        "main.py": """
            import functools
            seen = []
            def plain(f):
                seen.append(f.__name__)
                return f
            def wraps(f):
                @functools.wraps(f)
                def inner(*args): return f(*args)
                return inner
            def bare(f):
                def inner(*args): return f(*args)
                return inner
            def named(name, *, times=1):
                def decorate(f):
                    seen.append((name, times))
                    f.tag = name
                    return f
                return decorate
            class Registry:
                def __init__(self): self.items = {}
                def add(self, name):
                    def decorate(f):
                        self.items[name] = f
                        return f
                    return decorate
            registry = Registry()
            @plain
            def a(): return 1
            @wraps
            def b(): return 2
            @bare
            def c(): return 3
            @named("x")
            @named("y", times=2)
            def d(): ...
            @registry.add("e")
            def e(): ...
            @plain
            class F: ...
            def swap(cls): return cls.method
            @swap
            class G:
                def method(self): ...
            results = a(), b(), c(), d.tag
        """,
    },
    "closures": {
        "main.py": """
            def counter(start):
                count = start
                def up(by=1):
                    nonlocal count
                    count += by
                    return count
                return up
            one, ten = counter(1), counter(10)
            values = [one(), one(5), ten()]
            functions = [lambda x, i=i: x + i for i in range(3)]
            late = [lambda: i for i in range(3)]
            called = [f(10) for f in functions], [f() for f in late]
            def outer():
                def inner(): return later
                later = 3
                return inner
            result = outer()()
            total = 0
            def add(x):
                global total, made
                total += x
                made = x
            add(2); add(3)
        """,
    },
    "loops and comprehensions": {
        "main.py": """
            names = []
            for i, (a, b) in enumerate([(1, 2), (3, 4)], start=1):
                if a == 3: continue
                names.append((i, a + b))
            else:
                ended = True
            for x in range(10):
                if x == 3: break
            else:
                never = 1
            squares = {x: x * x for x in range(3)}
            pairs = [(x, y) for x in "ab".split("x") for y in (1, 2) if y != 1]
            flat = [y for x in [[1], [2, 3]] for y in x]
            n, total = 0, 0
            while n < 5:
                n += 1
                if n == 2: continue
                total += n
            class A:
                xs = [1, 2]
                ys = [x for x in xs]
            x = [z := 5, z + 1]
            keys = [k for k in {"a": 1, "b": 2}]
            nested = {k: [v * 2 for v in vs] for k, vs in {"a": [1, 2]}.items()}
            first, *rest = [1, 2, 3]
            *init, last = (1, 2, 3)
            (p, q), r = [1, 2], 3
            swap_a, swap_b = 1, 2
            swap_a, swap_b = swap_b, swap_a
            chained = other = []
            chained.append(1)
            while True:
                done = 1
                break
        """,
    },
    "classes": {
        "main.py": """
            class Base:
                kind = "base"
                shared = []
                def __init__(self, name, *, size=1):
                    self.name = name
                    self.size = size
                    self.setup()
                def setup(self): self.ready = "base"
                @property
                def title(self): return self.name.upper()
                @property
                def limit(self): return self._limit
                @limit.setter
                def limit(self, value): self._limit = value * 2
                @classmethod
                def make(cls, name): return cls(name, size=9)
                @staticmethod
                def helper(x): return x + 1
                def __call__(self, x): return x, self.kind
                def __getitem__(self, key): return key
            class Child(Base):
                kind = "child"
                def __init__(self, *args, **kwargs):
                    super().__init__(*args, **kwargs)
                    self.extra = super().kind
                def setup(self):
                    super().setup()
                    self.ready += " child"
                @property
                def title(self): return super().title + "!"
            class Left(Base):
                kind = "left"
            class Right(Base):
                kind = "right"
                def setup(self): self.ready = "right"
            class Both(Left, Right):
                pass
            class Mixed(Left, Child): ...
            base, child, both = Base("a"), Child("b", size=2), Both("c")
            made, mixed = Child.make("d"), Mixed("e")
            base.shared.append(1)
            Base.extra_attribute = 5
            values = base.title, child.title, both.kind, both.ready, made.size, base(1), child[2], Base.helper(1)
            more = child.shared, both.extra_attribute, mixed.kind, mixed.ready, getattr(child, "kind"), child.make("x").name
            base.limit = 4
            limit = base.limit
            setattr(child, "set", 1)
            bound = child.setup
            unbound = Child.setup
            class Outer:
                class Inner:
                    x = 1
                y = Inner.x
            inner = Outer.Inner
            has = hasattr(base, "kind"), hasattr(base, "nothing"), hasattr(Outer, "Inner")
            got = getattr(base, "nothing", "default")
            is_a = isinstance(base, Base)
        """,
    },
    "data classes and enumerations": {
        "main.py": """
            from dataclasses import dataclass, field
            from enum import Enum
            from typing import NamedTuple
            @dataclass
            class Point:
                x: int
                y: int = 2
                tags: list = field(default_factory=list)
                name: str = field(default="n")
                def __post_init__(self): self.total = self.x + self.y
            @dataclass
            class Point3(Point):
                z: int = 3
            class Color(Enum):
                RED = "r"
                BLUE = "b"
                AZURE = "b"
                def upper(self): return self.value.upper()
            p, q = Point(1), Point3(1, 5, z=9)
            p.tags.append(1)
            values = p.y, p.total, q.z, q.total, Color.RED.value, Color["BLUE"].name, Color("b").name, Color.RED.upper()
            listed = [c.value for c in Color]
            same = Color.RED is Color.RED, Color("r") is Color.RED
        """,
    },
    "values": {
        "main.py": """
            from functools import partial
            text = "a" + "b" * 0 if False else "c" "d"
            formatted = f"{text}-{1 + 1}-{'x'}{None}{True}"
            percent, braces = "%s-%d" % ("a", 2), "{}/{b}".format("a", b=1)
            joined = "-".join(["a", "b"]) + "x".upper() + " y ".strip()
            listed = [1, *[2, 3], 4]
            listed += [5]
            listed.insert(0, 0); listed.remove(3); listed.extend((6,)); popped = listed.pop()
            table = {"a": 1, **{"b": 2}, "a": 3}
            table["c"] = 4; table.update(d=5); table.setdefault("a", 9); gone = table.pop("b"); none = table.get("zz")
            del table["c"]
            merged = {"x": 1} | {"x": 2}
            copied = dict(table, e=6), list(listed), tuple(listed)
            chosen = "yes" if listed else "no"
            logic = None or "x", "" or 0, [] and 1, 0 or None
            compared = 1 < 2 < 3, 1 == 1.0, "a" in ["a"], "z" not in {"a": 1}, None is None
            numbers = 1 + 2 * 3 - 4, -5, 1.5 + 1
            part = partial(int, base=2)
            def star(a, b=2, *args, c=3, **kwargs): return a, b, args, c, kwargs
            calls = star(1), star(*[1, 2, 3], c=4), star(1, **{"b": 5, "z": 6}), (lambda x: x)(7)
            if (walrus := len(listed)) > 2: bigger = walrus
            subscripts = listed[0], listed[-1], table["a"], "abc"
            with open(__file__) as handle: inside = 1
            unpacked = [*range(3)], [*{"k": 1}], {**{}, "a": 1}
            ordered = sorted([3, 1, 2]), sorted(["b", "a"], reverse=True), list(reversed([1, 2]))
            zipped = list(zip([1, 2], "ab".split("b")))
            unset = 1
            del unset
            assert True, "never"
            x = y = z = 0
            x += 1; y -= 1; z *= 5
            sets = {1, 1, 2}, set([3]), len({1, 1}), frozenset([1])
            integers = int("7"), str(8), bool([]), int("ff", 16) if False else 1
        """,
    },
}


def real(folder: Path, modules: list[str], roots: list[str], main: str) -> dict[str, dict[str, str]]:
    """What Python binds in modules, in a process of its own."""
    paths = [str(folder / root) for root in roots]
    script = str(folder / main) if main else ""
    arguments = [sys.executable, "-I", "-c", DESCRIBE, json.dumps(paths), json.dumps(modules), script]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, str]] = json.loads(done.stdout)
    return found


def compare(
    folder: Path,
    files: dict[str, str],
    *,
    roots: tuple[str, ...] = ("",),
    main: str = "",
    silent: frozenset[str] = frozenset(),
) -> list[str]:
    """The names that Python and the replay do not say the same of, in the modules at the top and those they import.

    Of the names in `silent` the replay may know nothing.
    """
    texts = {path: textwrap.dedent(text) for path, text in files.items()}
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    replay = replayed(texts, main="main" if main else "")
    for path in files:
        if any("/" not in path.removeprefix(f"{root}/" if root else "") for root in roots):
            replay.import_module(path.rpartition("/")[2].removesuffix(".py"))
    modules = [name for name, module in replay.modules.items() if module is not None and module.path]
    wanted = [name for name in modules if not (main and name == "main")]
    wrong: list[str] = []
    for name, names in real(folder, wanted, list(roots), main).items():
        module = replay.modules["main" if name == "__main__" else name]
        assert module is not None
        said = {key: told(value) for key, value in module.namespace.items() if not key.startswith("__")}
        for key in sorted({*names, *said}):
            shown = names.get(key, "nothing").replace("__main__:", "main:")
            if not same(shown, said.get(key, "nothing")) and not (key in silent and said.get(key) == "?"):
                wrong.append(f"{name}.{key}: Python {shown}, replay {said.get(key, 'nothing')}")
    return wrong


def same(shown: str, said: str) -> bool:
    """Whether the two say the same; of libraries the replay knows names alone, and of what a `with` gives nothing."""
    library = ("module functools", "module sys", "module json", "module importlib", "a _io:")
    return shown == said or (said == "?" and shown.startswith(library)) or _is_library(shown, said)


def _is_library(shown: str, said: str) -> bool:
    last = said.rpartition(":")[2]
    return (said.partition(":")[0].partition(".")[0] in LIBRARIES and shown.endswith(last)) or shown.startswith(
        "a _io:"
    )


LIBRARIES = {"dataclasses", "enum", "functools", "importlib", "typing"}


# A module that is not there may be made later, from a template or a protocol; whether it is imported stays open.
SILENT = {"fallbacks": frozenset({"thing"})}


@pytest.mark.parametrize("name", PROJECTS)
def test_modules_bind_what_python_binds(name: str, tmp_path: Path) -> None:
    assert compare(tmp_path, PROJECTS[name], silent=SILENT.get(name, frozenset())) == []


@pytest.mark.parametrize("name", ["names of modules", "imports inside functions"])
def test_a_script_binds_what_python_binds(name: str, tmp_path: Path) -> None:
    assert compare(tmp_path, PROJECTS[name], main="main.py") == []


def test_a_src_layout_is_found(tmp_path: Path) -> None:
    files = {
        "src/shop/__init__.py": "from .core import x",
        "src/shop/core.py": "x = 1",
        "main.py": "import shop\nfrom shop.core import x",
    }
    assert compare(tmp_path, files, roots=("", "src")) == []


def test_several_roots_are_found(tmp_path: Path) -> None:
    files = {
        "backend/app/__init__.py": "",
        "backend/app/main.py": "from app.core import x\nfrom common import y",
        "backend/app/core.py": "x = 1",
        "libs/common/__init__.py": "from common.inner import y",
        "libs/common/inner.py": "y = 2",
        "start.py": "import app.main\nimport common",
    }
    assert compare(tmp_path, files, roots=("", "backend", "libs")) == []
