"""Random FastAPI projects of several modules, all of whose life can be known without running them.

`build` makes one from a source of random numbers, `of_seed` from a seed; `projects` is the Hypothesis strategy of
them, which shrinks towards few and simple choices. The same seed gives the same project for ever, for each version.
Everything that is called says so: it calls `note` when it begins and `leave` when a generator is left, which
`run_generated.py` provides as the module `journal`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.oracle.generate_apps import Applications
from tests.oracle.generate_modules import Chance
from tests.oracle.generate_packages import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Project:
    """The files of a project by path, what a server would be told to start, and where that is made."""

    files: dict[str, str]
    target: str
    made: str

    def write(self, folder: Path) -> None:
        """Write the files below a folder."""
        for path, text in self.files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")

    def __str__(self) -> str:
        return "\n".join(f"# {'=' * 30} {path}\n{text}" for path, text in self.files.items() if text.strip())


def projects(version: str) -> st.SearchStrategy[Project]:
    """Return the strategy of projects that are valid for a FastAPI version."""
    return st.randoms(use_true_random=False).map(lambda source: build(source, version))


def of_seed(seed: int, version: str) -> Project:
    """Return the project of a seed."""
    return build(random.Random(seed), version)


def build(source: random.Random, version: str) -> Project:
    """Return a project that is valid for a FastAPI version."""
    return _Builder(Chance(source), tuple(int(part) for part in version.split("."))).build()


class _Builder(Applications):
    """Writes a whole project."""

    def build(self) -> Project:
        self.root = self._package(ROOT, "")
        nested = self.chance.often(60)
        core = self._package(f"{ROOT}.core", "core") if nested else self.root
        api = self._package(f"{ROOT}.api", "api") if nested else self.root
        self._core(core)
        self._finish(core)
        if self.chance.often(15):
            self._starlette_app()
        self._api(api)
        self._finish(api)
        if self.chance.often(25):
            self._sub_app()
        if self.chance.often(25) and self.registrations.routers:
            self._extension(api)
        made = self._main()
        target = made
        if not made.endswith(":create_app") and self.chance.often(15):
            target = self._outer(made.partition(":")[0])
        files = {module.path: module.text() for module in self.modules}
        if self.chance.often(40):
            factory = " --factory" if target.endswith(":create_app") else ""
            files["Procfile"] = f"web: uvicorn {target}{factory}\n"
        return Project(files, target, made)
