"""`fastapi-lint completion`: the script by which a shell completes the command line."""

from __future__ import annotations

import click

from fastapi_lint.cli.output import write


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> int:
    """Print a script that makes SHELL complete this command.

    \b
    bash:  fastapi-lint completion bash > ~/.local/share/bash-completion/completions/fastapi-lint
    zsh:   fastapi-lint completion zsh > "${fpath[1]}/_fastapi-lint"
    fish:  fastapi-lint completion fish > ~/.config/fish/completions/fastapi-lint.fish
    """  # noqa: D301  click reads the backspace itself
    from click.shell_completion import get_completion_class  # noqa: PLC0415  no other command needs it

    root = context.find_root()
    made = get_completion_class(shell)
    assert made is not None  # the choice lists those that click has
    write(made(root.command, {}, "fastapi-lint", "_FASTAPI_LINT_COMPLETE").source() + "\n")
    return 0
