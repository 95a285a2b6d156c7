"""What readers want, and how a programme is spent, by command line."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from tests.desk import Desk
from tests.desk import desk as desk
from tests.purchasing.buying import ISBN, Buying
from tests.purchasing.buying import buying as buying
from tests.purchasing.county import Shops
from tests.purchasing.county import shops as shops
from web.cli import tongjie


def run(desk: Desk, folder: Path, *arguments: str) -> tuple[int, str]:
    environment = {
        "TONGJIE_DATABASE_URL": desk.database.url.render_as_string(hide_password=False),
        "TONGJIE_DATA_DIR": str(folder),
        "TONGJIE_SECRET_KEY": "of this test alone",
        "LANG": "zh_CN.UTF-8",
    }
    result = CliRunner().invoke(tongjie, list(arguments), env=environment)
    return result.exit_code, result.output


def test_what_is_wanted_is_told_in_words_and_as_json(desk: Desk, buying: Buying, tmp_path: Path) -> None:
    buying.suggest(desk.add_patron("P0002", desk.county.branch), isbn=ISBN)
    code, said = run(desk, tmp_path, "demand", "ZG")
    assert (code, "红楼梦" in said, "1 人荐购" in said) == (0, True, True)
    code, said = run(desk, tmp_path, "demand", "ZG", "--json")
    (row,) = json.loads(said.splitlines()[-1])["items"]
    assert (row["rank"], row["isbn"], row["counts"]["suggestions"]) == (1, ISBN, 1)
    assert run(desk, tmp_path, "demand", "NIX")[0] != 0


def test_a_programme_is_overseen_in_words_and_as_json(desk: Desk, shops: Shops, tmp_path: Path) -> None:
    shops.choose()
    code, said = run(desk, tmp_path, "oversight", "NXS", "--span", "2026")
    assert (code, "59.70" in said, "< 5" in said, "购书经费" in said) == (0, True, True, True)
    code, said = run(desk, tmp_path, "oversight", "NXS", "--span", "2026-Q4", "--json")
    told = json.loads(said.splitlines()[-1])
    assert (told["books"], told["readers"], told["span"]) == (1, None, "2026-Q4")
    assert run(desk, tmp_path, "oversight", "NXS", "--span", "2026-11-01")[0] != 0
