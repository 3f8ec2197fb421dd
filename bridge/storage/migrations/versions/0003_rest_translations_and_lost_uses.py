"""translations, and codes that were used without an order"""

import sqlalchemy as sa
from alembic import op

import bridge.storage.columns

revision = "0003"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.add_column(sa.Column("originals", sa.JSON(), server_default="[]", nullable=False))

    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("waiting_since", bridge.storage.columns.Moment(), nullable=True))
        batch_op.create_index(
            "offer_waiting",
            ["shop_id", "waiting_since"],
            unique=False,
            sqlite_where=sa.text("waiting_since IS NOT NULL"),
            postgresql_where=sa.text("waiting_since IS NOT NULL"),
        )


def downgrade() -> None:
    raise NotImplementedError("schemas are restored from a backup, never stepped down")
