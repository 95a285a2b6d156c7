"""Where a returned book goes, and where it may be returned: the settings. Pure."""

from __future__ import annotations

from typing import Final

from branches.policy import Setting
from circ.policies.checks import check_units, one_of
from kernel.i18n import Text

RETURN_WAYS: Final = ("go_home", "stay", "to_issuing")
FLOATS: Final = "float_group"  # comes to staying or going home, by `terms.way_home`
RETURN_PLACES: Final = ("anywhere", "home", "issuing")

WAY_HOME: Final = (
    Setting(
        name="on_return",
        group="way_home",
        label=Text("归还后去哪里", "where a returned book goes"),
        check=one_of(*RETURN_WAYS, FLOATS),
        choices=(*RETURN_WAYS, FLOATS),
        default="go_home",
        help=Text(
            "go_home 回家；stay 留在归还地；to_issuing 回到借出地；float_group 在“共用图书的馆点”里就留下，别处回家。",
            "go_home; stay where returned; to_issuing: back to where it was lent; float_group: stay among the units that share their "
            "books, go home from elsewhere.",
        ),
    ),
    Setting(
        name="float_units",
        group="way_home",
        label=Text("共用图书的馆点", "units that share their books"),
        check=check_units,
        default=None,
        help=Text(
            '馆点代码，如 ["CG","LT"]，含其下的馆点；on_return 为 float_group 时有用，只管所属馆也在其中的书。',
            'Unit codes such as ["CG","LT"], each with the units below, for on_return = float_group; books at home elsewhere go home.',
        ),
    ),
    Setting(
        name="accept_returns",
        group="way_home",
        label=Text("可在哪里归还", "where it may be returned"),
        check=one_of(*RETURN_PLACES),
        choices=RETURN_PLACES,
        default="anywhere",
    ),
)
