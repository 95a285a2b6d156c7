"""Routes for whoever writes MARC: a record is checked before it is sent, and the tag tables by which that is done can be read."""

from __future__ import annotations

from typing import Any

from branches.http import context
from branches.rights import PUBLIC
from catalog.api.bibs import LARGEST_RECORD_BYTES, RECORD_BODY, reads_record
from catalog.marc.checking import rules_of
from catalog.schemas.checks import CheckSchema, TagRulesSchema
from catalog.service.bibs import Container, read_single
from catalog.service.desk import CataloguingDesk
from catalog.show import show_check, show_rules
from kernel.http import language, largest_body, reads_only, right
from kernel.routes import Blueprint

blueprint = Blueprint("marc", __name__, description="MARC records: checked before they are kept")


@blueprint.route("/bibs/checks", methods=["POST"])
@right("bib.write")
@largest_body(LARGEST_RECORD_BYTES)
@blueprint.doc(requestBody=RECORD_BODY)
@reads_record
@reads_only
@blueprint.response(200, CheckSchema)
def check(record: tuple[bytes, Container]) -> Any:
    """What would be said of a record if it were sent now. Nothing is written, and no key is needed."""
    read = read_single(*record)
    return show_check(read.format, CataloguingDesk(context()).check(read.record, read.format), language())


@blueprint.route("/marc/<any(cnmarc,marc21):format>/fields", methods=["GET"])
@right(PUBLIC)
@blueprint.response(200, TagRulesSchema)
def show_fields(format: Any) -> Any:
    """The fields of a format: names, what may repeat, values of indicators, subfields."""
    return show_rules(format, rules_of(format), language())
