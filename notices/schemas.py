"""Shapes of notices on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.i18n import LANGUAGES
from kernel.schema import Code, Instant, StrictSchema, Trimmed
from notices.contact import LONGEST_EMAIL
from notices.kinds import KINDS
from notices.states import CHANNELS, DELIVERY_STATUSES
from notices.wording import LONGEST


class NoticeQuerySchema(StrictSchema):
    limit = fields.Integer(load_default=50, strict=False, validate=validate.Range(1, 200))
    cursor = fields.String(load_default=None)


class NoticeSchema(StrictSchema):
    """A notice as its reader sees it; `patron` is the name of the child it is about, null for one's own."""

    id = fields.Integer()
    kind = fields.String()
    subject = fields.String()
    text = fields.String()
    language = fields.String()
    org = fields.String()
    patron = fields.String(allow_none=True)
    told_at = Instant()
    read_at = Instant(allow_none=True)


class NoticePageSchema(StrictSchema):
    items = fields.List(fields.Nested(NoticeSchema))
    next = fields.String(allow_none=True)
    unread = fields.Integer()


class NoticesReadSchema(StrictSchema):
    read = fields.Integer()


class NoticeWaysSchema(StrictSchema):
    """`channels` null: as the library does it. `email` null takes the address away."""

    language = fields.String(required=True, allow_none=True, validate=validate.OneOf(LANGUAGES))
    channels = fields.List(
        fields.String(validate=validate.OneOf(list(CHANNELS))),
        required=True,
        allow_none=True,
        validate=validate.Length(max=len(CHANNELS)),
    )
    email = Trimmed(longest=LONGEST_EMAIL, required=True, allow_none=True)


class NoticeWaysShownSchema(StrictSchema):
    """`channels` are those in force; `chosen`: by the reader, else by the library. `phone` is masked."""

    language = fields.String(allow_none=True)
    channels = fields.List(fields.String())
    chosen = fields.Boolean()
    email = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)


class SentQuerySchema(NoticeQuerySchema):
    org = Code()
    kind = fields.String(validate=validate.OneOf(list(KINDS)))
    status = fields.String(validate=validate.OneOf(list(DELIVERY_STATUSES)))


class DeliverySchema(StrictSchema):
    channel = fields.String()
    status = fields.String()
    attempts = fields.Integer()
    next_try_at = Instant(allow_none=True)
    sent_at = Instant(allow_none=True)
    error = fields.String(allow_none=True)
    to_guardian = fields.Boolean()


class SentNoticeSchema(StrictSchema):
    """What staff see of a notice to a reader: that it was sent, not what it says. `patron` is null where the caller may not see readers."""

    id = fields.Integer()
    kind = fields.String()
    patron = fields.String(allow_none=True)
    org = fields.String()
    count = fields.Integer()
    told_at = Instant()
    read = fields.Boolean()
    deliveries = fields.List(fields.Nested(DeliverySchema))


class SentNoticePageSchema(StrictSchema):
    items = fields.List(fields.Nested(SentNoticeSchema))
    next = fields.String(allow_none=True)


class RetriedSchema(StrictSchema):
    ways = fields.Integer()


class WordingSchema(StrictSchema):
    subject = Trimmed(longest=LONGEST["subject"], required=True)
    body = Trimmed(longest=LONGEST["body"], required=True)
    short = Trimmed(longest=LONGEST["short"], required=True)


class NoticeTemplateSchema(WordingSchema):
    """`version` 0 is the wording that the program brings. `places` are what a wording may name in braces."""

    kind = fields.String()
    language = fields.String()
    version = fields.Integer()
    places = fields.List(fields.String())
    saved_at = Instant(allow_none=True)
    saved_by = fields.String(allow_none=True)


class NoticeTemplatePageSchema(StrictSchema):
    items = fields.List(fields.Nested(NoticeTemplateSchema))
    next = fields.String(allow_none=True)
