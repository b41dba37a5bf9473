"""Which rules are asked for: by code, by prefix of codes, by name, or all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from fastapi_lint.config.suggest import suggestion
from fastapi_lint.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ALL: Final = "ALL"
UNREAD: Final = "FL000"
"""The code of a file that could not be checked: no run may pass for clean by leaving it out."""
_PREFIX: Final = "FL"


@dataclass(frozen=True, slots=True)
class SelectionLayer:
    """One place's wishes (a settings file, the command line); `select` is None where it does not speak of it."""

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Selection:
    """The wishes of all places, the weakest first.

    Within a place the more specific mention wins (a code or name over `FL30` over `FL3` over `FL` over `ALL`), and
    `ignore` wins over `select` where both are equally specific. A place that has a `select` replaces those before
    it; one without builds on them. Before all stand the rules that are on by default.

    Without `preview`, rules that are in preview are asked for by their whole code or name only.
    """

    layers: tuple[SelectionLayer, ...] = ()
    preview: bool = False

    def with_layer(self, layer: SelectionLayer) -> Selection:
        """Return the selection with one more place, the strongest."""
        return replace(self, layers=(*self.layers, layer))

    def is_selected(self, code: str, name: str, *, default_on: bool = True, is_preview: bool = False) -> bool:
        """Return whether a rule is asked for."""
        is_hidden = is_preview and not self.preview
        selected = default_on and not is_hidden
        for layer in self.layers:
            wanted = _strength((*(layer.select or ()), *layer.extend_select), code, name)
            if is_hidden and wanted < len(code):
                wanted = -1
            unwanted = _strength(layer.ignore, code, name)
            if wanted > unwanted:
                selected = True
            elif unwanted >= 0 or layer.select is not None:
                selected = False
        return selected


def specificity(mention: str, code: str, name: str) -> int:
    """Return how closely a mention (`ALL`, `FL3`, `FL301`, a rule's name) names a rule; -1 where it does not.

    Codes may be written in any case.
    """
    if mention == name:
        return len(code)
    upper = mention.upper()
    if upper == ALL:
        return 0
    return len(upper) if upper.startswith(_PREFIX) and code.startswith(upper) else -1


def check_mentions(
    mentions: Sequence[str], rule_names: Mapping[str, str], where: str, *, is_ignoring: bool = False
) -> None:
    """Raise ConfigError, its message opening with `where`, for the first mention that names no rule.

    With `is_ignoring` also for one that names the code of unread files, which nothing leaves out.
    """
    for mention in mentions:
        problem = mention_problem(mention, rule_names)
        if problem is None and is_ignoring:
            problem = ignoring_problem(mention, rule_names)
        if problem is not None:
            message, hint = problem
            raise ConfigError(f"{where}: {message}", hint)


def mention_problem(mention: str, rule_names: Mapping[str, str]) -> tuple[str, str] | None:
    """Return a message and a hint where a mention names no rule of `rule_names` (code to name), else None."""
    if any(specificity(mention, code, name) >= 0 for code, name in rule_names.items()):
        return None
    shown = mention if len(mention) <= 60 else f"{mention[:60]}..."
    known = (*rule_names, *rule_names.values(), ALL)
    return f"unknown rule `{shown}`", suggestion(mention, known) or "`fastapi-lint rules` lists them"


def ignoring_problem(mention: str, rule_names: Mapping[str, str]) -> tuple[str, str] | None:
    """Return a message and a hint where a mention is to leave out what tells of unread files, else None."""
    if mention.upper() != UNREAD and mention != rule_names.get(UNREAD):
        return None
    return f"`{mention}` cannot be ignored: the file was not checked", "leave the file out with `extend-exclude`"


def _strength(mentions: Iterable[str], code: str, name: str) -> int:
    return max((specificity(mention, code, name) for mention in mentions), default=-1)
