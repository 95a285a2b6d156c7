"""First tables: units, staff, readers, catalogue, circulation, transit, and what the kernel keeps."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# The rows above may never change; one list of statements per database.
SQLITE_TRIGGERS = (
    """CREATE TRIGGER journal_keeps_rows BEFORE DELETE ON journal
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER journal_keeps_facts BEFORE UPDATE ON journal
       WHEN NOT (NEW.patron_id IS NULL AND NEW.id IS OLD.id AND NEW.act IS OLD.act AND NEW.at IS OLD.at
                 AND NEW.org_id IS OLD.org_id AND NEW.channel IS OLD.channel AND NEW.item_id IS OLD.item_id
                 AND NEW.bib_id IS OLD.bib_id AND NEW.author IS OLD.author AND NEW.request_id IS OLD.request_id
                 AND NEW.data IS OLD.data)
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
)
POSTGRESQL_TRIGGERS = (
    """CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF TG_OP = 'UPDATE' AND NEW.patron_id IS NULL
            AND (NEW.id, NEW.act, NEW.at, NEW.channel, NEW.author) = (OLD.id, OLD.act, OLD.at, OLD.channel, OLD.author)
            AND (NEW.org_id, NEW.item_id, NEW.bib_id, NEW.request_id, NEW.data)
                IS NOT DISTINCT FROM (OLD.org_id, OLD.item_id, OLD.bib_id, OLD.request_id, OLD.data) THEN
           RETURN NEW;
         END IF;
         RAISE EXCEPTION 'the journal is append-only';
       END $$""",
    """CREATE TRIGGER journal_keeps_rows BEFORE UPDATE OR DELETE ON journal
       FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()""",
)


