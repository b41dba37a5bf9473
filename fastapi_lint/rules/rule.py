"""What a rule is: one judgement over one kind of entity of the lifecycle, named after the file that holds it."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from inspect import cleandoc
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Generic, Literal, TypeVar

from fastapi_lint.core.finding import Code, Finding, Fix, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from fastapi_lint.core.finding import Edit
    from fastapi_lint.edits.editor import Editor
    from fastapi_lint.knowledge.versions import Target, Ternary

E = TypeVar("E")

DOCUMENTATION_URL: Final = "https://fastapi-lint.readthedocs.io"

LAYERS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "server": 1,
        "asgi": 2,
        "lifespan": 3,
        "middleware": 4,
        "dependencies": 5,
        "routing": 6,
        "exceptions": 7,
        "concurrency": 8,
        "framework": 9,
    }
)
"""The layers of a request's life, each with the first digit of its rules' codes."""

_PACKAGE: Final = "fastapi_lint.rules"
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_CODE: Final = re.compile(r"FL[1-9][0-9]{2}")
_SINCE: Final = re.compile(r"[0-9]+\.[0-9]+(\.[0-9]+)?")
_VERSIONS: Final = re.compile(r"(starlette)?((>=|<=|==|!=|<|>)[0-9]+(\.[0-9]+)*,?)+(?<!,)")


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may know beside its entity: the versions the project runs on, and the rule's own options.

    `options` holds every option of the rule, with its default where the configuration is silent.
    """

    target: Target
    options: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def flag(self, name: str) -> bool:
        """Return a boolean option; raises KeyError where the rule declares none of this name."""
        return self.options[name] is True


class Rule(Generic[E]):
    """A rule over entities of one type; its name, layer, page and URL come from its module's path.

    `versions` is a requirement on the framework such as `>=0.93` or `starlette>=1.0`, empty for every version; the
    engine runs the rule only where the project's target meets it. `default` says whether the rule runs unasked.
    `preview` says why it does not yet, whatever `default` says, and runs with `--preview` or by its exact name only;
    empty for a rule whose findings on real projects were right often enough.
    `is_deprecation` says that what it finds is deprecated by the framework, which editors strike through.
    `options` are the rule's own settings with their defaults. `applicability` is that of the rule's repair, if it has
    one: a safe one changes nothing but the mistake.
    Raises ValueError where the module's path, the code, `since`, `versions` or an option's name has the wrong form.
    """

    __slots__ = (
        "_check",
        "_repair",
        "applicability",
        "code",
        "default",
        "is_deprecation",
        "layer",
        "module",
        "name",
        "options",
        "over",
        "preview",
        "severity",
        "since",
        "versions",
    )

    def __init__(
        self,
        module: str,
        *,
        code: str,
        over: type[E],
        severity: Severity,
        since: str,
        versions: str = "",
        default: bool = True,
        preview: str = "",
        is_deprecation: bool = False,
        options: Mapping[str, bool | int | str] = MappingProxyType({}),
        applicability: Literal["safe", "unsafe"] = "unsafe",
    ) -> None:
        """Take the module's `__name__` and what its path cannot tell."""
        self.module = module
        self.layer, self.name = _layer_and_name(module)
        self.code = _checked_code(code, self.layer)
        self.over = over
        self.severity = severity
        self.since = _matching(_SINCE, since, "`since`")
        self.versions = _matching(_VERSIONS, versions, "`versions`") if versions else ""
        self.default = default
        self.preview = preview
        self.is_deprecation = is_deprecation
        self.options: Mapping[str, bool | int | str] = MappingProxyType(dict(options))
        self.applicability = applicability
        self._check: Callable[[E, Context], Iterator[Finding]] | None = None
        self._repair: Callable[[Finding, Editor], Iterator[Edit]] | None = None

    def __repr__(self) -> str:
        """Return the code and the name, for a test's or a debugger's eye."""
        return f"<Rule {self.code} {self.name}>"

    def check(self, function: Callable[[E, Context], Iterator[Finding]]) -> Callable[[E, Context], Iterator[Finding]]:
        """Take the rule's check function (used as a decorator) and return it unchanged.

        Raises ValueError where the rule already has one.
        """
        if self._check is not None:
            message = f"{self.module} has two check functions"
            raise ValueError(message)
        self._check = function
        return function

    def repair(
        self, function: Callable[[Finding, Editor], Iterator[Edit]]
    ) -> Callable[[Finding, Editor], Iterator[Edit]]:
        """Take the rule's repair function (used as a decorator) and return it unchanged.

        It yields the edits that mend one finding, none where it cannot be mended. Raises ValueError where the rule
        already has one.
        """
        if self._repair is not None:
            message = f"{self.module} has two repair functions"
            raise ValueError(message)
        self._repair = function
        return function

    @property
    def is_repairing(self) -> bool:
        """Return whether the rule mends what it finds."""
        return self._repair is not None

    @property
    def mends(self) -> str:
        """Return how far the rule's repair is to be trusted, `safe` or `unsafe`; empty where it has none."""
        return self.applicability if self.is_repairing else ""

    def fix(self, finding: Finding, editor: Editor) -> Fix | None:
        """Return the fix of a finding of this rule, None where there is none."""
        edits = tuple(self._repair(finding, editor)) if self._repair is not None else ()
        return Fix(self.applicability, finding.help or self.summary, edits) if edits else None

    def run(self, entity: E, context: Context) -> Iterator[Finding]:
        """Return the findings on one entity, in the order in which the check makes them.

        Raises TypeError where the entity is of another type or the rule has no check function.
        """
        if self._check is None or not isinstance(entity, self.over):
            message = f"{self.code} cannot judge {type(entity).__name__}"
            raise TypeError(message)
        return self._check(entity, context)

    def applies_to(self, target: Target) -> Ternary:
        """Return whether the target's versions meet the rule's `versions`: all, some or none of them."""
        package = "starlette" if self.versions.startswith("starlette") else "fastapi"
        return target.holds(package, self.versions.removeprefix("starlette"))

    @property
    def documentation(self) -> str:
        """Return the module's docstring, its indentation removed; empty where Python dropped it (`-OO`)."""
        return cleandoc(sys.modules[self.module].__doc__ or "")

    @property
    def summary(self) -> str:
        """Return the first line of the documentation without its full stop."""
        return self.documentation.partition("\n")[0].removesuffix(".")

    @property
    def url(self) -> str:
        """Return the address of the rule's page."""
        return rule_url(self.name)


def rule_url(name: str) -> str:
    """Return the address of the page of the rule of this name."""
    return f"{DOCUMENTATION_URL}/rules/{name}/"


def _layer_and_name(module: str) -> tuple[str, str]:
    parent, _, name = module.rpartition(".")
    package, _, layer = parent.rpartition(".")
    if package != _PACKAGE or layer not in LAYERS or not _NAME.fullmatch(name):
        message = f"{module} is no module of a rule: expected {_PACKAGE}.<layer>.<rule_name>"
        raise ValueError(message)
    return layer, name.replace("_", "-")


def _checked_code(code: str, layer: str) -> Code:
    _matching(_CODE, code, "a code")
    if int(code[2]) != LAYERS[layer]:
        message = f"{code} is no code of {layer}: its rules start with FL{LAYERS[layer]}"
        raise ValueError(message)
    return Code(code)


def _matching(pattern: re.Pattern[str], text: str, subject: str) -> str:
    if not pattern.fullmatch(text):
        message = f"{text!r} is not the form of {subject}"
        raise ValueError(message)
    return text
