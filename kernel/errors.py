"""What can go wrong, as values and typed errors with stable codes.

Rules return refusals; services raise these errors; the edge (`kernel.http` for HTTP, each command line) turns them into problem
details or sentences. A code is a promise: outside programs branch on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from kernel.i18n import Language, Text

RefusalClass = Literal["impossible", "confirm", "notice"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason against an act. `override` is the right that lifts it, `""` stands for anyone, None for nobody."""

    code: str
    class_: RefusalClass
    message: Text
    override: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self, language: Language) -> dict[str, Any]:
        return {
            "code": self.code,
            "class": self.class_,
            "message": self.message.in_(language),
            "override": self.override or None,
            "data": dict(self.data),
        }


class DomainError(Exception):
    """Base of all errors that a person may meet. `status` is the HTTP status of RFC 9110 that fits."""

    status = 500

    def __init__(self, code: str, detail: Text, **data: Any) -> None:
        super().__init__(f"{code}: {detail.en}")
        self.code = code
        self.detail = detail
        self.data = data


THINGS: dict[str, Text] = {
    "item": Text("图书条码", "item"),
    "patron": Text("读者证", "reader card"),
    "org": Text("馆点", "library unit"),
    "bib": Text("书目", "title"),
    "loan": Text("借阅", "loan"),
    "act": Text("办理记录", "act"),
    "hold": Text("预约", "hold"),
    "transfer": Text("调拨", "transfer"),
    "user": Text("工作人员", "staff account"),
    "grant": Text("所授角色", "role held"),
    "category": Text("读者类别", "patron category"),
    "item_type": Text("文献类型", "item type"),
    "import": Text("导入批次", "import"),
    "profile": Text("馆藏方案", "import profile"),
    "source": Text("数据来源", "source of records"),
    "review": Text("待审记录", "record for review"),
    "block": Text("停借记录", "block"),
    "labels": Text("条码段", "run of labels"),
    "offer": Text("书店书目", "book on a shop’s list"),
    "job": Text("任务", "job"),
    "policy": Text("政策版本", "policy version"),
    "heading": Text("标目", "heading"),
    "document": Text("清单", "list"),
    "page": Text("页面", "page"),
    "list": Text("清单", "list"),
    "version": Text("书目版本", "version of the title"),
    "record": Text("来源记录", "source record"),
    "sample": Text("上传的文件", "uploaded file"),
    "suggestion": Text("荐购", "suggestion"),
    "demand": Text("采购需求", "wanted title"),
    "supplier": Text("供应商", "supplier"),
    "order": Text("订单", "order"),
    "order_line": Text("订单里的书", "line of the order"),
    "notice": Text("通知", "notice"),
    "notice_template": Text("通知用语", "wording of a notice"),
    "fee": Text("收费", "fee"),
    "payment": Text("缴费", "payment"),
    "approval": Text("待批准的事项", "approval"),
    "fund": Text("经费", "fund"),
    "programme": Text("选书活动", "programme"),
    "selection": Text("选书记录", "selection"),
    "shop": Text("书店", "shop"),
    "settlement": Text("结算", "settlement"),
    "settlement_line": Text("结算行", "line of the settlement"),
}


class NotFound(DomainError):
    """The thing named does not exist, or lies where the caller has no right: both are answered alike."""

    status = 404

    def __init__(self, thing: str, key: object) -> None:
        detail = Text(
            "没有找到{thing}「{key}」。请核对后再试。",
            "No {thing} “{key}” was found. Check it and try again.",
        )
        super().__init__(f"{thing}.not_found", detail.format(thing=THINGS[thing], key=str(key)[:80]))


class Unauthenticated(DomainError):
    status = 401

    def __init__(self, code: str = "auth.required", detail: Text | None = None) -> None:
        super().__init__(code, detail or Text("请先登录。", "Please log in first."))


class Forbidden(DomainError):
    status = 403

    def __init__(self, right: str) -> None:
        super().__init__(
            "auth.forbidden",
            Text(
                "您的账号没有这项权限（{right}）。如需办理，请联系管理员。",
                "Your account does not hold this right ({right}). Ask your administrator.",
            ).format(right=right),
            right=right,
        )


class Malformed(DomainError):
    status = 400


class Conflict(DomainError):
    status = 409


class Stale(DomainError):
    status = 412

    def __init__(self) -> None:
        super().__init__(
            "record.stale",
            Text(
                "别人已先修改了这条记录。请重新打开后再改。",
                "Somebody changed this record first. Open it again and repeat your change.",
            ),
        )


class PreconditionMissing(DomainError):
    status = 428

    def __init__(self) -> None:
        super().__init__(
            "if_match.missing",
            Text("请带上 If-Match（读取时得到的 ETag）。", "Send If-Match with the ETag that reading gave you."),
        )


class Invalid(DomainError):
    """Fields that do not hold. `errors` maps a field to its messages."""

    status = 422

    def __init__(self, code: str, detail: Text, errors: Mapping[str, Sequence[Text]] | None = None) -> None:
        super().__init__(code, detail)
        self.errors = dict(errors or {})


class TooManyRequests(DomainError):
    status = 429

    def __init__(self, code: str, detail: Text, retry_after: int) -> None:
        super().__init__(code, detail)
        self.retry_after = retry_after


class Unavailable(DomainError):
    status = 503

    def __init__(self, code: str, detail: Text, retry_after: int = 2) -> None:
        super().__init__(code, detail)
        self.retry_after = retry_after


class Refused(DomainError):
    """The rules of the library say no, with every reason at once."""

    status = 409

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        joined = Text("", " ").join(r.message for r in refusals)
        super().__init__("refused", joined)
        self.refusals = tuple(refusals)
