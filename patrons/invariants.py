"""What must always hold of readers, cards and blocks."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel.i18n import Text
from kernel.invariants import Invariant, sql
from patrons.models import Patron
from patrons.privacy import Vault

SAMPLE = 200  # the newest sealed numbers: enough to tell whether the secret still fits


def sealed_phones(vault: Vault) -> Invariant:
    """Whether the phone numbers still open with the installation's secret, which somebody may have lost or changed."""

    def find(session: Session) -> Iterable[str]:
        p = Patron
        sealed = select(p.id, p.phone_encrypted).where(p.phone_encrypted.is_not(None)).order_by(p.id.desc())
        return [
            f"patron {patron_id}"
            for patron_id, phone in session.execute(sealed.limit(SAMPLE))
            if vault.unseal(phone) is None
        ]

    promise = Text("读者电话能用现在的密钥读出", "readers' phones open with the present secret")
    return Invariant(code="patron.phone_opens", promise=promise, find=find)


INVARIANTS: tuple[Invariant, ...] = (
    sql(
        "patron.has_card",
        "每位读者都有证，并入他人的账户没有",
        "every reader has a card, and an account that went into another has none",
        """SELECT 'patron ' || p.id FROM patron p
           WHERE (p.merged_into_id IS NULL) <> EXISTS (SELECT 1 FROM card c WHERE c.patron_id = p.id)""",
    ),
    sql(
        "patron.one_active_card",
        "每位读者至多一张有效证",
        "no reader has two active cards",
        "SELECT 'patron ' || patron_id FROM card WHERE status = 'active' GROUP BY patron_id HAVING count(*) > 1",
    ),
    sql(
        "card.number_unique",
        "证号在条码范围内唯一",
        "a card number is unique within its namespace",
        "SELECT barcode FROM card GROUP BY namespace_id, barcode HAVING count(*) > 1",
    ),
    sql(
        "patron.phone_whole",
        "电话与其检索摘要同在或同缺",
        "a phone and its digest are both there or both not",
        "SELECT 'patron ' || id FROM patron WHERE (phone_encrypted IS NULL) <> (phone_digest IS NULL)",
    ),
    sql(
        "patron.guardian",
        "监护人自己没有监护人",
        "a guardian has no guardian",
        "SELECT 'patron ' || p.id FROM patron p JOIN patron g ON g.id = p.guardian_id WHERE g.guardian_id IS NOT NULL",
    ),
    sql(
        "patron.history_agreed",
        "一直保留借阅记录的读者都表示过同意",
        "whoever has the history kept has agreed to it, and nobody else",
        """SELECT 'patron ' || p.id FROM patron p
             LEFT JOIN patron_consent c ON c.patron_id = p.id AND c.subject = 'history' AND c.withdrawn_at IS NULL
           WHERE (p.history = 'keep') <> (c.id IS NOT NULL)""",
    ),
    sql(
        "patron.journal",
        "读者资料的版本数与修改记录一致",
        "a reader was changed as often as the journal tells",
        """SELECT 'patron ' || p.id FROM patron p LEFT JOIN journal j ON j.patron_id = p.id
             AND j.act IN ('patron_changed','patron_blocked','patron_unblocked','patron_merged','patron_closed','patron_reopened')
           WHERE p.erased_at IS NULL GROUP BY p.id, p.version HAVING p.version <> 1 + count(j.id)""",
    ),
    sql(
        "block.ends_after_begin",
        "停借不早于设定时解除",
        "no block ends before it was set",
        "SELECT 'block ' || id FROM patron_block WHERE ended_at < created_at",
    ),
)
