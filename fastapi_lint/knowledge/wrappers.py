"""Programs that start another program given on their command line, and how to find that command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh"})


@dataclass(frozen=True, slots=True)
class Wrapper:
    """How a wrapper's own arguments are skipped.

    `subcommand` must follow the wrapper's options, "" for none; `valued` are the options whose value is a word of its
    own; `every_option_valued` says that all long options without `=` are such; `operands` is how many words precede
    the command; `assigns` that `NAME=value` words precede it; `directories` are options that set the working
    directory; `is_development` that it is made for working on the code.
    """

    subcommand: str = ""
    valued: frozenset[str] = frozenset()
    every_option_valued: bool = False
    operands: int = 0
    assigns: bool = False
    directories: frozenset[str] = frozenset()
    is_development: bool = False


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SUDO = Wrapper(
    valued=_words("-u --user -g --group -h --host -p --prompt -C -D -R -T -U -r -t --chdir"),
    assigns=True,
    directories=_words("-D --chdir"),
)

WRAPPERS: Mapping[str, Wrapper] = {
    "uv": Wrapper(
        subcommand="run",
        valued=_words(
            """--extra --no-extra --group --no-group --only-group --with --with-editable --with-requirements --env-file
            --package --python -p --project --directory --index --default-index -i --index-url --extra-index-url -f
            --find-links --config-file --cache-dir --refresh-package --resolution --prerelease --link-mode -C
            --config-setting --no-binary-package --no-build-package --upgrade-package -P --color --python-platform"""
        ),
        directories=_words("--directory"),
    ),
    "poetry": Wrapper(
        subcommand="run",
        valued=_words("-C --directory -P --project"),
        directories=_words("-C --directory"),
    ),
    "pipenv": Wrapper(subcommand="run", valued=_words("--python --pypi-mirror")),
    "pdm": Wrapper(subcommand="run", valued=_words("-p --project -c --config --venv")),
    "rye": Wrapper(subcommand="run"),
    "hatch": Wrapper(subcommand="run", valued=_words("-e --env -p --project")),
    "pixi": Wrapper(subcommand="run", valued=_words("-e --environment --manifest-path")),
    "conda": Wrapper(subcommand="run", valued=_words("-n --name -p --prefix --cwd"), directories=_words("--cwd")),
    "mamba": Wrapper(subcommand="run", valued=_words("-n --name -p --prefix --cwd"), directories=_words("--cwd")),
    "micromamba": Wrapper(
        subcommand="run", valued=_words("-n --name -p --prefix --cwd -e"), directories=_words("--cwd")
    ),
    "dumb-init": Wrapper(valued=_words("-r --rewrite")),
    "tini": Wrapper(valued=_words("-p -e")),
    "tini-static": Wrapper(valued=_words("-p -e")),
    "catatonit": Wrapper(),
    "my_init": Wrapper(),
    "env": Wrapper(valued=_words("-u --unset -C --chdir"), assigns=True, directories=_words("-C --chdir")),
    "nohup": Wrapper(),
    "exec": Wrapper(valued=_words("-a")),
    "command": Wrapper(),
    "builtin": Wrapper(),
    "setsid": Wrapper(),
    "time": Wrapper(valued=_words("-f -o --format --output")),
    "nice": Wrapper(valued=_words("-n --adjustment")),
    "ionice": Wrapper(valued=_words("-c -n --class --classdata")),
    "chrt": Wrapper(operands=1),
    "taskset": Wrapper(operands=1),
    "numactl": Wrapper(),
    "stdbuf": Wrapper(valued=_words("-i -o -e --input --output --error")),
    "unbuffer": Wrapper(),
    "timeout": Wrapper(valued=_words("-k --kill-after -s --signal"), operands=1),
    "su-exec": Wrapper(operands=1),
    "gosu": Wrapper(operands=1),
    "chroot": Wrapper(valued=_words("--userspec --groups"), operands=1),
    "setpriv": Wrapper(valued=_words("--reuid --regid --groups --inh-caps --bounding-set --ambient-caps")),
    "s6-setuidgid": Wrapper(operands=1),
    "setuidgid": Wrapper(operands=1),
    "chpst": Wrapper(valued=_words("-u -U -b -e -n -l -L -m -d -o -p -f -c -r -t -/")),
    "authbind": Wrapper(),
    "sudo": _SUDO,
    "doas": Wrapper(valued=_words("-u -C -a")),
    "runuser": Wrapper(valued=_words("-u --user -g --group")),
    "newrelic-admin": Wrapper(subcommand="run-program"),
    "ddtrace-run": Wrapper(),
    "opentelemetry-instrument": Wrapper(every_option_valued=True),
    "scout-apm": Wrapper(),
    "elasticapm-run": Wrapper(every_option_valued=True),
    "xvfb-run": Wrapper(valued=_words("-s --server-args -n --server-num -f -e -p -w")),
    "coverage": Wrapper(
        subcommand="run", valued=_words("--rcfile --source --include --omit --concurrency --data-file")
    ),
    "debugpy": Wrapper(valued=_words("--listen --log-to --configure-subProcess"), is_development=True),
    "watchmedo": Wrapper(
        subcommand="auto-restart",
        valued=_words("-d --directory -p --pattern --patterns -i --ignore-patterns --signal --kill-after --interval"),
        is_development=True,
    ),
    "doppler": Wrapper(subcommand="run", valued=_words("-p --project -c --config -t --token")),
    "infisical": Wrapper(subcommand="run", valued=_words("--env --projectId --path --token --domain")),
    "op": Wrapper(subcommand="run", valued=_words("--env-file --account")),
    "chamber": Wrapper(subcommand="exec", operands=1),
    "dotenv": Wrapper(subcommand="run", valued=_words("-f --file -q --quote -e --export")),
    "sentry-cli": Wrapper(subcommand="run"),
}
"""By the last name of the program's path."""

PYTHON_RUNNERS = frozenset({"uv", "coverage", "debugpy", "pixi"})
"""Wrappers under which `-m module` and `file.py` mean what they mean to python."""

WAITERS = ("wait-for", "wait_for", "waitforit", "dockerize", "wait4x")
"""Beginnings of the names of programs that wait for a service and then start the command after `--`."""
