"""`fastapi-lint server`: the language server on standard input and output."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from fastapi_lint.cli.cache import cache_folder, cache_options
from fastapi_lint.cli.output import tell
from fastapi_lint.cli.terminal import is_terminal
from fastapi_lint.core.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@cache_options
@click.option("--stdio", is_flag=True, hidden=True, help="What editors add who know of other ways; it is the only one.")
def server(no_cache: bool, cache_dir: Path | None, stdio: bool) -> int:  # noqa: ARG001  accepted and not needed
    """Serve an editor: findings while you type, over the language server protocol.

    The editor starts it; docs/editors.md shows how. Ends with 0 after an orderly shutdown, else with 1.
    """
    if find_spec("pygls") is None:
        raise ConfigError("the language server needs pygls", 'install it with: pip install "fastapi-lint[lsp]"')
    if is_terminal(sys.stdin):
        tell("fastapi-lint: waiting for an editor on standard input; end with Ctrl-C\n")
    from fastapi_lint.lsp.features import serve  # noqa: PLC0415  no other command may wait for it

    code = serve(cache_folder(cache_dir, is_off=no_cache), lambda line: tell(f"fastapi-lint: {line}\n"))
    # A thread may still be checking, or waiting for a client that will say no more.
    sys.stderr.flush()
    os._exit(code)
