"""Names: what a record is called, in two languages, and what else finds it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from publishing.editing import editing
from reference.models import Topic
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_aliases_are_kept_in_order() -> None:
    aliases = ["计算", "Computing power", "50% compute_power", "a, b"]
    with editing():
        make.topic(aliases=aliases)

    assert Topic.objects.get().aliases == aliases


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" one \n\n two ", ["one", "two"]),
        (["one", " ", "two"], ["one", "two"]),
        (None, []),
    ],
)
def test_aliases_are_one_a_line_without_blank_ones(given: Any, kept: list[str]) -> None:
    assert Topic._meta.get_field("aliases").to_python(given) == kept


@pytest.mark.parametrize("aliases", [["Compute"], ["算力"], ["one", "one"]])
def test_alias_says_what_no_name_says_yet(aliases: list[str]) -> None:
    topic = make.topic(name_en="Compute", name_zh="算力", aliases=aliases)

    with pytest.raises(ValidationError, match="Already a name of it"):
        topic.full_clean()


def test_alias_is_one_line() -> None:
    with pytest.raises(ValidationError, match="line break"):
        make.topic(aliases=["one\ntwo"]).full_clean()
