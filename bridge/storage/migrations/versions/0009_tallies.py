"""tallies: how often something has happened at a shop"""

import sqlalchemy as sa
from alembic import op

import bridge.storage.columns

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "tally",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("at", bridge.storage.columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"]),
        sa.PrimaryKeyConstraint("shop_id", "name"),
    )


def downgrade() -> None:
    raise NotImplementedError("schemas are restored from a backup, never stepped down")
