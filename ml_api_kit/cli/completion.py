"""`mlapi completion`: the script that completes `mlapi` in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

COMPLETE_VARIABLE = "_MLAPI_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that completes mlapi in SHELL.

    \b
    bash: echo 'eval "$(mlapi completion bash)"' >> ~/.bashrc
    zsh:  echo 'eval "$(mlapi completion zsh)"' >> ~/.zshrc
    fish: mlapi completion fish > ~/.config/fish/completions/mlapi.fish
    """  # noqa: D301 - click wants the control character
    shell_class = get_completion_class(shell)
    if shell_class is None:
        raise click.UsageError(f"click has no completion for {shell}")
    root = ctx.find_root().command
    click.echo(shell_class(root, {}, "mlapi", COMPLETE_VARIABLE).source())
