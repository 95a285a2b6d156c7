"""Roles, rights and how far each reaches: one table, from which routes, pages, docs and tests are derived. Pure.

Source: the table of rights agreed for the network. A role is granted at a unit. `network`: everywhere; `subtree`: that unit and below;
`own`: that unit alone. `public` and `self` are not in the table: the first needs no login, the second is a reader's own affair.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Literal

from kernel.i18n import Text

Reach = Literal["network", "subtree", "own"]

PUBLIC: Final = "public"  # nobody needs to log in
ANYONE: Final = "login"  # whoever is logged in, reader or staff
SELF: Final = "self"  # a reader, for themselves

RIGHTS: Final[dict[str, Text]] = {
    "card.check": Text("查看读者证能否借书", "see whether a card may borrow"),
    "patron.read": Text("查看读者资料", "see a reader's profile"),
    "patron.read_full": Text("查看读者全名和电话", "see a reader's full name and phone"),
    "patron.loans": Text("查看读者在借图书", "see a reader's open loans"),
    "patron.write": Text("办证、修改读者资料", "register and change readers"),
    "patron.block": Text("停借与恢复", "block and unblock readers"),
    "patron.merge": Text("合并重复的读者", "merge accounts of one reader"),
    "patron.export": Text("为读者导出资料", "export a reader's data for them"),
    "patron.erase": Text("删除读者资料", "erase a reader's data"),
    "loan.lend": Text("借书", "check out"),
    "loan.return": Text("还书", "check in"),
    "loan.renew": Text("续借", "renew"),
    "loan.read": Text("查看借阅", "see loans"),
    "loan.override.patron": Text("越过读者限制", "override limits of the reader"),
    "loan.override.item": Text("越过图书限制", "override limits of the item"),
    "loan.override.hold": Text("越过他人预约", "override another reader's hold"),
    "renew.override": Text("越过续借限制", "override limits of renewal"),
    "return.backdate": Text("补记还书日期", "backdate a return"),
    "return.backdate_far": Text("补记更早的还书日期", "backdate a return further"),
    "act.undo": Text("撤销刚办的事", "undo what was just done"),
    "hold.place": Text("为读者预约", "place holds for readers"),
    "hold.read": Text("查看预约", "see holds"),
    "hold.change": Text("修改、取消预约", "change and call off holds"),
    "hold.recall": Text("为预约催还", "call lent books back for holds"),
    "hold.fetch": Text("按预约找书", "fetch books for holds"),
    "hold.override": Text("越过预约限制", "override limits of holds"),
    "fee.read": Text("查看读者账目", "see a reader's account"),
    "fee.take": Text("收费、收押金", "take payments and deposits"),
    "fee.charge": Text("记收费", "charge fees"),
    "fee.waive": Text("减免、退费、冲正", "waive, refund and reverse"),
    "fee.approve": Text("批准大额减免与退费", "approve large waivers and refunds"),
    "deposit.return": Text("退押金", "give deposits back"),
    "item.read": Text("查看图书", "see items"),
    "item.history": Text("查看图书经历", "see an item's history"),
    "item.write": Text("登记、修改图书", "register and change items"),
    "item.condition": Text("登记丢失、破损、送修", "say that items are lost, damaged or at the mender's"),
    "bib.write": Text("编目", "catalogue titles"),
    "import.run": Text("导入书目", "import records"),
    "bib.export": Text("导出整个书目", "export the whole catalogue"),
    "suggestion.read": Text("查看荐购", "see what readers suggest"),
    "suggestion.answer": Text("答复荐购", "answer suggestions"),
    "fund.read": Text("查看购书经费", "see the money for buying"),
    "fund.write": Text("设立、拨入购书经费", "set up funds and allocate money"),
    "programme.read": Text("查看选书活动", "see programmes of choosing"),
    "programme.write": Text("设置选书活动", "set up programmes of choosing"),
    "selection.make": Text("为读者办理选书", "let readers choose new books"),
    "selection.read": Text("查看选书记录", "see what readers chose"),
    "purchase.override": Text("越过选书限制", "override limits of choosing"),
    "shop.write": Text("设置合作书店", "set up partner bookshops"),
    "shop.stock": Text("更新书店书目", "keep a shop’s list of books"),
    "item.process": Text("加工新书", "process new books"),
    "order.read": Text("查看订购", "see orders"),
    "order.write": Text("订购、验收、记发票", "order, receive and enter invoices"),
    "order.approve": Text("批准大额订购", "approve large orders"),
    "settlement.read": Text("查看书店结算", "see settlements with shops"),
    "settlement.write": Text("办理书店结算", "settle with shops"),
    "settlement.confirm": Text("代书店确认结算", "confirm settlements for the shop"),
    "transfer.read": Text("查看调拨", "see transfers"),
    "transfer.request": Text("向别的馆申请图书", "ask other libraries for books"),
    "transfer.answer": Text("答复调书申请", "answer what others ask for"),
    "transfer.override": Text("越过调拨限制", "override limits of transfers"),
    "transfer.send": Text("发出调拨", "send transfers"),
    "transfer.receive": Text("接收调拨", "receive transfers"),
    "transfer.cancel": Text("取消调拨", "cancel transfers"),
    "notice.read": Text("查看发出的通知", "see what was sent to readers"),
    "notice.send": Text("再发没发成的通知", "send failed notices again"),
    "notice.write": Text("修改通知用语", "change the wording of notices"),
    "org.read": Text("查看馆点", "see library units"),
    "org.write": Text("设置馆点", "set up library units"),
    "hours.write": Text("设置开放时间", "set opening hours"),
    "settings.read": Text("查看业务设置", "see settings"),
    "settings.write": Text("修改类型与类别", "change item types and categories"),
    "policy.write": Text("修改流通政策", "change circulation policies"),
    "policy.lab": Text("演算政策草案", "try out draft policies"),
    "user.read": Text("查看工作人员", "see staff accounts"),
    "user.write": Text("管理工作人员与角色", "manage staff accounts and roles"),
    "journal.read": Text("查看业务日志", "see the journal"),
    "jobs.run": Text("运行后台任务", "run jobs"),
    "report.read": Text("查看统计", "see reports"),
}

ROLES: Final[dict[str, Text]] = {
    "sysadmin": Text("系统管理员", "system administrator"),
    "hub_librarian": Text("总馆馆员", "hub librarian"),
    "branch_librarian": Text("分馆馆员", "branch librarian"),
    "volunteer": Text("服务点志愿者", "volunteer"),
    "shop_clerk": Text("书店店员", "shop clerk"),
    "self_check": Text("自助设备", "self-check machine"),
    "purchaser": Text("采购员", "purchaser"),
    "manager": Text("管理者", "manager"),
}

_LENDING: Final[dict[str, Reach]] = {
    "card.check": "network",
    "loan.lend": "network",
    "loan.return": "network",
    "loan.renew": "network",
    "item.read": "network",
    "org.read": "network",
}
_HOLDING: Final[dict[str, Reach]] = {
    "hold.place": "network",
    "hold.read": "subtree",
    "hold.change": "subtree",
    "hold.recall": "subtree",
    "hold.fetch": "subtree",
    "hold.override": "subtree",
}

_MONEY: Final[dict[str, Reach]] = {
    "fee.read": "subtree",
    "fee.take": "subtree",
    "fee.charge": "subtree",
    "fee.waive": "subtree",
    "deposit.return": "subtree",
}

_BUYING: Final[dict[str, Reach]] = {
    "fund.read": "subtree",
    "programme.read": "network",
    "programme.write": "subtree",
    "selection.read": "subtree",
    "shop.write": "subtree",
    "shop.stock": "subtree",
    "order.read": "subtree",
    "order.write": "subtree",
    "settlement.read": "subtree",
    "settlement.write": "subtree",
}

GRANTED: Final[dict[str, dict[str, Reach]]] = {
    "sysadmin": {
        "org.read": "network",
        "org.write": "network",
        "hours.write": "network",
        "settings.read": "network",
        "policy.lab": "network",
        "settings.write": "network",
        "policy.write": "network",
        "user.read": "network",
        "user.write": "network",
        "journal.read": "network",
        "jobs.run": "network",
        "notice.read": "network",
        "notice.send": "network",
        "notice.write": "network",
        "patron.erase": "network",
    },
    "hub_librarian": _LENDING
    | _HOLDING
    | _MONEY
    | _BUYING
    | {
        "fund.write": "subtree",
        "selection.make": "subtree",
        "purchase.override": "subtree",
        "order.approve": "subtree",
        "item.process": "subtree",
        "fee.approve": "subtree",
        "patron.read": "subtree",
        "patron.read_full": "subtree",
        "patron.loans": "subtree",
        "patron.write": "subtree",
        "patron.block": "subtree",
        "patron.merge": "subtree",
        "patron.export": "subtree",
        "patron.erase": "subtree",
        "loan.read": "subtree",
        "loan.override.patron": "subtree",
        "loan.override.item": "subtree",
        "loan.override.hold": "subtree",
        "renew.override": "subtree",
        "return.backdate": "subtree",
        "return.backdate_far": "subtree",
        "item.history": "network",
        "item.write": "subtree",
        "item.condition": "subtree",
        "act.undo": "subtree",
        "bib.write": "network",
        "bib.export": "network",
        "import.run": "network",
        "transfer.read": "subtree",
        "transfer.send": "subtree",
        "transfer.receive": "subtree",
        "transfer.cancel": "subtree",
        "transfer.request": "subtree",
        "transfer.answer": "subtree",
        "transfer.override": "subtree",
        "org.write": "subtree",
        "hours.write": "subtree",
        "settings.read": "network",
        "policy.lab": "subtree",
        "policy.write": "subtree",
        "user.read": "subtree",
        "user.write": "subtree",
        "journal.read": "subtree",
        "suggestion.read": "subtree",
        "suggestion.answer": "subtree",
        "report.read": "subtree",
        "notice.read": "subtree",
        "notice.send": "subtree",
    },
    "branch_librarian": _LENDING
    | _HOLDING
    | _MONEY
    | {
        "fund.read": "own",
        "programme.read": "network",
        "selection.read": "subtree",
        "order.read": "subtree",
        "item.process": "subtree",
        "patron.read": "subtree",
        "patron.loans": "subtree",
        "patron.write": "subtree",
        "loan.read": "subtree",
        "loan.override.patron": "subtree",
        "renew.override": "subtree",
        "return.backdate": "subtree",
        "item.history": "subtree",
        "bib.export": "subtree",
        "item.write": "subtree",
        "item.condition": "subtree",
        "act.undo": "subtree",
        "transfer.read": "subtree",
        "transfer.send": "subtree",
        "transfer.receive": "subtree",
        "transfer.cancel": "subtree",
        "transfer.request": "subtree",
        "transfer.answer": "subtree",
        "hours.write": "own",
        "settings.read": "network",
        "suggestion.read": "subtree",
        "suggestion.answer": "subtree",
        "report.read": "own",
        "notice.read": "subtree",
        "notice.send": "subtree",
    },
    "volunteer": _LENDING
    | {
        "act.undo": "own",
        "hold.place": "network",
        "hold.read": "own",
        "hold.change": "own",
        "hold.fetch": "own",
        "fee.read": "own",
        "fee.take": "own",
        "transfer.read": "own",
        "transfer.send": "own",
        "transfer.receive": "own",
    },
    "shop_clerk": {
        "org.read": "network",
        "item.read": "own",
        "selection.make": "own",
        "selection.read": "own",
        "shop.stock": "own",
        "settlement.read": "own",
        "settlement.confirm": "own",
    },
    "self_check": {
        "card.check": "network",
        "loan.lend": "own",
        "loan.return": "own",
        "loan.renew": "own",
        "item.read": "network",
        "org.read": "network",
    },
    "purchaser": _BUYING
    | {
        "item.read": "network",
        "bib.export": "network",
        "org.read": "network",
        "settings.read": "network",
        "suggestion.read": "subtree",
        "suggestion.answer": "subtree",
        "report.read": "subtree",
    },
    "manager": {
        "item.read": "network",
        "org.read": "network",
        "settings.read": "network",
        "policy.lab": "subtree",
        "fund.read": "subtree",
        "programme.read": "network",
        "selection.read": "subtree",
        "order.read": "subtree",
        "settlement.read": "subtree",
        "suggestion.read": "subtree",
        "report.read": "subtree",
        "journal.read": "subtree",
    },
}


# A person may give away only roles below their own, so that nobody can lift themselves (C11, escalation).
ROLE_RANK: Final[dict[str, int]] = {
    "sysadmin": 4,
    "hub_librarian": 3,
    "manager": 2,
    "purchaser": 2,
    "branch_librarian": 2,
    "volunteer": 1,
    "shop_clerk": 1,
    "self_check": 1,
}


def roles_with(rights: Collection[str]) -> list[Text]:
    """The names of the roles that hold all of these rights, the lowest first: who is asked for help."""
    holding = [role for role, granted in GRANTED.items() if set(rights) <= granted.keys()]
    return [ROLES[role] for role in sorted(holding, key=lambda role: ROLE_RANK[role])]
