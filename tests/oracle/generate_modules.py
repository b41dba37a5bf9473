"""The modules of a generated project: what they bind, and the many ways in which one gets at what another defines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence
    from typing import TypeVar

    T = TypeVar("T")


class Chance:
    """Draws from a `random.Random`, or from Hypothesis' imitation of one; the simplest draw is the first of a choice."""

    def __init__(self, source: random.Random) -> None:
        self._source = source

    def choice(self, options: Sequence[T]) -> T:
        return options[self._source.randrange(len(options))] if len(options) > 1 else options[0]

    def below(self, least: int, most: int) -> int:
        return least + (self._source.randrange(most - least + 1) if most > least else 0)

    def often(self, percent: int) -> bool:
        return self._source.randrange(100) >= 100 - percent

    def some(self, options: Sequence[T], least: int, most: int) -> list[T]:
        """Return some different ones in any order."""
        left, found = list(options), []
        for _ in range(min(self.below(least, most), len(left))):
            found.append(left.pop(self._source.randrange(len(left)) if len(left) > 1 else 0))
        return found


@dataclass(eq=False)
class Thing:
    """Something that a module binds to a name; `suffix` is how it is reached from there, such as `.fetch`."""

    module: Module
    name: str
    suffix: str = ""
    others: list[tuple[Module, str]] = field(default_factory=list)
    """Where else it is bound: packages that import it for others."""


