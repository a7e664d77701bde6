"""``gateway department``: try one department out, beside a running gateway or without one.

May import the room ``terminal``. Begin with ``checks.py`` and ``calling.py``.
"""

from __future__ import annotations

import typer

from gateway.cli.department import texts
from gateway.cli.department.calling import call
from gateway.cli.department.checks import probe
from gateway.cli.department.rotating import rotate_secret

app = typer.Typer(no_args_is_help=True)
app.command(help=texts.PROBE_HELP)(probe)
app.command(help=texts.ROTATE_HELP)(rotate_secret)
app.command(help=texts.CALL_HELP)(call)
