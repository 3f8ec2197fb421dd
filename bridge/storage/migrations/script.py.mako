"""${message}"""

import sqlalchemy as sa
from alembic import op

import bridge.storage.columns

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    raise NotImplementedError("schemas are restored from a backup, never stepped down")
