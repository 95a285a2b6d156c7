"""Notices on their way out: each by the right ways, once, and what fails is tried again, given up and shown."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, update

from notices.models import Notice, NoticeChoice, NoticeDelivery
from notices.sending import Channel, ChannelDown, Message, NotDelivered
from notices.service import Occasion, Owed, tell
from notices.service.delivering import LEASE, Deliverer
from notices.states import PAUSES
from patrons.models import Patron
from patrons.privacy import Vault
from tests.desk import Desk, offenders
from tests.factories import NOW, make_context
from web import wiring

VAULT = Vault("a secret for tests only")


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Box:
    """A channel that keeps what it was given, and fails as it is told."""

    name: str
    address: str
    errors: list[BaseException] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> None:
        if self.errors and not isinstance(self.errors[0], Killed):
            raise self.errors.pop(0)
        self.sent.append(message)
        if self.errors:
            raise self.errors.pop(0)

    def check(self) -> None: ...


@dataclass
class Post:
    """A county's ways out, and the clock they go by."""

    desk: Desk
    now: datetime = NOW
    boxes: dict[str, Box] = field(
        default_factory=lambda: {
            "email": Box("email", "email"),
            "sms": Box("sms", "phone"),
            "wechat": Box("wechat", "phone"),
        }
    )

    def deliverer(self) -> Deliverer:
        channels: Mapping[str, Channel] = {**self.boxes}
        return Deliverer(self.desk.database, channels, VAULT, clock=lambda: self.now)

    def work(self) -> None:
        self.deliverer().plan()
        for name in self.boxes:
            self.deliverer().deliver(name)

    def tell(self, patron_id: int, subject_id: int = 1, kind: str = "card_expires") -> int:
        owed = Owed(
            kind=kind,
            patron_id=patron_id,
            org_id=self.desk.county.branch,
            occasion=Occasion(subject_id=subject_id, at=NOW),
        )
        return self.desk.write(lambda s: tell(make_context(s, now=self.now), [owed]))

    def reader(self, card: str, **values: object) -> int:
        """With a phone and an e-mail address unless said otherwise."""
        phone, email = values.pop("phone", f"1380000{card[-4:]}"), values.pop("email", f"{card.lower()}@example.org")
        channels, language = values.pop("channels", None), values.pop("language", None)
        sealed = VAULT.seal(str(phone)) if phone else None
        digest = VAULT.digest(str(phone)) if phone else None
        patron_id = self.desk.add_patron(card, phone_encrypted=sealed, phone_digest=digest, **values)
        choice = NoticeChoice(
            patron_id=patron_id,
            channels=channels,
            language=language,
            email_encrypted=VAULT.seal(str(email)) if email else None,
            changed_at=NOW,
        )
        self.desk.write(lambda s: s.add(choice))
        return patron_id

    def sent(self, name: str) -> list[str]:
        return [message.to for message in self.boxes[name].sent]

    def deliveries(self) -> list[NoticeDelivery]:
        return self.desk.read(lambda s: list(s.scalars(select(NoticeDelivery).order_by(NoticeDelivery.id))))

    def states(self) -> list[tuple[str, str]]:
        return [(one.channel, one.status) for one in self.deliveries()]


@pytest.fixture
def post(desk: Desk) -> Post:
    wiring.connect()
    return Post(desk)


# --- by which ways ------------------------------------------------------------------------------------------------------


def test_a_reader_who_did_not_choose_is_told_as_the_library_does_it(post: Post) -> None:
    post.tell(post.reader("P0002"))
    post.work()
    assert (post.sent("email"), post.sent("sms"), post.sent("wechat")) == (["p0002@example.org"], ["13800000002"], [])
    assert offenders(post.desk.database) == {}


@pytest.mark.parametrize(
    ("channels", "ways"), [([], []), (["wechat"], ["wechat"]), (["email", "wechat"], ["email", "wechat"])]
)
def test_a_reader_is_told_as_they_chose(post: Post, channels: list[str], ways: list[str]) -> None:
    post.tell(post.reader("P0002", channels=channels))
    post.work()
    assert [name for name, box in post.boxes.items() if box.sent] == ways


