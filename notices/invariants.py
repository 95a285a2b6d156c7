"""What must always hold of notices.

The database itself sees to it that nobody is told of one occasion twice, and that a notice goes once by each channel.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel.i18n import Text
from kernel.invariants import Invariant, sql
from notices.models import NoticeChoice
from patrons.invariants import SAMPLE
from patrons.privacy import Vault


def sealed_addresses(vault: Vault) -> Invariant:
    """Whether e-mail addresses still open with the installation's secret."""

    def find(session: Session) -> Iterable[str]:
        c = NoticeChoice
        sealed = select(c.patron_id, c.email_encrypted).where(c.email_encrypted.is_not(None))
        rows = session.execute(sealed.order_by(c.changed_at.desc()).limit(SAMPLE))
        return [f"patron {patron_id}" for patron_id, email in rows if vault.unseal(email) is None]

    promise = Text("读者邮箱能用现在的密钥读出", "readers' e-mail addresses open with the present secret")
    return Invariant(code="notice.email_opens", promise=promise, find=find)


INVARIANTS = (
    sql(
        "notice.has_occasion",
        "每条通知都说得出为什么事",
        "every notice tells of something",
        """SELECT 'notice ' || n.id FROM notice n
           WHERE NOT EXISTS (SELECT 1 FROM notice_occasion o WHERE o.notice_id = n.id)""",
    ),
    sql(
        "notice.counts",
        "通知里的册数与它所说的事一样多",
        "a notice names as many things as it has occasions",
        """SELECT 'notice ' || n.id FROM notice n JOIN notice_occasion o ON o.notice_id = n.id
           GROUP BY n.id, n.things HAVING count(*) <> n.things""",
    ),
    sql(
        "notice.planned_first",
        "选定渠道之前什么也没有发出",
        "nothing goes out before its ways were chosen",
        """SELECT 'delivery ' || d.id FROM notice_delivery d JOIN notice n ON n.id = d.notice_id
           WHERE n.planned_at IS NULL OR n.patron_id IS NULL""",
    ),
    sql(
        "notice.templates_counted",
        "通知用语的版本一个接一个",
        "the versions of a wording follow one another without a gap",
        """SELECT kind || ' ' || language FROM notice_template GROUP BY kind, language
           HAVING min(version) <> 1 OR max(version) <> count(*)""",
    ),
)
