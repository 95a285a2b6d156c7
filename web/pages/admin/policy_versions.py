"""The versions of the policies: who put what in force when and why, what differs, and the way back."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from branches import queries
from branches.http import context
from branches.policy_changes import compare, count_kinds, read_rows
from branches.service.policies import PolicyService
from kernel.http import right
from kernel.i18n import Text
from web.pages.acts import Done, act
from web.pages.admin.policy_criteria import criteria_in_words, value_in_words
from web.pages.admin.policy_words import label_of
from web.pages.forms import EMPTY, Form

page = Blueprint("policy_version_pages", __name__, url_prefix="/admin/policies/versions")

ON_A_PAGE = 50
KIND_WORDS = {
    "added": (Text("新增", "added"), "good", "plus"),
    "changed": (Text("修改", "changed"), "warn", "edit"),
    "removed": (Text("删除", "removed"), "stop", "close"),
}


@page.route("", methods=["GET"])
@right("settings.read")
def index() -> str:
    asked = context()
    before = request.args.get("before", type=int)
    kept = queries.list_policy_versions(asked.session, before=before, limit=ON_A_PAGE + 1)
    return render_template(
        "admin/policy_versions.html",
        versions=kept[:ON_A_PAGE],
        in_force=asked.policies.version,
        older=url_for(".index", before=kept[ON_A_PAGE - 1].version) if len(kept) > ON_A_PAGE else None,
        newer=url_for(".index") if before else None,
    )


@page.route("/<int:version>", methods=["GET"])
@right("settings.read")
def show(version: int, form: Form = EMPTY) -> str:
    """One version beside the one before it, or beside another that was asked for."""
    asked = context()
    kept = queries.find_policy_version(asked.session, version)
    since = request.args.get("since", type=int) or queries.version_before(asked.session, version)
    other = queries.find_policy_version(asked.session, since) if since is not None else None
    changes = compare(read_rows(other.rows) if other else [], read_rows(kept.rows))
    in_force = asked.policies.version
    return render_template(
        "admin/policy_version.html",
        form=form,
        kept=kept,
        other=other,
        others=queries.list_policy_versions(asked.session, before=None, limit=200),
        changes=changes,
        counts=count_kinds(changes),
        kinds=KIND_WORDS,
        label=lambda change: label_of(change.row.setting),
        say=value_in_words(asked),
        criteria=criteria_in_words(asked),
        in_force=in_force,
        undone=count_kinds(compare(asked.policies.rows, read_rows(kept.rows))),
        may_restore=version != in_force and asked.caller.holds("policy.write"),
    )


@page.route("/<int:version>/restoration", methods=["POST"])
@right("policy.write")
@act(show)
def restore(version: int) -> Done:
    form, asked = Form.sent(), context()
    expected = form.number("in_force", 0, 2**31, required=True)
    note = form.text("note", 200, required=False)
    form.check()
    book = PolicyService(asked).restore(version, expected_version=int(expected or 0), note=note)
    said = Text("已恢复第 {old} 版，现为第 {new} 版。", "Version {old} is in force again, as version {new}.")
    return Done(url_for(".show", version=book.version), said.format(old=version, new=book.version))


@page.route("/<int:version>/restoration", methods=["GET"])
@right("settings.read")
def restoration_again(version: int) -> str:
    """A reload of a refused restoration shows the version."""
    return show(version)
