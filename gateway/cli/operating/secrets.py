"""``gateway secrets``: the installation's own key of commitments."""

from __future__ import annotations

import typer

from gateway.cli.operating import texts
from gateway.cli.terminal.asking import ask
from gateway.cli.terminal.exits import Exit
from gateway.cli.terminal.options import JsonOption
from gateway.cli.terminal.output import print_json

app = typer.Typer(no_args_is_help=True, help=texts.SECRETS_HELP)


@app.callback()
def group() -> None:
    """A group, though it has one command yet."""


@app.command("rotate-hmac-key", help=texts.ROTATE_HMAC_KEY_HELP)
def rotate_hmac_key(*, as_json: JsonOption = False) -> None:
    """Let a new key make commitments, indexes, digests and MACs. Whatever the one before made is found as before."""
    done = ask("POST", "/v1/secrets/hmac-key")
    if as_json:
        print_json(done)
    elif done["rotated"]:
        typer.echo(texts.hmac_key_rotated(done["file"], done["keys"]))
    else:
        typer.echo(texts.hmac_key_lacking(", ".join(done["lacking"]), done["file"]))
    raise typer.Exit(Exit.OK if done["rotated"] else Exit.NO)
