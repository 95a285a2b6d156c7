"""Where a returned book goes, and where it may be returned: the settings. Pure."""

from __future__ import annotations

from typing import Final

from branches.policy import Setting
from circ.policies.checks import one_of
from kernel.i18n import Text

RETURN_WAYS: Final = ("go_home", "stay", "to_issuing")
RETURN_PLACES: Final = ("anywhere", "home", "issuing")

WAY_HOME: Final = (
    Setting(
        name="on_return",
        group="way_home",
        label=Text("归还后去哪里", "where a returned book goes"),
        check=one_of(*RETURN_WAYS),
        choices=RETURN_WAYS,
        default="go_home",
        help=Text(
            "go_home 回家；stay 留在归还地；to_issuing 回到借出地。",
            "go_home; stay where returned; to_issuing: back to where it was lent.",
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
