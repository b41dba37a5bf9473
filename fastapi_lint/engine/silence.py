"""Which findings are told: selection first, then `per-file-ignores`, then the directives in the files.

Pure: it sees codes, names, paths and rows, and answers in the order in which it was asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from fastapi_lint.config.selection import specificity
from fastapi_lint.config.settings import ignored_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fastapi_lint.config.selection import Selection
    from fastapi_lint.config.settings import Settings
    from fastapi_lint.source.directives import Directive

ABOUT_DIRECTIVES: Final = frozenset({"FL001", "FL002"})
"""The findings on directives themselves: only a directive that names them silences them."""


ALWAYS: Final = frozenset({"FL000"})
"""Codes that nothing leaves out or silences: a file that was not checked must not pass for clean."""


class Fate(Enum):
    """What becomes of a finding."""

    KEPT = "kept"
    UNSELECTED = "unselected"
    IGNORED = "ignored"
    """By `per-file-ignores`."""
    SILENCED = "silenced"
    """By a directive."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked about one finding: its rule, its file (relative to the project's root) and its row there."""

    code: str
    name: str
    path: str
    row: int
    default_on: bool = True
    is_preview: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """One thing that one directive names: a code, prefix or name as written, empty for a directive without any."""

    path: str
    directive: Directive
    text: str


@dataclass(frozen=True, slots=True)
class Silenced:
    """The fate of each subject, in their order, and what the directives named that silenced some of them."""

    fates: tuple[Fate, ...]
    used: frozenset[Mention]

    @property
    def count(self) -> int:
        """Return how many findings a directive silenced."""
        return sum(fate is Fate.SILENCED for fate in self.fates)


def silence(
    subjects: Sequence[Subject],
    selection: Selection,
    settings: Settings,
    directives: Mapping[str, Sequence[Directive]],
) -> Silenced:
    """Return the fate of each subject; `directives` are those of each file by its path.

    `selection` is that of the settings with the command line's wishes upon it. Every directive that covers a
    finding counts as used, not only the first.
    """
    ignored: dict[str, tuple[str, ...]] = {}
    fates: list[Fate] = []
    used: set[Mention] = set()
    for subject in subjects:
        if subject.code in ALWAYS:
            fates.append(Fate.KEPT)
            continue
        if not selection.is_selected(
            subject.code, subject.name, default_on=subject.default_on, is_preview=subject.is_preview
        ):
            fates.append(Fate.UNSELECTED)
            continue
        if subject.path not in ignored:
            ignored[subject.path] = ignored_in(settings, subject.path)
        if any(specificity(mention, subject.code, subject.name) >= 0 for mention in ignored[subject.path]):
            fates.append(Fate.IGNORED)
            continue
        found = _mentions(subject, directives.get(subject.path, ()))
        used.update(found)
        fates.append(Fate.SILENCED if found else Fate.KEPT)
    return Silenced(tuple(fates), frozenset(used))


def unused_mentions(
    directives: Mapping[str, Sequence[Directive]], used: frozenset[Mention], ran: Mapping[str, str]
) -> tuple[Mention, ...]:
    """Return what directives name in vain, in the order of files and rows.

    `ran` maps the codes of the rules that ran to their names: what names none of them may be of use in another
    run and is not told of. A `noqa` without codes is never told of, for it may speak to other tools.
    """
    return tuple(
        mention
        for mention in _all_mentions(directives)
        if mention not in used
        and not (mention.directive.is_noqa and not mention.text)
        and (not mention.text or any(specificity(mention.text, code, name) >= 0 for code, name in ran.items()))
    )


def unknown_mentions(
    directives: Mapping[str, Sequence[Directive]], rule_names: Mapping[str, str]
) -> tuple[Mention, ...]:
    """Return what directives of our own form name although no rule is called so, in the order of files and rows."""
    return tuple(
        mention
        for mention in _all_mentions(directives)
        if mention.text
        and not mention.directive.is_noqa
        and all(specificity(mention.text, code, name) < 0 for code, name in rule_names.items())
    )


def _mentions(subject: Subject, directives: Sequence[Directive]) -> list[Mention]:
    """Return what the directives of the subject's file name that silences it."""
    found: list[Mention] = []
    for directive in directives:
        first, last = directive.covers
        if not (directive.is_file_level or first <= subject.row <= last):
            continue
        if not directive.codes and subject.code not in ABOUT_DIRECTIVES:
            found.append(Mention(subject.path, directive, ""))
        found.extend(
            Mention(subject.path, directive, text)
            for text in directive.codes
            if specificity(text, subject.code, subject.name) >= 0
        )
    return found


def _all_mentions(directives: Mapping[str, Sequence[Directive]]) -> Iterable[Mention]:
    for path in sorted(directives):
        for directive in directives[path]:
            for text in directive.codes or ("",):
                yield Mention(path, directive, text)
