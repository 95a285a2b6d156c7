"""The tables of fields agree with each other."""

from __future__ import annotations

from search import fields, port


def test_every_facet_and_sort_names_a_field_that_can_do_it() -> None:
    assert all(fields.FIELD_BY_NAME[facet.field].facet for facet in fields.FACETS)
    assert all(
        fields.FIELD_BY_NAME[order.field].type in ("number", "sort_text") for order in fields.SORTS if order.field
    )
    assert {order.name for order in fields.SORTS} == set(port.Sort.__args__)


def test_every_group_searches_some_field() -> None:
    for group in fields.GROUPS:
        for name in (group.name, group.sounds, group.initials):
            assert name is None or fields.fields_of(name)


def test_names_are_unique() -> None:
    for table in (fields.FIELDS, fields.GROUPS, fields.FACETS, fields.SORTS):
        names = [row.name for row in table]
        assert len(names) == len(set(names))


def test_labels_are_in_two_languages() -> None:
    for row in (*fields.GROUPS, *fields.FACETS, *fields.SORTS):
        assert row.label.zh
        assert row.label.en
