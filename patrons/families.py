"""At which age a child needs a guardian, and when it has outgrown one. Pure: `today` is an argument.

Under 14 a guardian agrees for the child (PIPL art. 31). From 14 on a young person agrees for themselves; at 18 they leave the family.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from kernel.i18n import Text

CONSENT_AGE: Final = 14
ADULT_AGE: Final = 18
UNBORN: Final = Text("出生日期在今天之后。", "The day of birth lies in the future.")


def age_on(birth_on: date, today: date) -> int:
    """Full years; who was born on 29 February grows older on 1 March."""
    return today.year - birth_on.year - ((today.month, today.day) < (birth_on.month, birth_on.day))


def is_child(birth_on: date | None, today: date, *, has_guardian: bool) -> bool:
    """Whether a guardian must agree. A child whose day of birth nobody noted is taken for one as long as it has a guardian."""
    if birth_on is None:
        return has_guardian
    return age_on(birth_on, today) < CONSENT_AGE


def is_grown_up(birth_on: date | None, today: date) -> bool:
    """Whether somebody is too old for a guardian; not, as long as nobody noted when they were born."""
    return birth_on is not None and age_on(birth_on, today) >= ADULT_AGE


def born_by(age: int, today: date) -> date:
    """The last day of birth of those who have reached an age."""
    try:
        return today.replace(year=today.year - age)
    except ValueError:  # 29 February of a year that has none
        return date(today.year - age, 2, 28)
