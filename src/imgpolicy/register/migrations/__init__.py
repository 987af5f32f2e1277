"""The steps from each released layout of the tables to the next, run by Alembic.

Imported only when there is a step to take: Alembic costs more than all else in opening a register.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

if TYPE_CHECKING:
    from imgpolicy.register.vault import Vault


def upgrade(connection: sa.Connection, revision: str = "head", vault: Vault | None = None) -> None:
    """Bring the tables to the newest layout, or to this one, within the connection's transaction.

    `vault` seals what earlier layouts held in the open; empty tables need none.
    """
    config = _config()
    config.attributes["connection"] = connection
    config.attributes["vault"] = vault
    command.upgrade(config, revision)


def knows(revision: str | None) -> bool:
    """Whether there is a way from this revision to the newest."""
    return revision in {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _config() -> Config:
    config = Config()
    # A percent sign in the path would be read as the start of a substitution.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
