"""Titles over HTTP: seen by anyone, in every form; made and changed by those who may."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, func, select
from werkzeug.test import TestResponse

from catalog.marc import Field, MarcRecord, to_iso2709, to_marcxml
from catalog.models import Bib, BibIdentifier, SourceRecord
from kernel.db import Database
from kernel.journal import JournalEntry
from kernel.outbox import OutboxEntry
from tests.desk import offenders
from tests.factories import ApiUser, County, make_bib, make_item

NOVEL = {
    "title": "平凡的世界",
    "authors": "路遥著",
    "publisher": "北京十月文艺出版社",
    "year": 2017,
    "isbn": "978-7-5302-1678-1",
    "class": "I247.57",
    "lang": "zh",
    "price": "108.50",
}
RECORD = MarcRecord(
    "00000nam0 2200000   450 ",
    [
        Field("001", value="0192000001"),
        Field("010", "  ", (("a", "7-02-000220-X"), ("d", "CNY59.70"))),
        Field("100", "  ", (("a", "19920101d1992    em y0chiy0120    ea"),)),
        Field("200", "1 ", (("a", "红楼梦"), ("f", "曹雪芹著"))),
        Field("801", " 0", (("a", "CN"), ("b", "NLC"))),
    ],
)


def create(user: ApiUser, **fields: Any) -> dict[str, Any]:
    answer = user.post("/bibs", NOVEL | fields)
    assert answer.status_code == 201, answer.text
    return dict(answer.get_json())


def send(user: ApiUser, body: bytes, media_type: str, **headers: str) -> TestResponse:
    return user.ask("POST", "/bibs", data=body, headers={"Content-Type": media_type} | headers)


# --- made by hand ----------------------------------------------------------------------------------------------------


def test_can_create_title_from_a_form(hub_librarian: ApiUser, anyone: ApiUser) -> None:
    created = create(hub_librarian)
    shown = anyone.get(f"/bibs/{created['id']}").get_json()
    assert shown == created
    wanted = NOVEL | {"isbn": "9787530216781", "lang": "chi", "authors": "路遥"}
    assert {name: shown[name] for name in NOVEL} == wanted
    assert shown["contributors"] == [{"name": "路遥", "role": "著", "main": True, "body": False}]
    assert (shown["version"], shown["holdings"], shown["created_at"]) == (1, [], "2026-11-23T10:30:00+08:00")


def test_created_title_is_journalled_queued_and_found_by_its_isbn(hub_librarian: ApiUser, database: Database) -> None:
    bib_id = create(hub_librarian)["id"]
    with database.reading() as session:
        entry = session.scalars(select(JournalEntry).where(JournalEntry.bib_id == bib_id)).one()
        assert (entry.act, entry.author, entry.channel) == ("bib_created", "zg", "api")
        assert session.get_one(OutboxEntry, ("bib", bib_id)).version == 1
        assert session.scalars(select(BibIdentifier.value).where(BibIdentifier.kind == "isbn")).all() == [
            "9787530216781"
        ]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"title": "  "}, ["title"]),
        ({"title": None}, ["title"]),
        ({"isbn": "7-5302-1678-5", "lang": "chinese"}, ["isbn", "lang"]),
        ({"year": "2017"}, ["year"]),
        ({"year": 2017.5}, ["year"]),
        ({"price": 68}, ["price"]),
        ({"price": "99999999.00"}, ["price"]),
        ({"kind": "scroll"}, ["kind"]),
        ({"authors": [1]}, ["authors.0"]),
        ({"subjects": ["a\x00b"]}, ["subjects"]),
        ({"colour": "red"}, ["colour"]),
        ({"authors": "路遥", "contributors": [{"name": "路遥"}]}, ["contributors"]),
    ],
)
def test_cannot_create_title_from_wrong_fields(
    hub_librarian: ApiUser, database: Database, fields: dict[str, Any], wrong: list[str]
) -> None:
    answer = hub_librarian.post("/bibs", NOVEL | fields)
    assert (answer.status_code, sorted(answer.get_json()["errors"])) == (422, wrong)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Bib)) == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"title":"a","\\ud800":1}', 400),
        (b'{"title":"a","contributors":[{"name":"x","\\udfff":1}]}', 400),
        (b'{"title":"a","subjects":["\\ud800"]}', 422),
        (b'{"title":"a","title":"b"}', 400),
        (b'{"title":"\xff"}', 400),
        (b'{"title":{"a":1}}', 422),
        (b'{"title":"a","authors":[["x"]]}', 422),
        (b"[]", 422),
        (b"", 422),
    ],
)
def test_hostile_json_is_refused(hub_librarian: ApiUser, body: bytes, status: int) -> None:
    assert send(hub_librarian, body, "application/json").status_code == status


def test_same_key_gets_the_same_title_and_makes_no_second(hub_librarian: ApiUser, database: Database) -> None:
    answers = [hub_librarian.post("/bibs", NOVEL, Idempotency_Key="once") for _ in range(2)]
    assert answers[0].get_json() == answers[1].get_json()
    assert answers[1].headers["Idempotent-Replay"] == "true"
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Bib)) == 1


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", ""])
def test_cannot_create_title_from_another_kind_of_body(hub_librarian: ApiUser, media_type: str) -> None:
    assert send(hub_librarian, b"title", media_type).status_code == 415


def test_larger_body_than_any_record_is_refused_unread(hub_librarian: ApiUser) -> None:
    assert send(hub_librarian, b"0" * 1_000_001, "application/marc").status_code == 413


def test_cannot_catalogue_without_the_right(branch_librarian: ApiUser, anyone: ApiUser, hub_librarian: ApiUser) -> None:
    bib_id = create(hub_librarian)["id"]
    assert anyone.post("/bibs", NOVEL).status_code == 401
    assert branch_librarian.post("/bibs", NOVEL).status_code == 403
    assert branch_librarian.patch(f"/bibs/{bib_id}", {"title": "x"}, If_Match='"1"').status_code == 403


def test_a_title_that_is_here_already_is_asked_about_before_it_is_made_again(
    hub_librarian: ApiUser, database: Database
) -> None:
    first = create(hub_librarian)["id"]
    refused = hub_librarian.post("/bibs", NOVEL | {"isbn": None}, Idempotency_Key="again")
    told = refused.get_json()
    assert (refused.status_code, told["code"], told["data"]) == (409, "bib.alike", {"bibs": [first]})
    second = create(hub_librarian, not_these=[first])["id"]
    unseen = hub_librarian.post("/bibs", NOVEL | {"not_these": [first]}).get_json()
    assert unseen["data"] == {"bibs": [first, second]}
    assert hub_librarian.post("/bibs", NOVEL | {"not_these": ["x"]}).status_code == 422
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Bib)) == 2
    assert offenders(database) == {}


def test_a_record_of_a_title_that_is_here_already_is_asked_about(hub_librarian: ApiUser) -> None:
    raw = to_iso2709(RECORD, "cnmarc", "gb18030")
    first = create(hub_librarian, title="红楼梦", authors="曹雪芹著", isbn=None)["id"]
    refused = send(hub_librarian, raw, "application/marc")
    assert (refused.status_code, refused.get_json()["data"]) == (409, {"bibs": [first]})

    def sent(not_these: str) -> int:
        path, headers = f"/bibs?not_these={not_these}", {"Content-Type": "application/marc"}
        return hub_librarian.ask("POST", path, data=raw, headers=headers).status_code

    assert [sent("x"), sent("99"), sent(f"99,{first}")] == [422, 409, 201]


# --- made from a record ----------------------------------------------------------------------------------------------


def test_record_sent_in_goes_out_byte_for_byte(hub_librarian: ApiUser, anyone: ApiUser) -> None:
    raw = to_iso2709(RECORD, "cnmarc", "gb18030")
    created = send(hub_librarian, raw, "application/marc")
    assert created.status_code == 201, created.text
    shown = created.get_json()
    assert (shown["title"], shown["isbn"], shown["authors"], shown["price"]) == (
        "红楼梦",
        "9787020002207",
        "曹雪芹",
        "59.70",
    )
    answer = anyone.get(f"/bibs/{shown['id']}.mrc")
    assert (answer.data, answer.content_type) == (raw, "application/marc")
    assert "红楼梦" in anyone.get(f"/bibs/{shown['id']}.xml").text


def test_marcxml_sent_in_goes_out_byte_for_byte(hub_librarian: ApiUser, anyone: ApiUser) -> None:
    element = to_marcxml(RECORD, declaration=False).strip()
    created = send(hub_librarian, b'<?xml version="1.0"?>' + element, "application/marcxml+xml")
    assert created.status_code == 201, created.text
    bib_id = created.get_json()["id"]
    assert anyone.get(f"/bibs/{bib_id}.xml").data == element
    assert "红楼梦".encode() in anyone.get(f"/bibs/{bib_id}.mrc").data


def test_marcxml_that_leans_on_an_outer_element_is_written_anew(hub_librarian: ApiUser, anyone: ApiUser) -> None:
    element = to_marcxml(RECORD, declaration=False).replace(b"<", b"<m:").replace(b"<m:/", b"</m:")
    element = element.replace(b' xmlns="http://www.loc.gov/MARC21/slim"', b"")
    body = b'<m:collection xmlns:m="http://www.loc.gov/MARC21/slim">' + element + b"</m:collection>"
    created = send(hub_librarian, body, "application/marcxml+xml")
    assert created.status_code == 201, created.text
    assert anyone.get(f"/bibs/{created.get_json()['id']}.xml").data == to_marcxml(RECORD)


def test_same_record_is_no_second_title(hub_librarian: ApiUser) -> None:
    raw = to_iso2709(RECORD, "cnmarc")
    first = send(hub_librarian, raw, "application/marc").get_json()["id"]
    again = send(hub_librarian, raw, "application/marc")
    assert (again.status_code, again.get_json()["code"], again.get_json()["data"]) == (
        409,
        "bib.exists",
        {"bib": first},
    )


@pytest.mark.parametrize(
    ("body", "media_type", "code"),
    [
        (b"", "application/marc", "import.not_marc"),
        (b"not marc at all", "application/marc", "import.not_marc"),
        (to_iso2709(RECORD, "cnmarc") * 2, "application/marc", "record.several"),
        (to_marcxml(RECORD), "application/marc", "body.media_type"),
        (to_iso2709(MarcRecord(RECORD.leader, RECORD.fields[:3]), "cnmarc"), "application/marc", "record.no_title"),
    ],
)
def test_what_is_not_one_sound_record_is_refused_with_the_reason(
    hub_librarian: ApiUser, database: Database, body: bytes, media_type: str, code: str
) -> None:
    answer = send(hub_librarian, body, media_type)
    assert (answer.status_code, answer.get_json()["code"]) == (422, code)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SourceRecord)) == 0


# --- changed ---------------------------------------------------------------------------------------------------------


def test_can_change_the_version_that_was_read(hub_librarian: ApiUser, anyone: ApiUser, database: Database) -> None:
    bib_id = create(hub_librarian)["id"]
    etag = anyone.get(f"/bibs/{bib_id}").headers["ETag"]
    answer = hub_librarian.patch(
        f"/bibs/{bib_id}", {"title": "平凡的世界：全三部", "isbn": "9787020002207", "price": None}, If_Match=etag
    )
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"'), answer.text
    changed = answer.get_json()
    assert (changed["title"], changed["isbn"], changed["price"]) == ("平凡的世界：全三部", "9787020002207", None)
    assert changed["publisher"] == NOVEL["publisher"]
    with database.reading() as session:
        entry = session.scalars(select(JournalEntry).where(JournalEntry.act == "bib_changed")).one()
        assert entry.data == {"cause": "hand", "fields": ["title", "isbns", "price_fen"], "version": 2}
        assert session.get_one(OutboxEntry, ("bib", bib_id)).version == 2
        assert session.scalars(select(BibIdentifier.value).where(BibIdentifier.kind == "isbn")).all() == [
            "9787020002207"
        ]
        assert session.get_one(Bib, bib_id).title == "平凡的世界：全三部"


def test_cannot_change_a_version_that_is_gone(hub_librarian: ApiUser) -> None:
    bib_id = create(hub_librarian)["id"]
    assert hub_librarian.patch(f"/bibs/{bib_id}", {"year": 2018}, If_Match='"1"').status_code == 200
    stale = hub_librarian.patch(f"/bibs/{bib_id}", {"year": 2019}, If_Match='"1"')
    assert (stale.status_code, stale.get_json()["code"]) == (412, "record.stale")
    missing = hub_librarian.patch(f"/bibs/{bib_id}", {"year": 2019})
    assert (missing.status_code, missing.get_json()["code"]) == (428, "if_match.missing")
    assert hub_librarian.get(f"/bibs/{bib_id}").get_json()["year"] == 2018


def test_weakened_tag_of_a_compressing_proxy_counts(hub_librarian: ApiUser) -> None:
    bib_id = create(hub_librarian)["id"]
    assert hub_librarian.patch(f"/bibs/{bib_id}", {"year": 2018}, If_Match='W/"1"').status_code == 200


def test_change_that_changes_nothing_leaves_no_trace(hub_librarian: ApiUser, database: Database) -> None:
    created = create(hub_librarian)
    fields = {name: created[name] for name in ("title", "authors", "isbn", "lang", "class", "contents", "subjects")}
    answer = hub_librarian.patch(f"/bibs/{created['id']}", fields, If_Match='"1"')
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')
    with database.reading() as session:
        assert session.scalar(select(func.count()).where(JournalEntry.act == "bib_changed")) == 0


@pytest.mark.parametrize("fields", [{"title": ""}, {"title": None}, {"title": "\ufffc"}, {"format": "marc21"}])
def test_cannot_change_title_into_none_or_its_format(hub_librarian: ApiUser, fields: dict[str, Any]) -> None:
    bib_id = create(hub_librarian)["id"]
    assert hub_librarian.patch(f"/bibs/{bib_id}", fields, If_Match='"1"').status_code == 422


def test_changed_record_goes_out_changed_and_keeps_the_rest(
    hub_librarian: ApiUser, anyone: ApiUser, database: Database
) -> None:
    raw = to_iso2709(RECORD, "cnmarc")
    bib_id = send(hub_librarian, raw, "application/marc").get_json()["id"]
    for version, title in ((1, "石头记"), (2, "金玉缘")):
        answer = hub_librarian.patch(f"/bibs/{bib_id}", {"title": title}, If_Match=f'"{version}"')
        assert answer.status_code == 200
    fields = [Field("200", "1 ", (("a", "金玉缘"), ("f", "曹雪芹著"))) if f.tag == "200" else f for f in RECORD.fields]
    assert anyone.get(f"/bibs/{bib_id}.mrc").data == to_iso2709(MarcRecord(RECORD.leader, fields), "cnmarc")
    with database.reading() as session:
        s = SourceRecord
        rows = session.execute(select(s.container, s.is_current).where(s.bib_id == bib_id).order_by(s.id)).all()
        assert [tuple(row) for row in rows] == [("iso2709", True), ("form", False), ("form", True)]
        assert session.scalars(select(s.raw).order_by(s.id)).first() == raw


# --- shown -----------------------------------------------------------------------------------------------------------


def test_holdings_show_each_unit_what_readers_may_see(anyone: ApiUser, database: Database, county: County) -> None:
    with database.transaction() as session:
        bib_id = make_bib(session)
        make_item(session, county.hub, "B1", bib_id, call_number="I247/1", shelf="二楼")
        make_item(session, county.hub, "B2", bib_id, status="on_loan", location_id=county.point)
        make_item(session, county.hub, "B3", bib_id, location_id=county.point)
        make_item(session, county.hub, "B4", bib_id, status="withdrawn")
        make_item(session, county.hub, "B5", bib_id, status="lost")
    shown = anyone.get(f"/bibs/{bib_id}").get_json()
    assert (shown["total"], shown["available"]) == (3, 2)
    assert [(h["org"], h["name"], h["total"], h["available"]) for h in shown["holdings"]] == [
        ("ZG", "城关总馆", 2, 1),
        ("LX", "李村书屋", 1, 1),
    ]
    first, second = shown["holdings"][0]["copies"]
    assert (first["barcode"], first["call_number"], first["shelf"]) == ("B1", "I247/1", "二楼")
    assert (second["barcode"], second["status"], second["status_label"], second["location"]) == (
        "B2",
        "on_loan",
        "on loan",
        "LX",
    )


def test_statements_do_not_grow_with_the_holdings(anyone: ApiUser, database: Database, county: County) -> None:
    with database.transaction() as session:
        bib_id = make_bib(session)
    anyone.get(f"/bibs/{bib_id}")
    counts = []
    for copies in (1, 30):
        with database.transaction() as session:
            for n in range(copies):
                place = (county.hub, county.branch, county.point)[n % 3]
                make_item(session, place, f"B{copies}-{n}", bib_id)
        counts.append(_statements(database, anyone, f"/bibs/{bib_id}"))
    assert counts[0] == counts[1] <= 4


def _statements(database: Database, user: ApiUser, path: str) -> int:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        assert user.get(path).status_code == 200
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/marc", "application/marc"),
        ("application/marcxml+xml", "application/marcxml+xml; charset=utf-8"),
        ("application/x-bibtex", "application/x-bibtex; charset=utf-8"),
        ("text/html,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ("image/png", "application/json"),
    ],
)
def test_accept_names_the_form(hub_librarian: ApiUser, anyone: ApiUser, accept: str, media_type: str) -> None:
    bib_id = create(hub_librarian)["id"]
    answer = anyone.ask("GET", f"/bibs/{bib_id}", headers={"Accept": accept})
    assert (answer.status_code, answer.content_type) == (200, media_type)
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize("suffix", ["json", "mrc", "xml", "ris", "bib"])
def test_suffix_names_the_form(hub_librarian: ApiUser, anyone: ApiUser, suffix: str) -> None:
    bib_id = create(hub_librarian)["id"]
    answer = anyone.get(f"/bibs/{bib_id}.{suffix}")
    assert answer.status_code == 200
    assert "平凡的世界" in answer.data.decode()


@pytest.mark.parametrize("key", ["0", "-1", "999", "9223372036854775808", "1e3", "..%2f1", "1.pdf"])
def test_unknown_title_is_not_found(anyone: ApiUser, key: str) -> None:
    assert anyone.get(f"/bibs/{key}").status_code == 404


def test_record_too_long_for_iso2709_says_so(hub_librarian: ApiUser, anyone: ApiUser) -> None:
    bib_id = create(hub_librarian, abstract="长" * 9000)["id"]
    answer = anyone.get(f"/bibs/{bib_id}.mrc")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "bib.too_long")
    assert anyone.get(f"/bibs/{bib_id}.xml").status_code == 200
