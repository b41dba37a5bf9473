"""Where text goes: standard output, standard error, or a file that is either the old one or the new one."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

import click

from fastapi_lint.cli.terminal import wants_color
from fastapi_lint.core.errors import ConfigError
from fastapi_lint.report.sanitize import sanitize


def prepare_streams() -> None:
    """Let the standard streams write every character: what their encoding lacks becomes a visible escape.

    A stream that was closed before the start is replaced by one that leads nowhere.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  open to the end
        reconfigure = getattr(getattr(sys, name), "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def write(text: str) -> None:
    """Write to standard output; that the reader went away is no error.

    Raises ConfigError where the text cannot be written.
    """
    try:
        # Whether there are colours was decided when the text was made.
        click.echo(text, nl=False, color=True)
    except OSError as error:
        give_up(error)


def give_up(error: OSError) -> None:
    """Leave standard output after a failure; raises ConfigError unless the reader only went away."""
    _discard(sys.stdout.fileno())
    if not isinstance(error, BrokenPipeError):
        message = f"cannot write the output: {error.strerror}"
        raise ConfigError(message) from error


def complain(kind: str, message: str, hint: str = "") -> None:
    """Write `kind: message` and perhaps a hint to standard error; both texts are sanitised here."""
    tell(complaint(kind, message, hint))


def complaint(kind: str, message: str, hint: str = "") -> str:
    """Return what `complain` writes."""
    is_colored = wants_color("auto", sys.stderr, os.environ)
    color = "31" if kind == "error" else "33"
    label = f"\x1b[1;{color}m{kind}\x1b[0m" if is_colored else kind
    return f"{label}: {sanitize(message)}\n" + (f"hint: {sanitize(hint)}\n" if hint else "")


def tell(text: str) -> None:
    """Write sanitised text to standard error; that nobody can read it is no error."""
    with suppress(OSError, ValueError):
        click.echo(text, nl=False, err=True, color=True)


def check_destination(path: Path) -> None:
    """Raise ConfigError where a file surely cannot be written, before the time is spent to fill it."""
    if path.is_dir():
        message, hint = f"cannot write {path}: it is a folder", "--output-file takes the name of a file"
    elif not _real(path).parent.is_dir():
        message, hint = f"cannot write {path}: its folder does not exist", "make the folder first"
    else:
        return
    raise ConfigError(message, hint)


def write_file(path: Path, text: str) -> None:
    """Write a file in UTF-8, wholly or not at all; a link is followed, a device or a pipe is written to.

    Raises ConfigError where the file cannot be written.
    """
    data = text.encode("utf-8", "backslashreplace")
    try:
        target = _real(path)
        old = target.stat() if os.path.lexists(target) else None
        if old is not None and not stat.S_ISREG(old.st_mode):
            target.write_bytes(data)
        else:
            _replace(target, data, None if old is None else stat.S_IMODE(old.st_mode))
    except BrokenPipeError:
        return
    except OSError as error:
        message = f"cannot write {path}: {error.strerror}"
        raise ConfigError(message) from error


def _replace(target: Path, data: bytes, mode: int | None) -> None:
    temporary = target.with_name(f".{os.urandom(8).hex()}.tmp")
    # Exclusive, so that a link planted under that name is not followed; the umask gives a new file its mode.
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123  a descriptor has no path
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            temporary.chmod(mode)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _real(path: Path) -> Path:
    # `Path.resolve` raises on a loop of links in some versions of Python; this leaves the loop to whoever opens it.
    return Path(os.path.realpath(path))


def _discard(descriptor: int) -> None:
    """Point a stream that is broken at nothing, lest the interpreter fail when it flushes it at the end."""
    with suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, descriptor)
        os.close(nothing)
