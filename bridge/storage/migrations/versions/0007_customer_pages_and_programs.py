"""customer pages and the interface for programs"""

import sqlalchemy as sa
from alembic import op

import bridge.storage.columns

revision = "0007"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "used_link",
        sa.Column("link_hash", sa.LargeBinary(), nullable=False),
        sa.Column("until", bridge.storage.columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("link_hash"),
    )
    with op.batch_alter_table("used_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_used_link_until"), ["until"], unique=False)

    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("made_at", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("used_at", bridge.storage.columns.Moment(), nullable=True),
        sa.Column("revoked_at", bridge.storage.columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_table(
        "news_round",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("told_until", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("aim_entry_id", sa.Integer(), nullable=True),
        sa.Column("aim_until", bridge.storage.columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"]),
        sa.PrimaryKeyConstraint("shop_id"),
    )
    op.create_table(
        "api_answer",
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("input_hash", sa.LargeBinary(), nullable=False),
        sa.Column("begun_at", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["token_id"], ["api_token.id"]),
        sa.PrimaryKeyConstraint("token_id", "key"),
    )
    with op.batch_alter_table("api_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_answer_begun_at"), ["begun_at"], unique=False)

    op.create_table(
        "mail_choice",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("silent_since", bridge.storage.columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("account_id"),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("asked_at", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", bridge.storage.columns.Moment(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"]),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_account_id"), ["account_id"], unique=False)

    # Not in a batch: that could copy a table whose rows never change.
    op.create_index("entry_account", "entry", ["account_id", "id"])
    # What shops keep for their customers holds links that let in for ever: all of it is written anew.
    op.execute("UPDATE account SET stale = true, push_due_at = NULL")


def downgrade() -> None:
    raise NotImplementedError("schemas are restored from a backup, never stepped down")
