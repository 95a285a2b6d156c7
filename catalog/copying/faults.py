"""Why a target gave no answer, as a sentence for the cataloguer."""

from __future__ import annotations

from typing import Final

from kernel.i18n import Text


class TargetFault(Exception):
    """Raised while one target is asked; the others go on."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


UNREACHABLE: Final = Text("连接不上（{detail}）。请稍后再试。", "It cannot be reached ({detail}). Try again later.")
TOO_SLOW: Final = Text("{n} 秒内没有回答。请稍后再试。", "No answer within {n} seconds. Try again later.")
TOO_LARGE: Final = Text("回答太大，没有接收。请查得更具体些。", "Its answer is too large. Ask for something narrower.")
NOT_UNDERSTOOD: Final = Text(
    "回答读不懂（{detail}）。请管理员核对这个目标的设置。",
    "Its answer cannot be read ({detail}). Have an administrator check the settings of this target.",
)
REFUSED: Final = Text("对方拒绝了这次检索：{detail}", "It refused the search: {detail}")
