"""the first tables"""

import sqlalchemy as sa
from alembic import op

import bridge.storage.columns
from bridge.storage.migrations import guard

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "beat",
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("at", bridge.storage.columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("part"),
    )
    op.create_table(
        "login_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("created_at", bridge.storage.columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "shop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("prices_include_tax", sa.Boolean(), nullable=False),
        sa.Column("highest_rate", sa.String(), nullable=False),
        sa.Column("code_prefix", sa.String(), nullable=False),
        sa.Column("secrets", sa.LargeBinary(), nullable=False),
        sa.Column("profile", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("watched_at", bridge.storage.columns.Moment(), nullable=True),
        sa.Column("round_cursor", sa.String(), nullable=False),
        sa.Column("round_at", bridge.storage.columns.Moment(), nullable=True),
        sa.Column("round_done_at", bridge.storage.columns.Moment(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("added_at", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("reconciled_until", bridge.storage.columns.Moment(), nullable=True),
        sa.Column("reconciled_at", bridge.storage.columns.Moment(), nullable=True),
        sa.Column("retry_at", bridge.storage.columns.Moment(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("restored_from", bridge.storage.columns.Moment(), nullable=True),
        sa.Column("nightly_at", bridge.storage.columns.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token"),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("guest", sa.Boolean(), nullable=False),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("pending", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("due_at", bridge.storage.columns.Moment(), nullable=True),
        sa.Column("fixed_until", bridge.storage.columns.Moment(), nullable=True),
        sa.Column("closed_at", bridge.storage.columns.Moment(), nullable=True),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("dirty", sa.Boolean(), nullable=False),
        sa.Column("push_due_at", bridge.storage.columns.Moment(), nullable=True),
        sa.Column("push_attempts", sa.Integer(), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("opened_at", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("erased_at", bridge.storage.columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merged_into"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shop.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token"),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index("account_due", ["shop_id", "due_at"], unique=False)
        batch_op.create_index(
            "account_dirty",
            ["shop_id", "id"],
            unique=False,
            sqlite_where=sa.text("dirty = 1"),
            postgresql_where=sa.text("dirty"),
        )
        batch_op.create_index(
            "account_stale",
            ["shop_id", "id"],
            unique=False,
            sqlite_where=sa.text("stale = 1"),
            postgresql_where=sa.text("stale"),
        )

    op.create_table(
        "article",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("credit", sa.Integer(), nullable=True),
        sa.Column("seen_at", bridge.storage.columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shop.id"],
        ),
        sa.PrimaryKeyConstraint("shop_id", "article_id"),
    )
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_article_product_id"), ["product_id"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("received_at", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", bridge.storage.columns.Moment(), nullable=True),
        sa.Column("settled_at", bridge.storage.columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shop.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(
            "delivery_open",
            ["shop_id", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('received', 'waiting')"),
            postgresql_where=sa.text("state IN ('received', 'waiting')"),
        )
        batch_op.create_index("delivery_order", ["shop_id", "order_id"], unique=False)

    op.create_table(
        "fact",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shop.id"],
        ),
        sa.PrimaryKeyConstraint("shop_id", "subject", "name", "at"),
    )
    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("seen_at", bridge.storage.columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["login_user.id"],
        ),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "needs_attention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("opened_at", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("closed_at", bridge.storage.columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shop.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("needs_attention", schema=None) as batch_op:
        batch_op.create_index("case_open", ["shop_id", "subject", "reason"], unique=False)

    op.create_table(
        "own_credit",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("credit", sa.Integer(), nullable=False),
        sa.Column("set_at", bridge.storage.columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shop.id"],
        ),
        sa.PrimaryKeyConstraint("shop_id", "sku"),
    )
    op.create_table(
        "programme_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("valid_from", bridge.storage.columns.Moment(), nullable=True),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("activated_at", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("activated_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shop.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("shop_id", "number", name="programme_number"),
    )
    op.create_table(
        "voucher_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("made_at", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shop.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("voucher_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_voucher_batch_shop_id"), ["shop_id"], unique=False)

    op.create_table(
        "contribution",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("placed", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("paid_at", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("turnover", sa.BigInteger(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("group_name", sa.String(), nullable=False),
        sa.Column("memberships", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shop.id"],
        ),
        sa.PrimaryKeyConstraint("shop_id", "order_id"),
    )
    with op.batch_alter_table("contribution", schema=None) as batch_op:
        batch_op.create_index("contribution_account", ["account_id", "placed"], unique=False)

    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("happened_at", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("booked_at", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("usable_at", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("order_id", sa.String(), nullable=True),
        sa.Column("moves", sa.Boolean(), nullable=False),
        sa.Column("explanation", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("reverses", sa.Integer(), nullable=True),
        sa.Column("commitment", sa.LargeBinary(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shop.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_id", "kind", "source", "revision", name="entry_once"),
        sa.UniqueConstraint("account_id", "number", name="entry_chain"),
    )
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.create_index(
            "entry_order",
            ["shop_id", "order_id"],
            unique=False,
            sqlite_where=sa.text("order_id IS NOT NULL"),
            postgresql_where=sa.text("order_id IS NOT NULL"),
        )

    op.create_table(
        "identity",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("since", bridge.storage.columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shop.id"],
        ),
        sa.PrimaryKeyConstraint("shop_id", "kind", "value"),
    )
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_account_id"), ["account_id"], unique=False)

    op.create_table(
        "lot",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("rest", sa.BigInteger(), nullable=False),
        sa.Column("usable_at", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.PrimaryKeyConstraint("account_id", "number"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("lot", schema=None) as batch_op:
        batch_op.create_index("lot_usable", ["account_id", "usable_at"], unique=False)
        batch_op.create_index(
            "lot_expiring",
            ["account_id", "expires_on"],
            unique=False,
            sqlite_where=sa.text("expires_on IS NOT NULL"),
            postgresql_where=sa.text("expires_on IS NOT NULL"),
        )

    op.create_table(
        "offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("worth", sa.Integer(), nullable=False),
        sa.Column("face", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("created_at", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("pushed_at", bridge.storage.columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shop.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_id", "sequence", name="offer_sequence"),
        sa.UniqueConstraint("shop_id", "code", name="offer_code"),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_account_id"), ["account_id"], unique=False)

    op.create_table(
        "order_state",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("updated", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("read_at", bridge.storage.columns.Moment(), nullable=True),
        sa.Column("placed", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("dirty", sa.Boolean(), nullable=False),
        sa.Column("suspect", sa.Boolean(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("adjusting", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shop.id"],
        ),
        sa.PrimaryKeyConstraint("shop_id", "order_id"),
    )
    with op.batch_alter_table("order_state", schema=None) as batch_op:
        batch_op.create_index("order_state_account", ["account_id", "placed"], unique=False)
        batch_op.create_index(batch_op.f("ix_order_state_number"), ["number"], unique=False)
        batch_op.create_index(
            "order_state_open",
            ["shop_id", "placed"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(
            "order_state_todo",
            ["shop_id", "order_id"],
            unique=False,
            sqlite_where=sa.text("dirty = 1 OR suspect = 1"),
            postgresql_where=sa.text("dirty OR suspect"),
        )

    op.create_table(
        "partner",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("since", bridge.storage.columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shop.id"],
        ),
        sa.PrimaryKeyConstraint("account_id"),
        sa.UniqueConstraint("shop_id", "code", name="partner_code"),
    )
    op.create_table(
        "partner_coupon",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("since", bridge.storage.columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shop.id"],
        ),
        sa.PrimaryKeyConstraint("shop_id", "code"),
    )
    with op.batch_alter_table("partner_coupon", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partner_coupon_account_id"), ["account_id"], unique=False)

    op.create_table(
        "person",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("updated_at", bridge.storage.columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.PrimaryKeyConstraint("account_id"),
    )
    op.create_table(
        "sponsorship",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("since", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("sponsor_id", sa.Integer(), nullable=True),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("noted_at", bridge.storage.columns.Moment(), nullable=True),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["sponsor_id"],
            ["account.id"],
        ),
        sa.PrimaryKeyConstraint("account_id", "since"),
    )
    with op.batch_alter_table("sponsorship", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sponsorship_sponsor_id"), ["sponsor_id"], unique=False)

    op.create_table(
        "voucher",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["voucher_batch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shop.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("shop_id", "code", name="voucher_code"),
    )
    with op.batch_alter_table("voucher", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_voucher_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index("voucher_state", ["shop_id", "state"], unique=False)

    op.create_table(
        "entry_text",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["entry.id"],
        ),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    op.create_table(
        "voucher_use",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("placed", bridge.storage.columns.Moment(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shop.id"],
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"],
            ["voucher.id"],
        ),
        sa.PrimaryKeyConstraint("shop_id", "order_id", "voucher_id"),
    )
    guard.protect(op.get_bind())


def downgrade() -> None:
    raise NotImplementedError("schemas are restored from a backup, never stepped down")
