"""Where a returned book goes, and where it may be returned: the settings. Pure."""

from __future__ import annotations

from typing import Final

from branches.policy import Setting
from circ.policies.shapes import one_of, units
from kernel.i18n import Text

RETURN_WAYS: Final = ("go_home", "stay", "to_issuing")
FLOATS: Final = "float_group"  # comes to staying or going home, by `terms.way_home`
WAYS: Final = {
    "go_home": Text("回所属馆", "goes home"),
    "stay": Text("留在归还地", "stays where returned"),
    "to_issuing": Text("回到借出地", "back to where it was lent"),
    FLOATS: Text("留在共用它的馆点，别处回所属馆", "stays among those that share it, goes home from elsewhere"),
}
RETURN_PLACES: Final = {
    "anywhere": Text("任何馆点", "anywhere"),
    "home": Text("只在所属馆", "only at its home"),
    "issuing": Text("只在借出馆", "only where it was lent"),
}

WAY_HOME: Final = (
    Setting(
        name="on_return",
        group="way_home",
        label=Text("归还后去哪里", "where a returned book goes"),
        shape=one_of(WAYS),
        default="go_home",
        help=Text(
            "“共用它的馆点”在另一项“共用图书的馆点”里选。",
            "Which units share their books is a setting of its own.",
        ),
    ),
    Setting(
        name="float_units",
        group="way_home",
        label=Text("共用图书的馆点", "units that share their books"),
        shape=units(Text("没有", "none")),
        default=None,
        help=Text(
            "连同其下的馆点。“归还后去哪里”选了留在共用它的馆点时才有用，只管所属馆也在其中的书。",
            "Each with the units below. For returned books that stay among those that share them; books at home elsewhere go home.",
        ),
    ),
    Setting(
        name="accept_returns",
        group="way_home",
        label=Text("可在哪里归还", "where it may be returned"),
        shape=one_of(RETURN_PLACES),
        default="anywhere",
    ),
)
