"""`kireji completion`: the line that has a shell complete commands and options."""

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script with which a SHELL completes kireji's commands and options.

    \b
    bash   eval "$(kireji completion bash)"     in ~/.bashrc
    zsh    eval "$(kireji completion zsh)"      in ~/.zshrc
    fish   kireji completion fish | source      in ~/.config/fish/config.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - click has all three
    click.echo(kind(context.find_root().command, {}, "kireji", "_KIREJI_COMPLETE").source())
