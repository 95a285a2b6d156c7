"""The journal in words: each act as a sentence, for the journal page and for the history of a copy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from branches.tree import OrgTree
from catalog.states import STATUS_ACTS
from circ.states import LOAN_ACTS
from kernel.i18n import Text

ACTS: Final[dict[str, Text]] = {
    "checked_out": Text("借出", "lent"),
    "checked_in": Text("归还", "taken in"),
    "renewed": Text("续借", "renewed"),
    "renewal_refused": Text("没有续成", "not renewed"),
    "hold_placed": Text("预约", "hold placed"),
    "hold_targeted": Text("请馆找书", "copy asked for"),
    "hold_sent": Text("预约图书待送", "sent for a hold"),
    "hold_ready": Text("放上预约架", "on the hold shelf"),
    "hold_collected": Text("预约取走", "hold collected"),
    "hold_released": Text("预约退回排队", "hold back in the queue"),
    "hold_changed": Text("修改预约", "hold changed"),
    "hold_cancelled": Text("取消预约", "hold called off"),
    "hold_expired": Text("预约过期", "hold expired"),
    "loan_recalled": Text("催还", "called back"),
    "shelf_missed": Text("架上没找到", "not found on the shelf"),
    "overridden": Text("越过限制", "limits overridden"),
    "transfer_requested": Text("申请调拨", "transfer asked for"),
    "transfer_approved": Text("待发", "to be sent"),
    "transfer_dispatched": Text("发出", "sent"),
    "transfer_received": Text("收到", "received"),
    "transfer_refused": Text("拒绝调拨", "transfer refused"),
    "transfer_cancelled": Text("取消调拨", "transfer cancelled"),
    "item_created": Text("登记图书", "copy registered"),
    "item_changed": Text("修改图书", "copy changed"),
    "item_handed_over": Text("划拨出", "handed over"),
    "item_taken_over": Text("划拨入", "taken over"),
    "used_in_house": Text("馆内阅览", "read in the library"),
    "undone": Text("撤销", "undone"),
    "item_moved": Text("换地点", "moved"),
    "status_changed": Text("状态改变", "status changed"),
    "heading_changed": Text("规范标目", "heading"),
    "book_number_allotted": Text("取种次号", "book number allotted"),
    "resource_opened": Text("打开电子资源", "resource opened"),
    "bib_created": Text("新书目", "title created"),
    "bib_changed": Text("修改书目", "title changed"),
    "bib_merged": Text("合并书目", "titles merged"),
    "bib_voided": Text("书目作废，读者查不到", "title came to nothing; readers do not find it"),
    "bib_set_apart": Text("拆分书目", "records set apart"),
    "patron_created": Text("办证", "reader registered"),
    "patron_changed": Text("修改读者", "reader changed"),
    "patron_blocked": Text("停借", "reader blocked"),
    "patron_unblocked": Text("恢复借书", "block lifted"),
    "person_viewed": Text("查看读者", "reader looked at"),
    "patron_merged": Text("合并读者", "readers merged"),
    "patron_closed": Text("注销读者", "account closed"),
    "patron_reopened": Text("恢复账户", "account opened again"),
    "patron_erased": Text("删除读者资料", "reader erased"),
    "patron_exported": Text("导出读者资料", "reader’s data exported"),
    "history_forgotten": Text("忘记借阅记录", "histories forgotten"),
    "fee_charged": Text("收费", "fee charged"),
    "fee_paid": Text("缴费", "fee paid"),
    "fee_waived": Text("减免", "fee waived"),
    "fee_refunded": Text("退费", "fee refunded"),
    "payment_reversed": Text("冲正缴费", "payment reversed"),
    "credit_paid_out": Text("退还余额", "credit paid out"),
    "deposit_taken": Text("收押金", "deposit taken"),
    "deposit_returned": Text("退押金", "deposit given back"),
    "approval_asked": Text("申请批准", "approval asked for"),
    "approval_refused": Text("未获批准", "approval refused"),
    "settings_changed": Text("修改设置", "settings changed"),
    "user_changed": Text("修改账号", "account changed"),
    "import_run": Text("导入", "import"),
    "logged_in": Text("登录", "logged in"),
    "notice_ways_chosen": Text("选通知渠道", "ways of notices chosen"),
    "notice_retried": Text("通知再发", "notices sent again"),
    "suggestion_made": Text("荐购", "title suggested"),
    "suggestion_voted": Text("附议荐购", "suggestion seconded"),
    "suggestion_answered": Text("答复荐购", "suggestion answered"),
    "selection_made": Text("读者选书", "book chosen by a reader"),
    "selection_cancelled": Text("选书撤销", "choice called off"),
    "selection_refused": Text("选书未成", "choice refused"),
    "selection_sent": Text("网上选书已发出", "book chosen online sent"),
    "selection_missed": Text("邮寄的书没有收到", "posted book did not arrive"),
    "quotas_folded": Text("忘记选书名额的细节", "details of used quotas forgotten"),
    "item_processed": Text("新书加工完成", "new book processed"),
    "fund_allocated": Text("经费拨入", "money allocated"),
    "programme_changed": Text("选书活动设置", "programme set up"),
    "demand_put_aside": Text("需求搁置", "wanted title put aside"),
    "demand_taken_back": Text("需求恢复", "wanted title taken back"),
    "supplier_changed": Text("修改供应商", "supplier changed"),
    "order_drafted": Text("起草订单", "order drafted"),
    "order_changed": Text("修改订单", "order changed"),
    "order_asked": Text("订单送批", "order sent in for approval"),
    "order_approved": Text("批准订单", "order approved"),
    "order_turned_down": Text("退回订单", "order turned down"),
    "order_placed": Text("订购", "order placed"),
    "order_cancelled": Text("取消订购", "order called off"),
    "order_received": Text("到货验收", "order received"),
    "order_invoiced": Text("登记发票", "invoice entered"),
    "settlement_made": Text("书店结算开始核对", "settlement with a shop begun"),
    "settlement_changed": Text("书店结算改动", "settlement changed"),
    "settlement_agreed": Text("同意经费多付", "agreed that a fund pays more"),
    "settlement_confirmed": Text("书店结算一方确认", "settlement confirmed by one side"),
    "settlement_frozen": Text("书店结算双方确认", "settlement confirmed by both"),
    "settlement_paid": Text("书店结算付款", "settlement paid"),
    "settlement_discarded": Text("书店结算作废", "settlement discarded"),
    "search_missed": Text("没有检索到", "search without a hit"),
}

AUTHORS: Final[dict[str, Text]] = {
    "patron": Text("读者", "the reader"),
    "system": Text("系统", "the program"),
}

CHANNELS: Final[dict[str, Text]] = {
    "desk": Text("服务台", "desk"),
    "opac": Text("读者网页", "reader’s page"),
    "web": Text("网页", "page"),
    "api": Text("接口", "API"),
    "cli": Text("命令行", "command line"),
    "job": Text("后台", "job"),
}


# What a change of settings or accounts was, and what it names.
WHATS: Final[dict[str, Text]] = {
    "unit_created": Text("新建馆点", "unit made"),
    "unit_changed": Text("修改馆点", "unit changed"),
    "hours_changed": Text("开放时间", "hours"),
    "distances_changed": Text("馆间距离", "distances"),
    "policies": Text("流通政策", "policies"),
    "item_type_created": Text("新文献类型", "new item type"),
    "item_type_renamed": Text("文献类型改名", "item type renamed"),
    "category_created": Text("新读者类别", "new category"),
    "category_renamed": Text("读者类别改名", "category renamed"),
    "classes_loaded": Text("装入分类表", "table of classes loaded"),
    "user_created": Text("新建账号", "account made"),
    "user_changed": Text("修改账号", "account changed"),
    "grants_changed": Text("角色", "roles"),
    "password_reset": Text("重设密码", "password reset"),
    "password_changed": Text("改密码", "password changed"),
    "token_issued": Text("发给程序口令", "token issued"),
    "import_source": Text("数据来源", "source of records"),
    "import_profile": Text("导入方案", "import profile"),
    "notice_template": Text("通知文字", "wording of a notice"),
    "merge": Text("合并", "merged"),
}
FIELDS: Final[dict[str, Text]] = {
    "home": Text("所属馆", "home"),
    "owner": Text("产权馆", "owner"),
    "item_type": Text("文献类型", "item type"),
    "call_number": Text("索书号", "call number"),
    "shelf": Text("架位", "shelf"),
    "volume": Text("卷册", "volume"),
    "price_fen": Text("价格", "price"),
    "acquired_on": Text("入藏日", "day acquired"),
    "note": Text("备注", "note"),
    "check_out_note": Text("借出时提示", "note at check-out"),
    "check_in_note": Text("还回时提示", "note at check-in"),
    "accessories": Text("附件", "accessories"),
    "barcode": Text("条码", "barcode"),
    "bib": Text("书目", "title"),
    "status": Text("状态", "status"),
    "name": Text("姓名", "name"),
    "category": Text("类别", "category"),
    "expires_on": Text("有效期", "valid until"),
    "birth_on": Text("出生日期", "birthday"),
    "guardian": Text("监护人", "guardian"),
    "phone": Text("电话", "phone"),
    "pin": Text("PIN", "PIN"),
    "history": Text("借阅记录的保留", "what is remembered"),
}
NAMED: Final = ("name", "variants", "document", "org", "user", "q", "grants", "why")


def name_act(act: str) -> Text:
    return ACTS.get(act, Text(act, act))


def name_author(author: str) -> Text:
    """Staff by their login; whoever reads is not named, and the program is."""
    kind = author.partition(":")[0]
    return AUTHORS.get(kind, Text(author, author))


def name_channel(channel: str) -> Text:
    return CHANNELS.get(channel, Text(channel, channel))


def tell(data: Mapping[str, Any] | None, tree: OrgTree) -> Text:
    """What an entry adds to its act, as far as people care: where to, which status, what was changed."""
    if not data:
        return Text("", "")
    parts = [part for part in (_said(data), _way(data, tree), _status(data), _changed(data, tree), _what(data)) if part]
    return Text("；", "; ").join(parts)


def _said(data: Mapping[str, Any]) -> Text | None:
    """What a librarian said of a copy; of a loan, if somebody had it."""
    said = str(data.get("act"))
    if data.get("said_of") == "loan" and said in LOAN_ACTS:
        return LOAN_ACTS[said].label
    return STATUS_ACTS[said].label if said in STATUS_ACTS else None


def _way(data: Mapping[str, Any], tree: OrgTree) -> Text | None:
    unit = tree.by_code.get(str(data.get("to")))
    return Text(f"→ {unit.name}", f"→ {unit.name}") if unit else None


def _status(data: Mapping[str, Any]) -> Text | None:
    reason = data.get("reason")
    if reason == "lent":
        return Text("途中借出", "lent on its way")
    return Text(str(reason), str(reason)) if isinstance(reason, str) and "transfer" not in data else None


def _changed(data: Mapping[str, Any], tree: OrgTree) -> Text | None:
    """Which fields of a copy or reader were changed; units by their names, from which to which."""
    changes = data.get("changes")
    names = list(changes) if isinstance(changes, Mapping) else list(data.get("fields") or ())
    told = [_field(str(name), changes.get(name) if isinstance(changes, Mapping) else None, tree) for name in names]
    return Text("、", ", ").join(told) if told else None


def _field(name: str, pair: Any, tree: OrgTree) -> Text:
    label = FIELDS.get(name, Text(name, name))
    if name not in ("home", "owner") or not isinstance(pair, list | tuple) or len(pair) != 2:
        return label
    before, after = (tree.by_code[one].name if one in tree.by_code else str(one) for one in pair)
    return Text("{what}：{before} → {after}", "{what}: {before} → {after}").format(
        what=label, before=before, after=after
    )


def _what(data: Mapping[str, Any]) -> Text | None:
    what = WHATS.get(str(data.get("what")))
    named = [_listed(data[name]) for name in ("overrides", "codes", *NAMED) if data.get(name)]
    if what is None and not named:
        return None
    told = what or Text("", "")
    return Text(" ".join([told.zh, *named]).strip(), " ".join([told.en, *named]).strip())


def _listed(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list | tuple | dict) else str(value)