def upgrade() -> None:
    op.create_table(
        "bib",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("authors", sa.String(length=500), nullable=False),
        sa.Column("publisher", sa.String(length=200), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("isbn", sa.String(length=13), nullable=True),
        sa.Column("class_number", sa.String(length=64), nullable=True),
        sa.Column("language", sa.String(length=3), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column(
            "data",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bib")),
    )
    with op.batch_alter_table("bib", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bib_title"), ["title"], unique=False)

    op.create_table(
        "idempotency_key",
        sa.Column("caller", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_idempotency_key")),
    )
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.create_index("ix_idempotency_key_created_at", ["created_at"], unique=False)

    op.create_table(
        "import_profile",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column(
            "body",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_import_profile")),
    )
    op.create_table(
        "item_type",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("parent", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["parent"], ["item_type.code"], name=op.f("fk_item_type_parent")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_item_type")),
    )
    op.create_table(
        "journal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("bib_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("patron_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=True),
        sa.Column(
            "data",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.create_index("ix_journal_at", ["at"], unique=False)
        batch_op.create_index("ix_journal_item_id", ["item_id"], unique=False)
        batch_op.create_index("ix_journal_patron_id", ["patron_id"], unique=False)

    op.create_table(
        "login_failure",
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_login_failure")),
    )
    op.create_table(
        "org_unit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_namespace", sa.Boolean(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(kind = 'network') = (parent_id IS NULL)", name=op.f("ck_org_unit_network_is_root")),
        sa.CheckConstraint(
            "kind IN ('network','hub','branch','point','selfservice','mobile','shop','store')",
            name=op.f("ck_org_unit_kind"),
        ),
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> id", name=op.f("ck_org_unit_not_own_parent")),
        sa.ForeignKeyConstraint(["parent_id"], ["org_unit.id"], name=op.f("fk_org_unit_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_org_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_org_unit_code")),
    )
    with op.batch_alter_table("org_unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_org_unit_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(
            "uq_org_unit_one_network",
            ["kind"],
            unique=True,
            sqlite_where=sa.text("kind = 'network'"),
            postgresql_where=sa.text("kind = 'network'"),
        )

    op.create_table(
        "outbox",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("done_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_pending",
            ["kind", "changed_at"],
            unique=False,
            sqlite_where=sa.text("version > done_version"),
            postgresql_where=sa.text("version > done_version"),
        )

    op.create_table(
        "patron_category",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_patron_category")),
    )
    op.create_table(
        "policy_row",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("org", sa.String(length=32), nullable=True),
        sa.Column("item_org", sa.String(length=32), nullable=True),
        sa.Column("patron_org", sa.String(length=32), nullable=True),
        sa.Column("category", sa.String(length=32), nullable=True),
        sa.Column("item_type", sa.String(length=32), nullable=True),
        sa.Column("setting", sa.String(length=40), nullable=False),
        sa.Column(
            "value",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_row")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "policy_version",
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.String(length=80), nullable=False),
        sa.Column(
            "rows",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_policy_version")),
    )
    op.create_table(
        "reference_version",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_reference_version")),
    )
    op.create_table(
        "staff_user",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_user")),
        sa.UniqueConstraint("username", name=op.f("uq_staff_user_username")),
    )
    op.create_table(
        "token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('staff','patron')", name=op.f("ck_token_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_token_digest")),
    )
    with op.batch_alter_table("token", schema=None) as batch_op:
        batch_op.create_index("ix_token_subject", ["kind", "subject_id"], unique=False)

    op.create_table(
        "bib_identifier",
        sa.Column("bib_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("value", sa.String(length=13), nullable=False),
        sa.CheckConstraint("kind IN ('isbn','issn')", name=op.f("ck_bib_identifier_kind")),
        sa.ForeignKeyConstraint(["bib_id"], ["bib.id"], name=op.f("fk_bib_identifier_bib_id")),
        sa.PrimaryKeyConstraint("bib_id", "kind", "value", name=op.f("pk_bib_identifier")),
    )
    with op.batch_alter_table("bib_identifier", schema=None) as batch_op:
        batch_op.create_index("ix_bib_identifier_value", ["value"], unique=False)

    op.create_table(
        "closure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("from_on <= to_on", name=op.f("ck_closure_from_before_to")),
        sa.ForeignKeyConstraint(["org_id"], ["org_unit.id"], name=op.f("fk_closure_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
    )
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_closure_org_id"), ["org_id"], unique=False)

    op.create_table(
        "distance",
        sa.Column("from_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("km", sa.Double(), nullable=False),
        sa.CheckConstraint("km >= 0", name=op.f("ck_distance_km")),
        sa.ForeignKeyConstraint(["from_id"], ["org_unit.id"], name=op.f("fk_distance_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["org_unit.id"], name=op.f("fk_distance_to_id")),
        sa.PrimaryKeyConstraint("from_id", "to_id", name=op.f("pk_distance")),
    )
    op.create_table(
        "import_batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("path", sa.String(length=1000), nullable=False),
        sa.Column("is_upload", sa.Boolean(), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("profile", sa.String(length=32), nullable=True),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("next_record", sa.Integer(), nullable=False),
        sa.Column("next_offset", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("merged", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("review", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("items_created", sa.Integer(), nullable=False),
        sa.Column("items_updated", sa.Integer(), nullable=False),
        sa.Column(
            "repaired",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("progress_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('queued','running','done','failed','undone')", name=op.f("ck_import_batch_status")
        ),
        sa.CheckConstraint(
            "read = created + updated + merged + unchanged + review + rejected",
            name=op.f("ck_import_batch_records_add_up"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["org_unit.id"], name=op.f("fk_import_batch_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    op.create_table(
        "item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bib_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("namespace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("barcode", sa.String(length=64), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("home_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_type", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("call_number", sa.String(length=100), nullable=True),
        sa.Column("shelf", sa.String(length=64), nullable=True),
        sa.Column("volume", sa.String(length=100), nullable=True),
        sa.Column("price_fen", sa.Integer(), nullable=True),
        sa.Column("acquired_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('available','on_loan','in_transit','on_hold_shelf','in_processing','on_order','in_repair','missing','lost','withdrawn')",
            name=op.f("ck_item_status"),
        ),
        sa.CheckConstraint("price_fen IS NULL OR price_fen >= 0", name=op.f("ck_item_price")),
        sa.ForeignKeyConstraint(["bib_id"], ["bib.id"], name=op.f("fk_item_bib_id")),
        sa.ForeignKeyConstraint(["home_id"], ["org_unit.id"], name=op.f("fk_item_home_id")),
        sa.ForeignKeyConstraint(["item_type"], ["item_type.code"], name=op.f("fk_item_item_type")),
        sa.ForeignKeyConstraint(["location_id"], ["org_unit.id"], name=op.f("fk_item_location_id")),
        sa.ForeignKeyConstraint(["namespace_id"], ["org_unit.id"], name=op.f("fk_item_namespace_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["org_unit.id"], name=op.f("fk_item_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("namespace_id", "barcode", name=op.f("uq_item_namespace_id_barcode")),
    )
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_barcode"), ["barcode"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_bib_id"), ["bib_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_home_id"), ["home_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_location_id"), ["location_id"], unique=False)

    op.create_table(
        "opening_hours",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.String(length=5), nullable=False),
        sa.Column("closes", sa.String(length=5), nullable=False),
        sa.CheckConstraint("opens < closes", name=op.f("ck_opening_hours_opens_before_closes")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_opening_hours_weekday")),
        sa.ForeignKeyConstraint(["org_id"], ["org_unit.id"], name=op.f("fk_opening_hours_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_hours")),
    )
    with op.batch_alter_table("opening_hours", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opening_hours_org_id"), ["org_id"], unique=False)

    op.create_table(
        "patron",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("home_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("birth_on", sa.Date(), nullable=True),
        sa.Column("guardian_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("phone_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("phone_digest", sa.String(length=64), nullable=True),
        sa.Column("pin_hash", sa.String(length=200), nullable=True),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('active','closed')", name=op.f("ck_patron_status")),
        sa.CheckConstraint("guardian_id IS NULL OR guardian_id <> id", name=op.f("ck_patron_not_own_guardian")),
        sa.ForeignKeyConstraint(["category"], ["patron_category.code"], name=op.f("fk_patron_category")),
        sa.ForeignKeyConstraint(["guardian_id"], ["patron.id"], name=op.f("fk_patron_guardian_id")),
        sa.ForeignKeyConstraint(["home_id"], ["org_unit.id"], name=op.f("fk_patron_home_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patron")),
    )
    with op.batch_alter_table("patron", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patron_guardian_id"), ["guardian_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_patron_home_id"), ["home_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_patron_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_patron_phone_digest"), ["phone_digest"], unique=False)

    op.create_table(
        "staff_grant",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["org_unit.id"], name=op.f("fk_staff_grant_org_id")),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_staff_grant_user_id")),
        sa.PrimaryKeyConstraint("user_id", "role", "org_id", name=op.f("pk_staff_grant")),
    )
    op.create_table(
        "card",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("patron_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("namespace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("barcode", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('active','lost','ended')", name=op.f("ck_card_status")),
        sa.ForeignKeyConstraint(["namespace_id"], ["org_unit.id"], name=op.f("fk_card_namespace_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_card_patron_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint("namespace_id", "barcode", name=op.f("uq_card_namespace_id_barcode")),
    )
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_card_barcode"), ["barcode"], unique=False)
        batch_op.create_index(batch_op.f("ix_card_patron_id"), ["patron_id"], unique=False)
        batch_op.create_index(
            "uq_card_one_active",
            ["patron_id"],
            unique=True,
            sqlite_where=sa.text("status = 'active'"),
            postgresql_where=sa.text("status = 'active'"),
        )

    op.create_table(
        "import_problem",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_record", sa.Boolean(), nullable=False),
        sa.Column("record", sa.Integer(), nullable=False),
        sa.Column("byte_offset", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("control_number", sa.String(length=200), nullable=True),
        sa.Column("tag", sa.String(length=16), nullable=True),
        sa.Column("code", sa.String(length=48), nullable=False),
        sa.Column("message_zh", sa.Text(), nullable=False),
        sa.Column("message_en", sa.Text(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_import_problem_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_problem")),
    )
    with op.batch_alter_table("import_problem", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_problem_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "loan",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("patron_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("checked_out_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("renewals", sa.Integer(), nullable=False),
        sa.Column(
            "policy",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("limit_in_force", sa.Integer(), nullable=True),
        sa.Column(
            "overrides",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("close_reason", sa.String(length=16), nullable=True),
        sa.CheckConstraint("close_reason IN ('returned')", name=op.f("ck_loan_close_reason")),
        sa.CheckConstraint("(closed_at IS NULL) = (close_reason IS NULL)", name=op.f("ck_loan_closed_has_reason")),
        sa.CheckConstraint("closed_at IS NOT NULL OR patron_id IS NOT NULL", name=op.f("ck_loan_open_has_patron")),
        sa.CheckConstraint(
            "closed_at IS NULL OR closed_at >= checked_out_at", name=op.f("ck_loan_closed_after_opened")
        ),
        sa.CheckConstraint("renewals >= 0", name=op.f("ck_loan_renewals")),
        sa.ForeignKeyConstraint(["closed_org_id"], ["org_unit.id"], name=op.f("fk_loan_closed_org_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_loan_item_id")),
        sa.ForeignKeyConstraint(["org_id"], ["org_unit.id"], name=op.f("fk_loan_org_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_loan_patron_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan")),
    )
    with op.batch_alter_table("loan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_loan_item_id"), ["item_id"], unique=False)
        batch_op.create_index(
            "ix_loan_open_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_loan_open_patron",
            ["patron_id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index("ix_loan_patron_id", ["patron_id"], unique=False)
        batch_op.create_index(
            "uq_loan_one_open",
            ["item_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "patron_block",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("patron_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("scope IN ('network','local')", name=op.f("ck_patron_block_scope")),
        sa.ForeignKeyConstraint(["org_id"], ["org_unit.id"], name=op.f("fk_patron_block_org_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_patron_block_patron_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patron_block")),
    )
    with op.batch_alter_table("patron_block", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patron_block_patron_id"), ["patron_id"], unique=False)

    op.create_table(
        "source_record",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bib_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("identity", sa.String(length=200), nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("container", sa.String(length=8), nullable=False),
        sa.Column("encoding", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.CheckConstraint("container IN ('iso2709','marcxml','form')", name=op.f("ck_source_record_container")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_source_record_batch_id")),
        sa.ForeignKeyConstraint(["bib_id"], ["bib.id"], name=op.f("fk_source_record_bib_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_record")),
    )
    with op.batch_alter_table("source_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_source_record_bib_id"), ["bib_id"], unique=False)
        batch_op.create_index(
            "uq_source_record_current",
            ["source", "identity"],
            unique=True,
            sqlite_where=sa.text("is_current"),
            postgresql_where=sa.text("is_current"),
        )

    op.create_table(
        "transfer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("bib_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "reason IN ('return_home','hold','request','rotation','float','recall')", name=op.f("ck_transfer_reason")
        ),
        sa.CheckConstraint(
            "status IN ('requested','approved','dispatched','received','refused','cancelled','missing')",
            name=op.f("ck_transfer_status"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('approved','dispatched') OR item_id IS NOT NULL", name=op.f("ck_transfer_open_has_item")
        ),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_transfer_goes_somewhere")),
        sa.CheckConstraint(
            "received_at IS NULL OR received_at >= requested_at", name=op.f("ck_transfer_received_after_requested")
        ),
        sa.ForeignKeyConstraint(["bib_id"], ["bib.id"], name=op.f("fk_transfer_bib_id")),
        sa.ForeignKeyConstraint(["from_id"], ["org_unit.id"], name=op.f("fk_transfer_from_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_transfer_item_id")),
        sa.ForeignKeyConstraint(["to_id"], ["org_unit.id"], name=op.f("fk_transfer_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
    )
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transfer_item_id"), ["item_id"], unique=False)
        batch_op.create_index(
            "ix_transfer_open_from",
            ["from_id"],
            unique=False,
            sqlite_where=sa.text("status IN ('approved','dispatched')"),
            postgresql_where=sa.text("status IN ('approved','dispatched')"),
        )
        batch_op.create_index(
            "ix_transfer_open_to",
            ["to_id"],
            unique=False,
            sqlite_where=sa.text("status IN ('approved','dispatched')"),
            postgresql_where=sa.text("status IN ('approved','dispatched')"),
        )
        batch_op.create_index(
            "uq_transfer_one_open",
            ["item_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('approved','dispatched')"),
            postgresql_where=sa.text("status IN ('approved','dispatched')"),
        )

    op.create_table(
        "loan_renewal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("loan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("old_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("new_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("new_due_at > old_due_at", name=op.f("ck_loan_renewal_moves_forward")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_loan_renewal_loan_id")),
        sa.ForeignKeyConstraint(["org_id"], ["org_unit.id"], name=op.f("fk_loan_renewal_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_renewal")),
    )
    with op.batch_alter_table("loan_renewal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_loan_renewal_loan_id"), ["loan_id"], unique=False)

    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_TRIGGERS if is_sqlite else POSTGRESQL_TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER journal_keeps_rows ON journal")
        op.execute("DROP FUNCTION journal_is_append_only()")
    with op.batch_alter_table("loan_renewal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_loan_renewal_loan_id"))

    op.drop_table("loan_renewal")
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_transfer_one_open",
            sqlite_where=sa.text("status IN ('approved','dispatched')"),
            postgresql_where=sa.text("status IN ('approved','dispatched')"),
        )
        batch_op.drop_index(
            "ix_transfer_open_to",
            sqlite_where=sa.text("status IN ('approved','dispatched')"),
            postgresql_where=sa.text("status IN ('approved','dispatched')"),
        )
        batch_op.drop_index(
            "ix_transfer_open_from",
            sqlite_where=sa.text("status IN ('approved','dispatched')"),
            postgresql_where=sa.text("status IN ('approved','dispatched')"),
        )
        batch_op.drop_index(batch_op.f("ix_transfer_item_id"))

    op.drop_table("transfer")
    with op.batch_alter_table("source_record", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_source_record_current", sqlite_where=sa.text("is_current"), postgresql_where=sa.text("is_current")
        )
        batch_op.drop_index(batch_op.f("ix_source_record_bib_id"))

    op.drop_table("source_record")
    with op.batch_alter_table("patron_block", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_patron_block_patron_id"))

    op.drop_table("patron_block")
    with op.batch_alter_table("loan", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_loan_one_open", sqlite_where=sa.text("closed_at IS NULL"), postgresql_where=sa.text("closed_at IS NULL")
        )
        batch_op.drop_index("ix_loan_patron_id")
        batch_op.drop_index(
            "ix_loan_open_patron",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_loan_open_due", sqlite_where=sa.text("closed_at IS NULL"), postgresql_where=sa.text("closed_at IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_loan_item_id"))

    op.drop_table("loan")
    with op.batch_alter_table("import_problem", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_problem_batch_id"))

    op.drop_table("import_problem")
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_card_one_active",
            sqlite_where=sa.text("status = 'active'"),
            postgresql_where=sa.text("status = 'active'"),
        )
        batch_op.drop_index(batch_op.f("ix_card_patron_id"))
        batch_op.drop_index(batch_op.f("ix_card_barcode"))

    op.drop_table("card")
    op.drop_table("staff_grant")
    with op.batch_alter_table("patron", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_patron_phone_digest"))
        batch_op.drop_index(batch_op.f("ix_patron_name"))
        batch_op.drop_index(batch_op.f("ix_patron_home_id"))
        batch_op.drop_index(batch_op.f("ix_patron_guardian_id"))

    op.drop_table("patron")
    with op.batch_alter_table("opening_hours", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opening_hours_org_id"))

    op.drop_table("opening_hours")
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_location_id"))
        batch_op.drop_index(batch_op.f("ix_item_home_id"))
        batch_op.drop_index(batch_op.f("ix_item_bib_id"))
        batch_op.drop_index(batch_op.f("ix_item_barcode"))

    op.drop_table("item")
    op.drop_table("import_batch")
    op.drop_table("distance")
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_closure_org_id"))

    op.drop_table("closure")
    with op.batch_alter_table("bib_identifier", schema=None) as batch_op:
        batch_op.drop_index("ix_bib_identifier_value")

    op.drop_table("bib_identifier")
    with op.batch_alter_table("token", schema=None) as batch_op:
        batch_op.drop_index("ix_token_subject")

    op.drop_table("token")
    op.drop_table("staff_user")
    op.drop_table("reference_version")
    op.drop_table("policy_version")
    op.drop_table("policy_row")
    op.drop_table("patron_category")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_pending",
            sqlite_where=sa.text("version > done_version"),
            postgresql_where=sa.text("version > done_version"),
        )

    op.drop_table("outbox")
    with op.batch_alter_table("org_unit", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_org_unit_one_network",
            sqlite_where=sa.text("kind = 'network'"),
            postgresql_where=sa.text("kind = 'network'"),
        )
        batch_op.drop_index(batch_op.f("ix_org_unit_parent_id"))

    op.drop_table("org_unit")
    op.drop_table("login_failure")
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.drop_index("ix_journal_patron_id")
        batch_op.drop_index("ix_journal_item_id")
        batch_op.drop_index("ix_journal_at")

    op.drop_table("journal")
    op.drop_table("item_type")
    op.drop_table("import_profile")
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.drop_index("ix_idempotency_key_created_at")

    op.drop_table("idempotency_key")
    with op.batch_alter_table("bib", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bib_title"))

    op.drop_table("bib")
