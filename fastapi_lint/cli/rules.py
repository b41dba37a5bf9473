"""`fastapi-lint rules`: the rules that there are."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from fastapi_lint.cli.cache import keep_listing
from fastapi_lint.cli.output import write
from fastapi_lint.cli.terminal import wants_color
from fastapi_lint.report.look import Look, Style, style_of

if TYPE_CHECKING:
    from fastapi_lint.rules.catalogue import BuiltIn
    from fastapi_lint.rules.rule import Rule

    Entry = Rule[object] | BuiltIn


@click.command()
@click.option(
    "--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print them."
)
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True, help="When to colour."
)
@click.pass_obj
def rules(arguments: tuple[str, ...] | None, output_format: str, color: str) -> int:
    """List the rules."""
    from fastapi_lint.rules.catalogue import entries  # noqa: PLC0415  --help must not load every rule

    if output_format == "json":
        from fastapi_lint.report.json import dump  # noqa: PLC0415

        text = dump([_as_object(entry) for entry in entries()], indent=2)
    else:
        text = _table(entries(), Look(color=wants_color(color, sys.stdout, os.environ)))
    write(text)
    keep_listing(arguments, text)
    return 0


def layer_of(entry: Entry) -> str:
    """Return the layer of a rule; empty for a code that the engine itself reports."""
    return str(getattr(entry, "layer", ""))


def is_default(entry: Entry) -> bool:
    """Return whether a rule runs unasked."""
    return entry.default and not entry.preview


def standing(entry: Entry) -> str:
    """Return why a rule does not run unasked, in two or three words; empty for one that does."""
    if entry.preview:
        return "in preview"
    return "" if entry.default else "off by default"


def _table(entries: tuple[Entry, ...], look: Look) -> str:
    width = max(len(entry.name) for entry in entries)
    return "".join(
        f"{look.paint(style_of(entry.severity), entry.code)}  {entry.name:<{width}}  {entry.severity.value:<7}  "
        f"{entry.summary}{look.paint(Style.DIM, f' ({standing(entry)})') if standing(entry) else ''}\n"
        for entry in entries
    )


def _as_object(entry: Entry) -> dict[str, object]:
    return {
        "code": entry.code,
        "name": entry.name,
        "severity": entry.severity.value,
        "layer": layer_of(entry) or None,
        "since": entry.since,
        "versions": getattr(entry, "versions", "") or None,
        "default": is_default(entry),
        "preview": entry.preview or None,
        "fix": entry.mends or None,
        "summary": entry.summary,
        "url": entry.url,
        "explanation": entry.documentation,
    }
