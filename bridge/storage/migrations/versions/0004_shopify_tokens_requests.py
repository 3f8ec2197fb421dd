"""tokens that run out, requests by law, marks of deliveries, holders of codes"""

import sqlalchemy as sa
from alembic import op

import bridge.storage.columns

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "shop_token",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"]),
        sa.PrimaryKeyConstraint("shop_id"),
    )
    op.create_table(
        "privacy_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("wish", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("asked_at", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("done_at", bridge.storage.columns.Moment(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"]),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("delivery_id", name="privacy_request_delivery"),
    )
    op.add_column("delivery", sa.Column("mark", sa.String(), nullable=False, server_default=""))
    op.create_index(
        "delivery_mark",
        "delivery",
        ["shop_id", "mark"],
        sqlite_where=sa.text("mark <> ''"),
        postgresql_where=sa.text("mark <> ''"),
    )
    op.execute("ALTER TABLE offer RENAME COLUMN email TO holder")
