"""The options of `check` for projects with a past: what is known is not told, what is left can be fixed or silenced."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collections.abc import Callable

_FILE: Final = click.Path(path_type=Path)


@dataclass(frozen=True, slots=True)
class Adoption:
    """What was asked for."""

    affected: bool = False
    everything: bool = False
    baseline: Path | None = None
    no_baseline: bool = False
    diff_base: str | None = None
    fix: bool = False
    fix_only: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    add_ignore: bool = False
    reason: str | None = None

    @property
    def is_changing(self) -> bool:
        """Return whether files are to be changed, or the changes to be shown."""
        return self.fix or self.fix_only or self.diff or self.add_ignore

    def refuse_contradictions(self) -> None:
        """Raise UsageError where options exclude each other or one of them lacks another."""
        for is_wrong, message in (
            (self.add_ignore and (self.fix or self.fix_only), "--add-ignore and --fix exclude each other"),
            (self.diff and self.fix_only, "--diff and --fix-only exclude each other"),
            (
                self.unsafe_fixes and not (self.fix or self.fix_only or self.diff),
                "--unsafe-fixes goes with --fix or --diff",
            ),
            (self.everything and not self.affected, "--all goes with --affected"),
            (self.reason is not None and not self.add_ignore, "--reason goes with --add-ignore"),
            (
                self.reason is not None and any(not part.isprintable() or part == "#" for part in self.reason),
                "--reason takes a text of one line without `#`",
            ),
            (self.no_baseline and self.baseline is not None, "--baseline and --no-baseline exclude each other"),
        ):
            if is_wrong:
                raise click.UsageError(message, click.get_current_context(silent=True))


_OPTIONS: Final = (
    click.option(
        "--affected",
        is_flag=True,
        help="Report only findings in which one of the PATHs takes part; the project is the current folder.",
    ),
    click.option("--all", "everything", is_flag=True, help="Report all findings in spite of --affected."),
    click.option("--baseline", type=_FILE, metavar="FILE", help="Do not report what this file has."),
    click.option("--no-baseline", is_flag=True, help="Report what the project's baseline has, too."),
    click.option("--diff-base", metavar="REV", help="Report only what is new since a revision of git; REV... forks."),
    click.option("--fix", is_flag=True, help="Mend what can safely be mended."),
    click.option("--fix-only", is_flag=True, help="Mend, and report nothing of the rest."),
    click.option("--unsafe-fixes", is_flag=True, help="Mend what can change behaviour, too."),
    click.option("--diff", is_flag=True, help="Print what --fix or --add-ignore would change, and change nothing."),
    click.option("--add-ignore", is_flag=True, help="Write a suppression comment for each finding."),
    click.option("--reason", metavar="TEXT", help="The reason that --add-ignore gives."),
)


def adoption_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command, which takes what was asked for as `adoption`."""

    @wraps(command)
    def taking(**given: Any) -> Any:
        names = Adoption.__dataclass_fields__
        asked = Adoption(**{name: given.pop(name) for name in names})
        return command(adoption=asked, **given)

    for option in reversed(_OPTIONS):
        taking = option(taking)
    return taking
