"""The facts of a project's files, asked for no earlier than somebody looks at them.

Most files of a project neither make an application nor tell it anything: tests, scripts, generated clients, modules
that only others import. To look for applications it is enough to go through the files that hold certain words; those
are awake. Any other file has its facts when it is asked for by name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Protocol

from fastapi_lint.facts.model import ModuleFacts


class Mentions(Protocol):
    """Finds the files whose text holds one of some words, or a decorator whose last name is one of some others."""

    def __call__(self, words: Collection[str], decorators: Collection[str] = ()) -> Iterable[str]:
        """Return their paths; more than those is no mistake."""
        ...


class AwakeFacts(Mapping[str, ModuleFacts]):
    """Facts by path: looked up for every file of the project, gone through for those that are awake."""

    def __init__(
        self, files: Iterable[str], facts: Callable[[str], ModuleFacts | None], mentions: Mentions | None = None
    ) -> None:
        """Take the Python files and what answers their facts; without `mentions` all files are awake from the start."""
        self._files = frozenset(files)
        self._facts = facts
        self._mentions = mentions
        self._awake: tuple[str, ...] = ()
        if mentions is None:
            self._add(self._files)

    def wake(self, words: Collection[str], decorators: Collection[str] = ()) -> None:
        """Let the files that hold one of the words be gone through from now on."""
        if self._mentions is not None and (words or decorators):
            self._add(self._mentions(words, decorators))

    def holding(self, words: Collection[str]) -> tuple[str, ...]:
        """Return the files that may hold one of the words."""
        return tuple(self._mentions(words)) if self._mentions is not None else tuple(sorted(self._files))

    def _add(self, paths: Iterable[str]) -> None:
        fresh = self._files.intersection(paths).difference(self._awake)
        found = (path for path in sorted(fresh) if self._facts(path) is not None)
        self._awake = tuple(sorted((*self._awake, *found)))

    def __getitem__(self, path: str) -> ModuleFacts:
        """Return the facts of any file of the project; raises KeyError for one that is none or cannot be read."""
        facts = self._facts(path) if path in self._files else None
        if facts is None:
            raise KeyError(path)
        return facts

    def __iter__(self) -> Iterator[str]:
        """Yield the paths of the files that are awake now, sorted."""
        return iter(self._awake)

    def __len__(self) -> int:
        """Return how many files are awake."""
        return len(self._awake)
