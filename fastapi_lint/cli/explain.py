"""`fastapi-lint explain`: the documentation of one rule."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from fastapi_lint.cli.output import write
from fastapi_lint.cli.rules import layer_of, standing
from fastapi_lint.cli.terminal import wants_color
from fastapi_lint.report.look import Look, Style, style_of

if TYPE_CHECKING:
    from fastapi_lint.cli.rules import Entry


@click.command()
@click.argument("rule", metavar="CODE|NAME")
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True, help="When to colour."
)
def explain(rule: str, color: str) -> int:
    """Print the documentation of a rule."""
    from fastapi_lint.rules.catalogue import find_rule  # noqa: PLC0415  --help must not load every rule

    write(_page(find_rule(rule), Look(color=wants_color(color, sys.stdout, os.environ))))
    return 0


def _page(entry: Entry, look: Look) -> str:
    facts = [entry.severity.value, f"layer {layer_of(entry)}" if layer_of(entry) else "", f"since {entry.since}"]
    facts.append(standing(entry))
    heading = f"{look.paint(style_of(entry.severity), entry.code)} {look.paint(Style.BOLD, entry.name)}"
    facts_line = look.paint(Style.DIM, ", ".join(fact for fact in facts if fact))
    body = "".join(
        f"{look.paint(Style.BOLD, line) if line.startswith('## ') else line}\n"
        for line in entry.documentation.splitlines()
    )
    why = f"\n{look.paint(Style.BOLD, '## Preview')}\n\n{entry.preview}\n" if entry.preview else ""
    return f"{heading}\n{facts_line}\n{look.paint(Style.DIM, entry.url)}\n\n{body}{why}"
