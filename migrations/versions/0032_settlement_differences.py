"""A line of a settlement can differ in several ways, each decided by itself; a draft moves no money.

Revision ID: 0032
Revises: 0031
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
KINDS = "'price','discount','not_invoiced','not_chosen','twice','cancelled','returned','not_lent'"
RESOLUTIONS = "'accept','keep','later','refuse'"
MOVED = ("kind", "resolution", "reason", "resolved_by", "resolved_at")
SAID = "a settlement that was confirmed or discarded stays as it is"
LINES, DIFFERENCES = "settlement_line", "settlement_difference"


def upgrade() -> None:
    _unguard(LINES)
    op.create_table(
        DIFFERENCES,
        sa.Column("settlement_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("resolution", sa.String(8), nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("resolved_by", sa.String(80), nullable=True),
        sa.Column("resolved_at", INSTANT, nullable=True),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_settlement_difference_kind")),
        sa.CheckConstraint(f"resolution IN ({RESOLUTIONS})", name=op.f("ck_settlement_difference_resolution")),
        sa.CheckConstraint(
            "resolution <> 'refuse' OR reason <> ''", name=op.f("ck_settlement_difference_refused_has_reason")
        ),
        sa.CheckConstraint(
            "(resolution IS NULL) = (resolved_at IS NULL)", name=op.f("ck_settlement_difference_resolved")
        ),
        sa.ForeignKeyConstraint(
            ["settlement_id", "number"],
            ["settlement_line.settlement_id", "settlement_line.number"],
            name=op.f("fk_settlement_difference_settlement_id_number"),
        ),
        sa.PrimaryKeyConstraint("settlement_id", "number", "kind", name=op.f("pk_settlement_difference")),
    )
    op.execute(
        f"INSERT INTO {DIFFERENCES} (settlement_id, number, {', '.join(MOVED)}) "  # noqa: S608 - words of our own
        f"SELECT settlement_id, number, {', '.join(MOVED)} FROM {LINES} WHERE kind IS NOT NULL"
    )
    _take_drafts_out_of_the_books()
    with op.batch_alter_table(LINES) as batch:
        for name in ("kind", "resolution", "resolved", "refused_has_reason"):
            batch.drop_constraint(op.f(f"ck_settlement_line_{name}"), type_="check")
        for name in MOVED:
            batch.drop_column(name)
    _guard(LINES)
    _guard(DIFFERENCES)


def downgrade() -> None:
    """A line that differs in two ways keeps one of them: the decision that is the stronger."""
    _unguard(LINES)
    _unguard(DIFFERENCES)
    with op.batch_alter_table(LINES) as batch:
        batch.add_column(sa.Column("kind", sa.String(12), nullable=True))
        batch.add_column(sa.Column("resolution", sa.String(8), nullable=True))
        batch.add_column(sa.Column("reason", sa.String(200), nullable=False, server_default=""))
        batch.add_column(sa.Column("resolved_by", sa.String(80), nullable=True))
        batch.add_column(sa.Column("resolved_at", INSTANT, nullable=True))
    rank = (
        "CASE d.resolution WHEN 'later' THEN 4 WHEN 'refuse' THEN 3 WHEN 'accept' THEN 2 WHEN 'keep' THEN 1 ELSE 5 END"
    )
    for name in MOVED:
        op.execute(
            f"UPDATE {LINES} SET {name} = (SELECT d.{name} FROM {DIFFERENCES} d "  # noqa: S608 - words of our own
            f"WHERE d.settlement_id = {LINES}.settlement_id AND d.number = {LINES}.number ORDER BY {rank} DESC, d.kind LIMIT 1) "
            f"WHERE EXISTS (SELECT 1 FROM {DIFFERENCES} d WHERE d.settlement_id = {LINES}.settlement_id AND d.number = {LINES}.number)"
        )
    op.drop_table(DIFFERENCES)
    with op.batch_alter_table(LINES) as batch:
        batch.alter_column("reason", server_default=None)
        for name, condition in (
            ("kind", f"kind IN ({KINDS})"),
            ("resolution", f"resolution IN ({RESOLUTIONS})"),
            ("resolved", "resolution IS NULL OR kind IS NOT NULL"),
            ("refused_has_reason", "resolution <> 'refuse' OR reason <> ''"),
        ):
            batch.create_check_constraint(op.f(f"ck_settlement_line_{name}"), condition)
    _enter_drafts_in_the_books()
    _guard(LINES)


# --- money of drafts


def _take_drafts_out_of_the_books() -> None:
    """What the funds bore of drafts is undone, entry by entry; it is entered again when both sides have confirmed."""
    entered: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for selection_id, fund_id, fen in op.get_bind().execute(
        sa.text(
            "SELECT e.selection_id, e.fund_id, SUM(e.fen) FROM fund_entry e "
            "JOIN settlement_line l ON l.selection_id = e.selection_id AND l.is_standing "
            "JOIN settlement s ON s.id = l.settlement_id AND s.status = 'draft' "
            "WHERE e.kind = 'settlement' GROUP BY e.selection_id, e.fund_id HAVING SUM(e.fen) <> 0"
        )
    ):
        entered[selection_id][fund_id] -= int(fen)
    _enter(entered)


def _enter_drafts_in_the_books() -> None:
    """Each decided difference of a draft is borne by the funds of its choice, in their parts."""
    rows = op.get_bind().execute(
        sa.text(
            "SELECT l.selection_id, l.paid_fen, e.fund_id, SUM(e.fen) FROM settlement_line l "
            "JOIN settlement s ON s.id = l.settlement_id AND s.status = 'draft' "
            "JOIN fund_entry e ON e.selection_id = l.selection_id AND e.kind <> 'settlement' "
            "WHERE l.is_standing AND l.resolution IN ('accept','refuse') "
            "GROUP BY l.selection_id, l.paid_fen, e.fund_id ORDER BY l.selection_id, e.fund_id"
        )
    )
    chosen: defaultdict[int, dict[int, int]] = defaultdict(dict)
    paid: dict[int, int] = {}
    for selection_id, paid_fen, fund_id, fen in rows:
        chosen[selection_id][fund_id] = int(fen)
        paid[selection_id] = paid_fen
    _enter({one: Counter(_split_beyond(paid[one], parts)) for one, parts in chosen.items()})


def _split_beyond(paid_fen: int, chosen: dict[int, int]) -> dict[int, int]:
    """To the fen, by largest remainders."""
    total = sum(chosen.values())
    parts = {fund: paid_fen * share // total for fund, share in chosen.items()}
    for fund in sorted(chosen, key=lambda one: (-(paid_fen * chosen[one] % total), one))[
        : paid_fen - sum(parts.values())
    ]:
        parts[fund] += 1
    return {fund: fen - chosen[fund] for fund, fen in parts.items() if fen != chosen[fund]}


def _enter(parts: Mapping[int, Counter[int]]) -> None:
    """Raises ValueError, before anything is written, where a fund has too little left."""
    bind = op.get_bind()
    sums: Counter[int] = Counter()
    for by_fund in parts.values():
        sums.update(by_fund)
    for fund_id, fen in sums.items():
        code, left = bind.execute(
            sa.text("SELECT code, allocated_fen - spent_fen FROM fund WHERE id = :id"), {"id": fund_id}
        ).one()
        if fen > left:
            raise ValueError(
                f"Fund {code} has {left} fen left, {fen} are needed to undo what its drafts of settlements gave back. "
                "Allocate that sum to it, or let both sides confirm these drafts, then migrate again."
            )
        bind.execute(
            sa.text("UPDATE fund SET spent_fen = spent_fen + :fen WHERE id = :id"), {"fen": fen, "id": fund_id}
        )
    table = sa.table(
        "fund_entry",
        sa.column("fund_id", BIG_ID), sa.column("at", INSTANT), sa.column("kind", sa.String), sa.column("fen", BIG_ID),
        sa.column("selection_id", BIG_ID), sa.column("note", sa.String), sa.column("author", sa.String),
    )  # fmt: skip
    same = {"at": datetime.now(UTC), "kind": "settlement", "note": "", "author": "migration"}
    rows = [
        same | {"fund_id": fund_id, "fen": fen, "selection_id": selection_id}
        for selection_id, by_fund in parts.items()
        for fund_id, fen in by_fund.items()
        if fen
    ]
    if rows:
        bind.execute(sa.insert(table), rows)


# --- triggers: what was confirmed stays


def _guard(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_keeps_facts BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION settlement_line_stays()"
        )
        return
    for name, act, ids in (
        ("is_not_added", "INSERT", "NEW.settlement_id"),
        ("keeps_facts", "UPDATE", "OLD.settlement_id, NEW.settlement_id"),
        ("keeps_rows", "DELETE", "OLD.settlement_id"),
    ):
        op.execute(
            f"""CREATE TRIGGER {table}_{name} BEFORE {act} ON {table}
                WHEN EXISTS (SELECT 1 FROM settlement s WHERE s.id IN ({ids}) AND s.status <> 'draft')
                BEGIN SELECT RAISE(ABORT, '{SAID}'); END"""  # noqa: S608 - words of our own
        )


def _unguard(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {table}_keeps_facts ON {table}")
        return
    for name in ("is_not_added", "keeps_facts", "keeps_rows"):
        op.execute(f"DROP TRIGGER {table}_{name}")
