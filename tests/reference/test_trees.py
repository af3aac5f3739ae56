"""Trees: what lies below another never lies below itself, and a place not too deep to be found."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from policies.dataset_rules.rows import line
from publishing.editing import editing
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("made", "link"),
    [(make.topic, "parent"), (make.city, "parent"), (make.institution, "parent"), (make.company, "parent"), (make.source, "original")],
)
def test_record_that_would_lie_below_itself_is_refused(made: Any, link: str) -> None:
    with editing():
        top, below = made("top"), made("below")
        setattr(below, link, top)
        below.save()
    setattr(top, link, below)

    with pytest.raises(ValidationError) as refused:
        top.full_clean()

    assert set(refused.value.message_dict) == {link}


def test_place_that_would_push_those_below_it_too_deep_is_refused() -> None:
    with editing():
        city = make.city("city", parent=make.province())
        district = make.city("district", level="district", parent=city)
        make.city("zone", level="zone", parent=district)
        other = make.city("other", level="district", parent=city)
    district.parent = other

    with pytest.raises(ValidationError, match="at most 5 levels deep"):
        district.full_clean()


def test_circle_that_went_by_a_bulk_write_does_not_hold_up_the_check() -> None:
    assert list(line("a", {"a": "b", "b": "a"})) == ["a", "b"]
