"""logins, trail and mail"""

import sqlalchemy as sa
from alembic import op

import bridge.storage.columns
from bridge.storage.migrations import guard

revision = "0005"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "deed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "login_failure",
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("at", bridge.storage.columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("subject"),
    )
    op.create_table(
        "ticket",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("ends_at", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("used_at", bridge.storage.columns.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_table(
        "outgoing_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("kept_at", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("due_at", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("sent_at", bridge.storage.columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shop.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outgoing_mail_account_id"), ["account_id"], unique=False)
        batch_op.create_index(
            "outgoing_mail_waiting",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("browser", sa.String(), nullable=False, server_default=""))

    with op.batch_alter_table("login_user", schema=None) as batch_op:
        batch_op.add_column(sa.Column("email", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))

    with op.batch_alter_table("shop", schema=None) as batch_op:
        batch_op.add_column(sa.Column("observing", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("red_since", bridge.storage.columns.Moment(), nullable=True))
        batch_op.add_column(sa.Column("alarmed_at", bridge.storage.columns.Moment(), nullable=True))

    guard.protect_table(op.get_bind(), "deed")


def downgrade() -> None:
    raise NotImplementedError("schemas are restored from a backup, never stepped down")
