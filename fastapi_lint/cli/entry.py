"""The command `fastapi-lint`: its subcommands, loaded when they are asked for, and how an error becomes an exit code.

Exit codes: 0 clean, 1 findings, 2 usage or configuration, 3 internal, 130 interrupted, 143 terminated.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import contextmanager
from importlib import import_module
from traceback import extract_tb, format_exc
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

from fastapi_lint import __version__
from fastapi_lint.cli.output import complain, prepare_streams, tell
from fastapi_lint.core.errors import ConfigError, FastapiLintError
from fastapi_lint.report.sanitize import sanitize
from fastapi_lint.source.loading import compiled_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import FrameType

PROGRAM = "fastapi-lint"
INTERNAL = 3
_USAGE = 2
_INTERRUPTED = 130
_TERMINATED = 143
_AGAIN = 0.35
"""Seconds after which a program that was to end is told so again."""
_TRIES = 2

_COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "check": "fastapi_lint.cli.check",
        "trace": "fastapi_lint.cli.trace",
        "rules": "fastapi_lint.cli.rules",
        "explain": "fastapi_lint.cli.explain",
        "baseline": "fastapi_lint.cli.baseline",
        "clean": "fastapi_lint.cli.clean",
        "completion": "fastapi_lint.cli.completion",
        "server": "fastapi_lint.cli.server",
    }
)

_EPILOG = """\b
Exit codes:
  0  no findings, or none as grave as --fail-on asks
  1  findings
  2  the command line or the configuration is wrong
  3  fastapi-lint itself failed"""


class _Commands(click.Group):
    """A group whose commands are imported when they are needed; each stands under its own name in its module."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(import_module(_COMMANDS[cmd_name]), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in _COMMANDS and not name.startswith("-"):
            message = f"no such command `{name}`"
            raise ConfigError(message, _command_hint(name))
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_EPILOG,
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Read a FastAPI project the way the framework will run it, and say where it will not do what its author thinks.

    Start with: fastapi-lint check
    """
    if context.invoked_subcommand is None:
        tell(context.get_help() + "\n")
        context.exit(_USAGE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line (`sys.argv` where no arguments are given) and return the exit code; prints all errors."""
    prepare_streams()
    args = sys.argv[1:] if arguments is None else list(arguments)
    with _terminable(), compiled_once("commands"):
        return guarded(lambda: cli.main(args=args, prog_name=PROGRAM, standalone_mode=False, obj=tuple(args)), args)


def guarded(work: Callable[[], object], arguments: Sequence[str]) -> int:
    """Do what a command line asks for and return the exit code, 0 where the work returns none; prints all errors."""
    try:
        code = work()
    except (click.Abort, KeyboardInterrupt):
        return _left(_INTERRUPTED)
    except _TerminatedError:
        return _left(_TERMINATED)
    except ConfigError as error:
        complain("error", error.message, error.hint)
        return _USAGE
    except FastapiLintError as error:
        complain("error", error.message, error.hint)
        return INTERNAL
    except click.ClickException as error:
        complain("error", error.format_message(), _usage_hint(error))
        return _USAGE
    except Exception as error:  # noqa: BLE001  the last line of defence: Python would exit with 1, which means findings
        _report_bug(error, is_verbose=not {"-v", "--verbose"}.isdisjoint(arguments))
        return INTERNAL
    return code if isinstance(code, int) else 0


class _TerminatedError(BaseException):
    """SIGTERM came: an exception, so that files are removed and the terminal is left clean on the way out."""


@contextmanager
def _terminable() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end in order what is done in the meantime; afterwards they do what they did before.

    Where Python is in a place from which it can only report an exception (the callback of a weak reference, which
    imports have), the one that was to end the program is lost. So it is raised again a moment later; and where that
    does not help either, the program is left.
    """
    before: dict[signal.Signals, Any] = {}
    try:
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            before[signal.SIGINT] = signal.signal(signal.SIGINT, _Ending(_INTERRUPTED))
        before[signal.SIGTERM] = signal.signal(signal.SIGTERM, _Ending(_TERMINATED))
        if hasattr(signal, "setitimer"):
            before[signal.SIGALRM] = signal.getsignal(signal.SIGALRM)
    except ValueError:  # handlers can be set in the main thread only; elsewhere the host decides about signals
        yield
        return
    try:
        yield
    finally:
        _calm()
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


class _Ending:
    """A handler that ends the program with an exit code: by an exception, by another one, at once."""

    def __init__(self, code: int) -> None:
        self._code = code
        self._times = 0

    def __call__(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002  the signature of a signal handler
        """Take the signal, or the clock's after it."""
        self._times += 1
        if self._times > _TRIES:
            os._exit(self._code)
        if self._times == 1 and hasattr(signal, "setitimer"):
            signal.signal(signal.SIGALRM, self)
            signal.setitimer(signal.ITIMER_REAL, _AGAIN, _AGAIN)
        raise KeyboardInterrupt if self._code == _INTERRUPTED else _TerminatedError


def _calm() -> None:
    """Let nothing be raised again, now that the program ends."""
    if hasattr(signal, "setitimer") and isinstance(signal.getsignal(signal.SIGALRM), _Ending):
        signal.setitimer(signal.ITIMER_REAL, 0)


def _left(code: int) -> int:
    """Return the exit code of a run that was broken off, or leave at once where a thread goes on.

    A thread that is inside the parser cannot be ended in order: the interpreter would abort on its way out.
    """
    _calm()
    if threading.active_count() > 1:
        os._exit(code)
    # Where the interrupt met code that `exec` had compiled from a text (that of `dataclass` is), CPython would end the
    # process by a signal, whoever caught the exception; unless such code has run since.
    exec("")  # noqa: S102
    return code


def _command_hint(name: str) -> str:
    if os.path.exists(name):  # noqa: PTH110  a name with a NUL in it is no path, but no error either
        return f"did you mean `{PROGRAM} check {name}`?"
    from difflib import get_close_matches  # noqa: PLC0415  needed by nobody who spells well

    near = get_close_matches(name, _COMMANDS, n=1)
    return f"did you mean `{near[0]}`?" if near else f"the commands are {', '.join(_COMMANDS)}"


def _usage_hint(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"`{context.command_path if context else PROGRAM} --help` lists what there is"


def _report_bug(error: Exception, *, is_verbose: bool) -> None:
    frames = extract_tb(error.__traceback__)
    where = f" in {frames[-1].name}, line {frames[-1].lineno}" if frames else ""
    if is_verbose:
        tell("".join(f"{line}\n" for line in map(sanitize, format_exc().splitlines())))
    hint = "this is a mistake in fastapi-lint, please report it" + ("" if is_verbose else "; --verbose shows the trace")
    complain("error", f"internal error{where}: {type(error).__name__}: {error}", hint)
