"""Staff and readers of the demo county, each with a secret of its own that is made here and told once, in `demo-logins.json`."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from branches.context import Context
from branches.models import StaffUser
from branches.service.accounts import AccountService, NewUser
from kernel.clock import local_day
from patrons.privacy import Vault
from patrons.queries import card_exists
from patrons.service.blocks import BlockService, NewBlock
from patrons.service.cards import CardService
from patrons.service.profiles import NewPatron, PatronService
from web.demo import county

LOGINS_FILE = "demo-logins.json"
SHOWN_READERS = ("5190000033", "5190000041")  # a parent and a child
_PASSWORD_WORDS = 4
_SYLLABLES = [first + vowel for first in "bdfghjklmnprstvz" for vowel in "aeiou"]
_DAYS_BETWEEN_REGISTRATIONS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A line of the file. `username` of a reader is the card number, `password` the PIN."""

    role: str
    org: str
    username: str
    password: str


def make_people(context: Context, vault: Vault) -> list[Login]:
    """Whoever is missing is made; whoever is there gets a new secret, because nobody knows the old one any more."""
    return [*_make_staff(context), *_make_readers(context, vault)]


def has_logins(folder: Path) -> bool:
    return (folder / LOGINS_FILE).exists()


def write_logins(folder: Path, logins: Sequence[Login]) -> Path:
    """Readable by its owner alone from the first moment, and whole or not there."""
    path = folder / LOGINS_FILE
    draft = path.with_suffix(".part")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump([asdict(login) for login in logins], file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return path


def read_logins(folder: Path) -> list[Login]:
    return [Login(**entry) for entry in json.loads((folder / LOGINS_FILE).read_text(encoding="utf-8"))]


def _make_staff(context: Context) -> Iterator[Login]:
    accounts = AccountService(context)
    known = set(context.session.scalars(select(StaffUser.username)))
    for member in county.staff():
        password = _new_password()
        if member.username in known:
            accounts.reset_password(member.username, password)
        else:
            accounts.create(NewUser(username=member.username, password=password, name=member.name))
            accounts.set_grants(member.username, [(member.role, member.org)])
        yield Login(role=member.role, org=member.org, username=member.username, password=password)


def _make_readers(context: Context, vault: Vault) -> Iterator[Login]:
    """Readers came to the county one after the other since it was founded."""
    today = local_day(context.now)
    namespace_id = context.tree.namespace(context.tree.unit(county.NETWORK).id)
    readers = county.readers()
    for place, reader in enumerate(readers):
        pin = _new_pin()
        if card_exists(context.session, namespace_id, reader.card):
            CardService(context).set_pin(reader.card, pin)
        else:
            registered_at = context.now - timedelta(days=_DAYS_BETWEEN_REGISTRATIONS * (len(readers) - place) + 100)
            _register(
                replace(context, now=registered_at),
                vault,
                NewPatron(
                    barcode=reader.card,
                    name=reader.name,
                    category=reader.category,
                    home=reader.home,
                    expires_on=reader.expires_on(today),
                    birth_on=reader.birth_on(today),
                    guardian=reader.guardian,
                    pin=pin,
                ),
                reader.block,
            )
        if reader.card in SHOWN_READERS:
            yield Login(role="reader", org=reader.home, username=reader.card, password=pin)


def _register(context: Context, vault: Vault, new: NewPatron, block: str | None) -> None:
    PatronService(context, vault).register(new)
    if block is not None:
        BlockService(context).block(new.barcode, NewBlock(reason=block, scope="network"))


def _new_password() -> str:
    """Four made-up words, such as `dalumi-kotepa-…`: easy to read out, 75 bits strong."""
    return "-".join("".join(secrets.choice(_SYLLABLES) for _ in range(3)) for _ in range(_PASSWORD_WORDS))


def _new_pin() -> str:
    """Six digits without repetition beside each other or runs, which would be refused as too weak."""
    digits = [secrets.randbelow(10)]
    while len(digits) < 6:
        digits.append((digits[-1] + 2 + secrets.randbelow(7)) % 10)
    return "".join(map(str, digits))
