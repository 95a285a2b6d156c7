"""What machines that come by themselves are told."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import etree

from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_bib
from web.pages.opac import robots

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def locations(client: FlaskClient, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200
    return [one.text or "" for one in etree.fromstring(answer.data).findall(".//s:loc", NAMES)]


def test_robots_are_led_to_the_sitemap_and_kept_from_what_is_endless(client: FlaskClient, desk: Desk) -> None:
    lines = client.get("/robots.txt").get_data(as_text=True).splitlines()
    assert "Disallow: /search" in lines
    assert "Sitemap: http://localhost/sitemap.xml" in lines


def test_every_title_stands_in_one_file_of_the_sitemap(
    client: FlaskClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(robots, "A_FILE", 4)
    monkeypatch.setattr(robots, "BATCH", 3)

    def add(session: Any) -> list[int]:
        return [make_bib(session, f"书{n}") for n in range(10)]

    ids = [desk.item().bib_id, *desk.write(add)]
    files = locations(client, "/sitemap.xml")
    found = [place for file in files for place in locations(client, file.removeprefix("http://localhost"))]
    assert sorted(place for place in found if "/bibs/" in place) == sorted(
        f"http://localhost/bibs/{id_}" for id_ in ids
    )
    assert "http://localhost/libraries/ZG" in found
    assert client.get(f"/sitemaps/{len(files)}.xml").status_code == 404


def test_a_browser_learns_how_to_search_here(client: FlaskClient, desk: Desk) -> None:
    page = client.get("/").get_data(as_text=True)
    assert 'rel="search"' in page
    described = etree.fromstring(client.get("/opensearch.xml").data)
    templates = [one.get("template") or "" for one in described.findall("{*}Url")]
    assert "http://localhost/search?q={searchTerms}" in templates
    for template in templates:
        answer = client.get(template.replace("{searchTerms}", "x").removeprefix("http://localhost"))
        assert answer.status_code == 200 or answer.status_code == 503
