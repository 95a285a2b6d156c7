"""The doctor's questions about readers: each names its offender."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from patrons.invariants import INVARIANTS
from patrons.service.blocks import BlockService, NewBlock
from tests.desk import Desk, offenders_in
from tests.desk import desk as desk
from tests.factories import make_context

# What goes wrong behind the program's back; who notices. That a number is unique in its namespace no damage can undo here: SQLite
# keeps the constraint in the table itself.
DAMAGE: list[tuple[tuple[str, ...], set[str]]] = [
    (("DELETE FROM card",), {"patron.has_card"}),
    (
        (
            "DROP INDEX uq_card_one_active",
            "INSERT INTO card (patron_id, namespace_id, barcode, status, issued_at)"
            " SELECT patron_id, namespace_id, 'SECOND', 'active', issued_at FROM card WHERE barcode = 'P0001'",
        ),
        {"patron.one_active_card"},
    ),
    (("UPDATE patron SET phone_digest = 'x'",), {"patron.phone_whole"}),
    (
        (
            "UPDATE patron SET guardian_id = (SELECT max(id) FROM patron) WHERE id = (SELECT min(id) FROM patron)",
            "UPDATE patron SET guardian_id = (SELECT min(id) FROM patron) WHERE id = (SELECT max(id) FROM patron)",
        ),
        {"patron.guardian"},
    ),
    (("UPDATE patron SET history = 'keep'",), {"patron.history_agreed"}),
    (("UPDATE patron SET version = version + 1",), {"patron.journal"}),
    (("UPDATE patron_block SET ended_at = '2020-01-01 00:00:00.000000'",), {"block.ends_after_begin"}),
]


@pytest.mark.parametrize(("damage", "codes"), DAMAGE)
def test_damage_is_noticed(desk: Desk, damage: tuple[str, ...], codes: set[str]) -> None:
    desk.add_patron("P0002")
    new = NewBlock(reason="逾期", scope="network")
    desk.write(lambda s: BlockService(make_context(s)).block("P0001", new))
    with desk.database.transaction() as session:
        assert offenders_in(session) == {}
        for statement in damage:
            session.execute(text(statement))
        assert offenders_in(session).keys() == codes
        session.rollback()


def test_every_invariant_of_this_room_is_tried() -> None:
    tried = set().union(*(codes for _, codes in DAMAGE))
    assert {invariant.code for invariant in INVARIANTS} - tried == {"card.number_unique"}