def test_ways_without_an_address_and_ways_not_set_up_are_left_out(post: Post) -> None:
    del post.boxes["sms"]
    post.tell(post.reader("P0002", email=None, channels=["email", "sms", "wechat"]))
    post.work()
    assert post.states() == [("wechat", "sent")]


def test_a_guardian_gets_what_a_child_without_address_is_told(post: Post) -> None:
    guardian = post.reader("P0002", language="en", channels=["email", "sms"])
    child = post.reader("P0003", email=None, category="child", guardian_id=guardian)
    post.tell(child)
    post.work()
    assert (post.sent("email"), post.sent("sms")) == (["p0002@example.org"], ["13800000003"])
    assert post.boxes["email"].sent[0].subject.startswith("Your card expires")


def test_an_address_that_was_taken_away_meanwhile_is_not_used(post: Post) -> None:
    patron_id = post.reader("P0002", channels=["sms"])
    post.tell(patron_id)
    post.deliverer().plan()
    gone = update(Patron).where(Patron.id == patron_id).values(phone_encrypted=None, phone_digest=None)
    post.desk.write(lambda s: s.execute(gone))
    post.work()
    assert post.states() == [("sms", "dropped")]


def test_staff_are_told_on_the_screen_alone(post: Post) -> None:
    owed = Owed(
        kind="transfer_late", patron_id=None, org_id=post.desk.county.hub, occasion=Occasion(subject_id=1, at=NOW)
    )
    post.desk.write(lambda s: tell(make_context(s), [owed]))
    post.work()
    assert post.states() == []


# --- when ---------------------------------------------------------------------------------------------------------------


def test_phones_stay_silent_at_night_and_e_mail_does_not(post: Post) -> None:
    post.now = NOW + timedelta(hours=12)  # half past ten in the evening
    post.tell(post.reader("P0002", channels=["email", "sms", "wechat"]))
    post.work()
    assert post.states() == [("email", "sent"), ("sms", "waiting"), ("wechat", "waiting")]
    post.now = NOW + timedelta(hours=21, minutes=31)  # 8:01
    post.work()
    assert [status for _, status in post.states()] == ["sent"] * 3


def test_what_failed_in_the_evening_waits_for_the_morning(post: Post) -> None:
    post.boxes["sms"].errors = [NotDelivered("HTTP 500", is_final=False)]
    post.now = NOW + timedelta(hours=10, minutes=29, seconds=30)  # half a minute before nine
    post.tell(post.reader("P0002", channels=["sms"]))
    post.work()
    post.now += timedelta(minutes=2)
    post.work()
    assert post.sent("sms") == []
    (delivery,) = post.deliveries()
    assert delivery.due_at == NOW + timedelta(hours=21, minutes=30)


def test_what_nobody_needs_any_more_is_not_sent(post: Post) -> None:
    patron_id = post.reader("P0002", channels=["sms"])
    loan = post.desk.check_out(patron="P0002")
    due = Owed(
        kind="due_soon",
        patron_id=patron_id,
        org_id=post.desk.county.branch,
        occasion=Occasion(subject_id=loan.id or 0, at=loan.due_at or NOW),
    )
    post.now = NOW + timedelta(hours=12)
    post.desk.write(lambda s: tell(make_context(s, now=post.now), [due]))
    post.work()
    post.desk.check_in()
    post.now = NOW + timedelta(hours=23)
    post.work()
    assert post.states() == [("sms", "dropped")]
    assert post.sent("sms") == []


# --- what fails ---------------------------------------------------------------------------------------------------------


def test_a_failure_is_tried_again_ever_later_and_then_given_up(post: Post) -> None:
    post.boxes["email"].errors = [NotDelivered("451 later", is_final=False) for _ in range(9)]
    post.tell(post.reader("P0002", channels=["email"]))
    waits = []
    for _ in range(len(PAUSES) + 1):
        post.work()
        (delivery,) = post.deliveries()
        waits.append(delivery.due_at - post.now)
        post.now = max(post.now, delivery.due_at)
    assert tuple(waits[:-1]) == PAUSES
    assert (delivery.status, delivery.attempts, delivery.error) == ("failed", len(PAUSES) + 1, "451 later")
    post.now += timedelta(days=9)
    post.work()
    assert len(post.boxes["email"].errors) == 9 - len(PAUSES) - 1  # nobody tried again
    assert offenders(post.desk.database) == {}


