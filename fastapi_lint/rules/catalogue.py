"""Which rules there are: found from the files of this package, so that no list of them is written by hand."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from fastapi_lint import rules
from fastapi_lint.core.errors import ConfigError
from fastapi_lint.core.finding import Code, Severity
from fastapi_lint.rules.rule import LAYERS, Rule, rule_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A code that the engine itself reports, without a rule file; it has what is shown of a rule.

    It belongs to no layer (an empty text), always runs, and holds in every version.
    """

    code: Code
    name: str
    severity: Severity
    documentation: str
    since: str = "0.1"
    layer: str = ""
    default: bool = True
    preview: str = ""
    versions: str = ""
    mends: str = ""

    @property
    def summary(self) -> str:
        """Return the first line of the documentation without its full stop."""
        return self.documentation.partition("\n")[0].removesuffix(".")

    @property
    def url(self) -> str:
        """Return the address of the code's page."""
        return rule_url(self.name)


BUILT_IN: Final = (
    BuiltIn(
        Code("FL000"),
        "unreadable-file",
        Severity.ERROR,
        """A file that cannot be read or parsed.

## What it does

Reports a Python file that cannot be read or parsed: a syntax error, an encoding that does not hold, no permission, a
link to nothing or out of the project, a named pipe, more than `max-file-size` bytes, code that would exhaust the
parser. Reports the same of deployment files and lock files, and of folders that cannot be gone into. The rest of the
project is checked as if the file were not there.

## Why it is bad

What stands in the file is not checked, so its mistakes stay unseen, and what other files take from it is unknown.
Nothing switches this code off, neither a comment nor `ignore` nor `per-file-ignores`, and it fails the run whatever
`fail-on` says; leave the file out with `extend-exclude` instead.""",
    ),
    BuiltIn(
        Code("FL001"),
        "unused-suppression",
        Severity.WARNING,
        """A suppression that suppresses nothing.

## What it does

Reports a `# fastapi-lint: ignore[...]` comment whose code has no finding where it stands.

## Why it is bad

It hides the next finding of that code without anybody having looked at it. Remove the comment.

## Fix safety

`--fix` takes the code out of the comment, or the comment out of the file where it names nothing else. Only comments
change. In files other than Python's it is an unsafe fix, since what looks like a comment can be part of a text.""",
        mends="safe",
    ),
    BuiltIn(
        Code("FL002"),
        "unknown-suppression",
        Severity.WARNING,
        """A suppression that names no known code.

## What it does

Reports a `# fastapi-lint: ignore[...]` comment that names a code or a rule which does not exist, and a
`# fastapi-lint: ...` comment that is not well-formed.

## Why it is bad

The comment does nothing, though its author believes that it does. Mend the name or remove it.

## Fix safety

`--fix` writes the name that is nearest, and takes the name out where none is near; a comment that is not well-formed is
left to its author. Only comments change. In other files than Python's it is an unsafe fix, since what looks like a
comment there can be part of a text.""",
        mends="safe",
    ),
)
"""The codes without a rule file."""


@cache
def all_rules() -> tuple[Rule[object], ...]:
    """Return every rule, sorted by code.

    Raises ValueError where a module of a layer's folder holds no `RULE`, or two rules have one code or one name.
    """
    found = sorted((_rule_of(module) for module in _module_names()), key=lambda rule: rule.code)
    taken = [text for rule in found for text in (rule.code, rule.name)]
    taken += [text for built_in in BUILT_IN for text in (built_in.code, built_in.name)]
    twice = sorted({text for text in taken if taken.count(text) > 1})
    if twice:
        message = f"two rules have one code or name: {', '.join(twice)}"
        raise ValueError(message)
    return tuple(found)


def find_rule(text: str) -> Rule[object] | BuiltIn:
    """Return the rule or built-in code that `text` names, by code or by name, in any case.

    Raises ConfigError, with the nearest names in the hint, where there is none.
    """
    wanted = text.strip().lower().replace("_", "-")
    known = entries()
    for rule in known:
        if wanted in {rule.code.lower(), rule.name}:
            return rule
    message = f"no rule has the code or name `{text}`"
    near = get_close_matches(wanted, [word for rule in known for word in (rule.code.lower(), rule.name)], n=3)
    spelt = ", ".join(f"`{word.upper() if word.startswith('fl') and word[2:].isdigit() else word}`" for word in near)
    raise ConfigError(message, f"did you mean {spelt}?" if near else "`fastapi-lint rules` lists them")


def rule_names() -> Mapping[str, str]:
    """Return the name of every code that can be reported, built-in ones included, sorted by code."""
    return MappingProxyType({rule.code: rule.name for rule in entries()})


def entries() -> tuple[Rule[object] | BuiltIn, ...]:
    """Return everything that has a code: the built-in ones, then the rules, sorted by code."""
    return (*BUILT_IN, *all_rules())


def _module_names() -> Iterator[str]:
    for layer in iter_modules(rules.__path__, f"{rules.__name__}."):
        if layer.ispkg and layer.name.rpartition(".")[2] in LAYERS:
            package = import_module(layer.name)
            yield from (module.name for module in iter_modules(package.__path__, f"{layer.name}."))


def _rule_of(module: str) -> Rule[object]:
    rule = getattr(import_module(module), "RULE", None)
    if not isinstance(rule, Rule) or rule.module != module:
        message = f"{module} holds no RULE of its own"
        raise ValueError(message)
    # Which type a rule judges is known only to the rule; `Rule.run` refuses every other one.
    return rule
