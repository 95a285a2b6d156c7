"""Who may open an address stays with its address when two sources describe one title."""

from __future__ import annotations

from catalog.bibdata import BibData
from catalog.merging import Sourced, merge

ONE = BibData(format="cnmarc", title="云上的书", urls=("https://a.example/1",), url_access=())
TWO = BibData(
    format="cnmarc",
    title="云上的书",
    urls=("https://b.example/2", "https://a.example/1"),
    url_access=("card", "inside"),
)


def test_each_address_keeps_what_the_first_source_says_of_it() -> None:
    merged = merge([Sourced(data=ONE, priority=60), Sourced(data=TWO)])
    assert [(url, merged.access_of(url)) for url in merged.urls] == [
        ("https://a.example/1", "anyone"),
        ("https://b.example/2", "card"),
    ]


def test_addresses_open_to_everybody_say_nothing() -> None:
    assert merge([Sourced(data=ONE, priority=60), Sourced(data=ONE)]).url_access == ()
