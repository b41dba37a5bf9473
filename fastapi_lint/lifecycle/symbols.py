"""Which file a dotted name is, seen from one starting point: search roots, packages, namespace packages.

Python looks along `sys.path`; here the path is the folder that the entry runs in, then the project's source roots. A
folder without `__init__.py` is a namespace package and counts only where the wanted module really lies in it, since
an installed package of the same name would come first. A checkout of a framework itself is no project's code: what the
replay knows of FastAPI and Starlette it knows by their names.
"""

from __future__ import annotations

from posixpath import dirname, join
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FRAMEWORKS: Final = frozenset({"fastapi", "starlette"})


class Found(Struct, frozen=True):
    """Where a module lies: its file, or None for a namespace package, and whether it is a package."""

    path: str | None
    is_package: bool


class ProjectIndex:
    """The Python files of a project by path, and the folders that can be search roots."""

    def __init__(self, files: Iterable[str], sources: Sequence[str] = ()) -> None:
        """Index project-relative POSIX paths of Python files; `sources` are configured source roots."""
        self.files = frozenset(files)
        self.folders = frozenset(folder for path in self.files for folder in _ancestors(path))
        self.sources = tuple(source.strip("/").removeprefix("./") for source in sources)
        self._roots = self._likely_roots()

    def _likely_roots(self) -> tuple[str, ...]:
        tops = {dirname(self.package_top(path)) for path in self.files if path.endswith("__init__.py")}
        tops = {top for top in tops if not _is_test(top)}
        return tuple(sorted(tops, key=lambda top: (top.count("/") + bool(top), top)))

    def package_top(self, path: str) -> str:
        """Return the topmost folder of the regular package that a file is in, or the file's own path outside any."""
        top = path
        folder = dirname(path)
        while folder and f"{folder}/__init__.py" in self.files:
            top = folder
            folder = dirname(folder)
        return top

    def root_of(self, path: str, imports: Iterable[str]) -> str:
        """Return the folder from which a file was most likely imported, judged by what its absolute imports need."""
        top = self.package_top(path)
        natural = dirname(top)
        names = tuple(imports)
        candidates = [natural, *_ancestors(natural)]
        if "" not in candidates:
            candidates.append("")

        def score(root: str) -> tuple[int, bool, int]:
            found = sum(self.find(name, (root,)) is not None for name in names)
            return found, root == natural, root.count("/") + bool(root)

        return max(candidates, key=score)

    def search_path(self, root: str) -> tuple[str, ...]:
        """Return the search roots for an entry that runs in `root`: itself, configured and likely source roots."""
        ordered = [root, *self.sources, "", "src", join(root, "src") if root else "src", *self._roots]
        return tuple(dict.fromkeys(ordered))

    def find(self, name: str, roots: Sequence[str]) -> Found | None:
        """Return where a dotted module lies along the roots, or None where the project does not have it."""
        relative = name.replace(".", "/")
        top = name.partition(".")[0]
        is_portion = False
        for root in roots:
            base = f"{root}/{relative}" if root else relative
            head = f"{root}/{top}" if root else top
            if top in _FRAMEWORKS and f"{head}/applications.py" in self.files:
                return None
            regular = f"{head}/__init__.py" in self.files or f"{head}.py" in self.files
            if f"{base}/__init__.py" in self.files:
                return Found(f"{base}/__init__.py", is_package=True)
            if f"{base}.py" in self.files:
                return Found(f"{base}.py", is_package=False)
            if base in self.folders:
                if regular:
                    return Found(None, is_package=True)
                is_portion = True
            elif regular:
                return None
        return Found(None, is_package=True) if is_portion else None

    def modules_in(self, folder: str) -> Iterable[tuple[str, bool]]:
        """Yield the modules and packages right inside a folder by name, and whether each is a package."""
        base = f"{folder}/" if folder else ""
        names: dict[str, bool] = {}
        for path in self.files:
            if path.startswith(base):
                name, _, rest = path[len(base) :].partition("/")
                if rest == "__init__.py":
                    names[name] = True
                elif not rest and name != "__init__.py":
                    names.setdefault(name.removesuffix(".py"), False)
        yield from sorted(names.items())

    def module_name(self, path: str, root: str) -> str:
        """Return the dotted name under which a file is imported from a root that holds it."""
        inner = path[len(root) + 1 :] if root else path
        name = inner[: -len(".py")].replace("/", ".")
        return name.removesuffix(".__init__") if name.endswith(".__init__") else name


def _ancestors(path: str) -> Iterable[str]:
    folder = dirname(path)
    while folder:
        yield folder
        folder = dirname(folder)


def _is_test(path: str) -> bool:
    return any(part in {"tests", "test"} for part in path.split("/"))


def is_test_path(path: str) -> bool:
    """Return whether a file is test code by its name or folder, as pytest and unittest users name them."""
    *folders, name = path.split("/")
    if name == "conftest.py" or name.startswith("test_") or name.endswith("_test.py"):
        return True
    return any(folder in {"tests", "test", "testing", "__tests__"} for folder in folders)