@dataclass(eq=False)
class Module:
    """One file that is being written; `group` is the package that is finished before others use it."""

    dotted: str
    path: str
    group: str
    chance: Chance
    is_package: bool = False
    is_future: bool = False
    imports: dict[str, None] = field(default_factory=dict)
    chunks: list[str] = field(default_factory=list)
    names: dict[str, object] = field(default_factory=dict)
    """What the module binds, and what to."""
    inner: set[str] = field(default_factory=set)
    """What its functions bind."""
    listed: list[str] | None = None
    """What `__all__` lists, None where there is none."""
    is_starred: bool = False
    """Whether somebody imports everything of it, so that what that is must not change."""
    _known: dict[Thing, str] = field(default_factory=dict)
    _stars: set[str] = field(default_factory=set)

    # ---------------------------------------------------------------- writing

    def text(self) -> str:
        lines = ["from __future__ import annotations", ""] if self.is_future else []
        lines += self.imports
        if self.listed is not None:
            lines.append(f"__all__ = {self.listed!r}")
        return "\n".join([*lines, *("\n" + chunk for chunk in self.chunks)]) + "\n"

    def add(self, *lines: str) -> None:
        """Append a statement at the top level."""
        self.chunks.append("\n".join(lines))

    def fresh(self, wanted: str) -> str:
        """Return a name that nothing of this module has, its functions' locals included."""
        name, count = wanted, 1
        while name in self.names or name in self.inner:
            count += 1
            name = f"{wanted}_{count}"
        return name

    def local(self, wanted: str) -> str:
        """Return a new name for something in a function."""
        name = self.fresh(wanted)
        self.inner.add(name)
        return name

    def define(self, wanted: str, suffix: str = "") -> Thing:
        """Bind a new name and return what it stands for."""
        thing = Thing(self, self.fresh(wanted), suffix)
        self.names[thing.name] = thing
        return thing

    # ---------------------------------------------------------------- importing

    def library(self, module: str, name: str) -> str:
        """Return an expression for something of a library."""
        key = (module, name)
        for bound, what in self.names.items():
            if what == key:
                return bound
        if self.chance.often(8):
            self._bind(f"import {module}", module.partition(".")[0], ("library", module.partition(".")[0]))
            return f"{module}.{name}"
        if self.chance.often(8) or name in self.names or name in self.inner:
            alias = self.fresh(f"{name}Alias")
            self._bind(f"from {module} import {name} as {alias}", alias, key)
            return alias
        self._bind(f"from {module} import {name}", name, key)
        return name

    def _bind(self, line: str, name: str, what: object) -> None:
        self.imports[line] = None
        self.names[name] = what

    def use(self, thing: Thing, lines: list[str] | None = None) -> str:
        """Return an expression for a thing; an import goes to `lines`, those of a function, where they are given."""
        if thing.module is self:
            return thing.name + thing.suffix
        known = self._known.get(thing)
        if known is not None and lines is None:
            return known + thing.suffix
        before = dict(self.imports)
        found = self._import(thing, is_local=lines is not None)
        if lines is None:
            self._known[thing] = found
        else:
            new = [line for line in self.imports if line not in before]
            lines += new
            for line in new:
                del self.imports[line]
        return found + thing.suffix

    def _import(self, thing: Thing, *, is_local: bool) -> str:
        others = [one for one in thing.others if one[0].group != self.group]
        source, name = self.chance.choice([(thing.module, thing.name), *others, *others])
        style = self.chance.choice(["name", "name", "relative", "alias", "module", "relative module", "star", "dotted"])
        if style == "star" and not is_local and self._star(source, name):
            return name
        if style.endswith("module") and source.dotted.count("."):
            return self._of_module(source, name, is_relative=style.startswith("relative"), is_local=is_local)
        if style == "dotted" and not is_local:
            return self._dotted(source, name)
        place = self._relative(source.dotted) if style == "relative" else source.dotted
        if style == "alias" or name in self.names or name in self.inner:
            alias = self.fresh(f"{source.dotted.rpartition('.')[2]}_{name}")
            self._bind_unless_local(f"from {place} import {name} as {alias}", alias, thing, is_local=is_local)
            return alias
        self._bind_unless_local(f"from {place} import {name}", name, thing, is_local=is_local)
        return name

    def _bind_unless_local(self, line: str, name: str, what: object, *, is_local: bool) -> None:
        self.imports[line] = None
        if is_local:
            self.inner.add(name)
        else:
            self.names[name] = what

    def _of_module(self, source: Module, name: str, *, is_relative: bool, is_local: bool) -> str:
        parent, _, last = source.dotted.rpartition(".")
        place = self._relative(parent) if is_relative else parent
        if self.names.get(last) == ("module", source.dotted) and not is_local:
            return f"{last}.{name}"
        alias = self.fresh(last)
        renamed = f" as {alias}" if alias != last else ""
        line = f"from {place} import {last}{renamed}"
        self._bind_unless_local(line, alias, ("module", source.dotted), is_local=is_local)
        return f"{alias}.{name}"

    def _dotted(self, source: Module, name: str) -> str:
        top = source.dotted.partition(".")[0]
        # While a package is imported it is not yet an attribute of the one above it.
        is_early = source.group == self.group != ""
        if is_early or self.chance.often(50) or self.names.get(top, ("module", top)) != ("module", top):
            alias = self.fresh(f"{source.dotted.rpartition('.')[2]}_module")
            self._bind(f"import {source.dotted} as {alias}", alias, ("module", source.dotted))
            return f"{alias}.{name}"
        self._bind(f"import {source.dotted}", top, ("module", top))
        return f"{source.dotted}.{name}"

    def _star(self, source: Module, wanted: str) -> bool:
        """Import everything of a module where that gives the wanted name, and no other name a new meaning."""
        public = source.listed if source.listed is not None else [one for one in source.names if one[0] != "_"]
        # What else was imported decides which of its modules a package has for attributes.
        public = [one for one in public if source.names[one] != ("module", f"{source.dotted}.{one}")]
        if wanted not in public:
            return False
        if source.dotted not in self._stars:
            if any(name in self.names and self.names[name] != source.names[name] for name in public):
                return False
            if any(name in self.inner for name in public):
                return False
            self.imports[f"from {source.dotted} import *"] = None
            self._stars.add(source.dotted)
            source.is_starred = True
        for name in public:
            self.names[name] = source.names[name]
            if isinstance(source.names[name], Thing):
                self._known.setdefault(source.names[name], name)
        return True

    def _relative(self, dotted: str) -> str:
        """Return how a module or package is written relative to this module."""
        here = self.dotted.split(".") if self.is_package else self.dotted.split(".")[:-1]
        there = dotted.split(".")
        same = 0
        while same < min(len(here), len(there)) and here[same] == there[same]:
            same += 1
        return "." * (len(here) - same + 1) + ".".join(there[same:])
