"""How a reader wants to be told: which ways, which language, which e-mail address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from branches.context import Context
from kernel.db import table_of
from kernel.i18n import Language
from kernel.writes import insert_into
from notices import policies
from notices.contact import normalise_email
from notices.models import NoticeChoice
from notices.queries import ChoiceRow, addresses_of, choice_of, recipients
from notices.states import CHANNELS
from patrons.privacy import Vault, mask_phone

_choices = table_of(NoticeChoice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`channels` are those in force, `is_own` whether the reader chose them or the library; `phone` is masked."""

    language: Language | None
    channels: tuple[str, ...]
    is_own: bool
    email: str | None = field(repr=False)
    phone: str | None


class ChoiceService:
    """The choice of the reader who asks."""

    def __init__(self, context: Context, vault: Vault) -> None:
        self._context = context
        self._vault = vault

    def show(self) -> Choice:
        context, patron_id = self._context, self._context.caller.id
        kept = choice_of(context.session, patron_id)
        return Choice(
            language=kept.language,
            channels=tuple(self._channels(kept)),
            is_own=kept.channels is not None,
            email=self._vault.unseal(kept.email),
            phone=mask_phone(self._vault.unseal(addresses_of(context.session, patron_id).phone)),
        )

    def choose(self, *, language: Language | None, channels: Sequence[str] | None, email: str | None) -> Choice:
        """What stood before is replaced; `channels` None: as the library does it. Raises Invalid for what is no address."""
        context = self._context
        plain = normalise_email(email) if email else None
        before = self.show()
        values: dict[str, Any] = {
            "language": language,
            "channels": None if channels is None else [name for name in CHANNELS if name in channels],
            # Sealed anew only when it is another one: the same address in another seal would be a change nobody made.
            "email_encrypted": self._sealed(plain) if plain != before.email else self._kept_email(),
            "changed_at": context.now,
        }
        statement = insert_into(context.session, _choices).values(values | {"patron_id": context.caller.id})
        context.session.execute(statement.on_conflict_do_update(index_elements=["patron_id"], set_=values))
        after = self.show()
        changed = [name for name in ("language", "channels", "email") if getattr(before, name) != getattr(after, name)]
        context.record("notice_ways_chosen", patron_id=context.caller.id, data={"fields": changed})
        return after

    def _channels(self, kept: ChoiceRow) -> list[str]:
        if kept.channels is not None:
            return kept.channels
        context = self._context
        reader = recipients(context.session, [context.caller.id])[context.caller.id]
        question = policies.build_question(context.tree, home_id=reader.home_id, category=reader.category)
        return policies.default_channels(context.policies, question)

    def _sealed(self, email: str | None) -> bytes | None:
        return None if email is None else self._vault.seal(email)

    def _kept_email(self) -> bytes | None:
        return choice_of(self._context.session, self._context.caller.id).email
