"""Setting up a county by pages: units and hours, item types, categories, policies, accounts. One file a subject."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, current_app, render_template

from branches.http import context
from branches.rights import ANYONE
from kernel.http import right
from kernel.i18n import Text
from web.pages.admin import (
    class_table,
    policies,
    policy_lab,
    policy_rules,
    policy_versions,
    search_index,
    types,
    units,
    users,
    wordings,
)

page = Blueprint("admin", __name__, url_prefix="/admin")
BLUEPRINTS = (
    page,
    units.page,
    types.page,
    class_table.page,
    policies.page,
    policy_rules.page,
    policy_versions.page,
    policy_lab.page,
    users.page,
    search_index.page,
    wordings.page,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    endpoint: str
    icon: str
    label: Text
    about: Text
    rights: tuple[str, ...]


SUBJECTS = (
    Subject(
        endpoint="unit_pages.index",
        icon="library",
        label=Text("馆点", "Units"),
        about=Text("总馆、分馆、服务点，开放时间和闭馆日。", "Hubs, branches and points, their hours and closed days."),
        rights=("org.write", "hours.write"),
    ),
    Subject(
        endpoint="policy_pages.index",
        icon="journal",
        label=Text("流通政策", "Circulation policies"),
        about=Text(
            "谁能借什么、借多久、几册，为什么是这个值。",
            "Who may borrow what, for how long, how many, and why it is so.",
        ),
        rights=("settings.read",),
    ),
    Subject(
        endpoint="wording_pages.index",
        icon="send",
        label=Text("通知用语", "Wording of notices"),
        about=Text(
            "到期、逾期、预约到书怎么说，中英文各一份。",
            "What is said when a book is due, overdue or ready, in both languages.",
        ),
        rights=("settings.read",),
    ),
    Subject(
        endpoint="notice_pages.sent",
        icon="send",
        label=Text("发出的通知", "Notices sent"),
        about=Text("发给读者的、没发成的和为什么。", "What went to readers, what failed, and why."),
        rights=("notice.read",),
    ),
    Subject(
        endpoint="type_pages.item_types",
        icon="book",
        label=Text("文献类型", "Item types"),
        about=Text(
            "图书、期刊、工具书……政策按类型区分。", "Books, magazines, reference works: policies tell them apart."
        ),
        rights=("settings.read",),
    ),
    Subject(
        endpoint="type_pages.categories",
        icon="users",
        label=Text("读者类别", "Patron categories"),
        about=Text("成人、少儿、老年……政策按类别区分。", "Adults, children, seniors: policies tell them apart."),
        rights=("settings.read",),
    ),
    Subject(
        endpoint="class_table_pages.show",
        icon="library",
        label=Text("分类表", "Table of classes"),
        about=Text("本县自己的类名，先看改什么再装入。", "The county's own names of classes: look first, then load."),
        rights=("settings.write",),
    ),
    Subject(
        endpoint="user_pages.index",
        icon="lock",
        label=Text("工作人员", "Staff accounts"),
        about=Text("账号、角色和他们在哪个馆点任职。", "Accounts, their roles, and at which unit they hold them."),
        rights=("user.read",),
    ),
    Subject(
        endpoint="index_pages.show",
        icon="search",
        label=Text("检索索引", "Search index"),
        about=Text("落后多少，哪些书目没收进去、为什么。", "How far behind it is, which titles it lacks, and why."),
        rights=("jobs.run",),
    ),
)


@page.route("", methods=["GET"])
@right(ANYONE)
def index() -> str:
    """What this person may set up; nothing else."""
    who = context().caller
    return render_template(
        "admin/index.html",
        subjects=[
            subject
            for subject in SUBJECTS
            if subject.endpoint in current_app.view_functions and any(who.holds(name) for name in subject.rights)
        ],
    )