def test_a_final_refusal_is_given_up_at_once_and_the_next_message_goes_out(post: Post) -> None:
    post.boxes["email"].errors = [NotDelivered("550 unknown", is_final=True)]
    for number, card in enumerate(("P0002", "P0003")):
        post.tell(post.reader(card, channels=["email"]), number)
    post.work()
    assert [status for _, status in post.states()] == ["failed", "sent"]


def test_a_message_that_a_channel_chokes_on_keeps_no_other(post: Post) -> None:
    post.boxes["email"].errors = [ValueError("p0002@example.org")]
    for number, card in enumerate(("P0002", "P0003")):
        post.tell(post.reader(card, channels=["email"]), number)
    post.work()
    assert [status for _, status in post.states()] == ["waiting", "sent"]
    assert post.deliveries()[0].error == "ValueError"


def test_a_channel_that_is_down_costs_no_try_and_all_goes_out_when_it_is_back(post: Post) -> None:
    post.boxes["email"].errors = [ChannelDown("refused") for _ in range(20)]
    post.tell(post.reader("P0002", channels=["email"]))
    post.deliverer().plan()
    for _ in range(20):
        with pytest.raises(ChannelDown):
            post.deliverer().deliver("email")
        post.now += timedelta(minutes=1)
    (delivery,) = post.deliveries()
    assert (delivery.status, delivery.attempts, delivery.error) == ("waiting", 0, "refused")
    post.work()
    assert post.states() == [("email", "sent")]


def test_a_process_that_ends_between_sending_and_noting_sends_again_with_the_same_key(post: Post) -> None:
    """At least once by a channel; the key is how the other side knows."""
    post.boxes["sms"].errors = [Killed()]
    post.tell(post.reader("P0002", channels=["sms"]))
    post.deliverer().plan()
    with pytest.raises(Killed):
        post.deliverer().deliver("sms")
    post.work()
    assert len(post.boxes["sms"].sent) == 1  # its lease is not over
    post.now += LEASE + timedelta(seconds=1)
    post.work()
    assert [message.key for message in post.boxes["sms"].sent] == [post.deliveries()[0].key] * 2
    assert post.states() == [("sms", "sent")]


def test_a_try_that_took_too_long_does_not_overwrite_a_later_one(post: Post) -> None:
    post.tell(post.reader("P0002", channels=["sms"]))
    post.deliverer().plan()

    @dataclass
    class Slow(Box):
        def send(self, message: Message) -> None:
            post.now += LEASE + timedelta(seconds=1)
            post.boxes["sms"] = Box("sms", "phone")
            post.work()
            raise NotDelivered("HTTP 500", is_final=True)

    post.boxes["sms"] = Slow("sms", "phone")
    post.work()
    assert post.states() == [("sms", "sent")]


# --- at once ------------------------------------------------------------------------------------------------------------


def test_several_workers_at_once_send_each_notice_once(post: Post) -> None:
    for number in range(6):
        post.tell(post.reader(f"R000{number}", channels=["email"]), number)
    start = Barrier(4)

    def at_once(_number: int) -> None:
        deliverer = post.deliverer()
        start.wait()
        deliverer.plan()
        deliverer.deliver("email")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(at_once, range(4)))
    post.work()
    assert sorted(post.sent("email")) == [f"r000{number}@example.org" for number in range(6)]
    assert offenders(post.desk.database) == {}


def test_an_undone_telling_leaves_nothing(post: Post) -> None:
    """A notice belongs to the transaction that owes it."""
    patron_id = post.reader("P0002")

    def fail(session: object) -> None:
        owed = Owed(
            kind="card_expires",
            patron_id=patron_id,
            org_id=post.desk.county.branch,
            occasion=Occasion(subject_id=1, at=NOW),
        )
        tell(make_context(session), [owed])  # type: ignore[arg-type]
        raise Killed

    with pytest.raises(Killed):
        post.desk.write(fail)
    assert post.desk.read(lambda s: s.scalars(select(Notice.id)).all()) == []
    assert post.tell(patron_id) == 1
