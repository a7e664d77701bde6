"""Moves of the journal's tables from revision to revision, with Alembic. Import it lazily: Alembic takes most of a second."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import func, select

if TYPE_CHECKING:
    from sqlalchemy import Engine

#: The advisory lock of whoever migrates: any number that is the same on every node ("onestop" in ASCII).
ONE_AT_A_TIME = 0x6F6E6573746F70
#: The time for which a node waits for another that migrates, and a migration for a table, with all others behind it.
_PATIENCE = "300s"
_TABLE_PATIENCE = "15s"


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Upgrade to ``revision`` in one transaction: all of it, or nothing. Nodes that do so at once wait for the first."""
    config = _config()
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.set_config("lock_timeout", _PATIENCE, True)))
            connection.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
            connection.execute(select(func.set_config("lock_timeout", _TABLE_PATIENCE, True)))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def known() -> frozenset[str]:
    """Give every revision that this code can come from."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def _config() -> Config:
    config = Config()
    # Percent signs are Config's own syntax, and a folder may have one in its name.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
