"""What a shell's `$(...)` and `$((...))` give, for the few commands whose output can be known without running them."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi_lint.facts.deployment.counting import Amount, amount_of, arithmetic, written
from fastapi_lint.facts.deployment.expand import SHELL, Scope, fields, spaced, whole
from fastapi_lint.facts.deployment.places import resolved
from fastapi_lint.facts.deployment.text import AT_LEAST, Text, marker

if TYPE_CHECKING:
    from collections.abc import Mapping

_CORES = re.compile(
    r"\s*(/usr/bin/)?(nproc(\s+--all)?|getconf\s+_?NPROCESSORS_(ONLN|CONF)|sysctl\s+-n\s+hw\.(logicalcpu|ncpu)"
    r"|grep\s+-c\s+\S*processor\S*\s+/proc/cpuinfo|cat\s+/proc/cpuinfo\s*\|\s*grep\s+-c\s+\S*processor\S*"
    r"|python3?\s+-c\s+['\"]import (os|multiprocessing)[;\s]+print\((os|multiprocessing)\.cpu_count\(\)\)['\"])\s*"
)
_BOUND = re.compile(AT_LEAST + r"(\d+)")
_PWD = re.compile(r"^\s*cd\s+(?P<where>.+?)\s*(>\s*/dev/null\s*(2>&1)?\s*)?(&&|;)\s*pwd(\s+-P)?\s*$", re.DOTALL)
_DEPTH = 4


def shell_scope(
    variables: Mapping[str, Text],
    arguments: tuple[Text, ...] | None,
    program: Text | None,
    directory: str,
    depth: int = 0,
) -> Scope:
    """Return the scope of a shell's words, in which the commands known here are worked out."""
    scope = Scope(variables, arguments, program)

    def substitute(command: Text) -> Text | None:
        if depth > _DEPTH:
            return None
        return _output(command, shell_scope(variables, arguments, program, directory, depth + 1), directory)

    def calculate(expression: Text) -> Text | None:
        if depth > _DEPTH:
            return None
        return _calculated(expression, shell_scope(variables, arguments, program, directory, depth + 1))

    return replace(scope, substitute=substitute, calculate=calculate)


def _output(command: Text, scope: Scope, directory: str) -> Text | None:
    if _CORES.fullmatch(command.value):
        return marker(AT_LEAST + "1", command)
    moved = _PWD.match(command.value)
    if moved:
        where = fields(command.cut(*moved.span("where")), SHELL, scope)
        known = len(where) == 1 and where[0].is_known
        return marker(resolved(directory, where[0].value), command) if known else None
    if any(sign in command.value for sign in "|<>;&\n"):
        return None
    words = fields(command, SHELL, scope)
    return _printed(words, command, scope, directory) if words else None


def _printed(words: tuple[Text, ...], command: Text, scope: Scope, directory: str) -> Text | None:
    name, rest = words[0].value, words[1:]
    if name == "eval" and rest:
        return _output(spaced(rest), scope, directory)
    if name == "echo":
        return spaced(rest[1:] if rest and rest[0].value in {"-n", "-e"} else rest)
    if name == "printf" and rest and rest[0].value in {"%s", "%s\\n"}:
        return spaced(rest[1:])
    if name == "pwd" and not rest:
        return marker(directory, command)
    if name == "expr" and rest:
        return _calculated(spaced(rest), scope)
    if not rest or not rest[-1].is_known:
        return None
    if name == "dirname":
        return marker(posixpath.dirname(rest[-1].value) or ".", command)
    if name == "basename" and len(rest) == 1:
        return marker(posixpath.basename(rest[0].value), command)
    if name in {"readlink", "realpath"}:
        return marker(resolved(directory, rest[-1].value), command)
    if name in {"which", "command"}:
        return rest[-1]
    return None


def _calculated(expression: Text, scope: Scope) -> Text | None:
    plain = _BOUND.sub(r"_least_\1", whole(expression, SHELL, scope).value)

    def lookup(name: str) -> Amount | None:
        if name.startswith("_least_"):
            return Amount(float(name[7:]), is_exact=False)
        value = scope.named(name)
        return None if value is None else amount_of(value.value)

    amount = arithmetic(plain, lookup)
    return None if amount is None else marker(written(amount), expression)
