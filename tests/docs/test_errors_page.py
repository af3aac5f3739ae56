"""What problems link to."""

from __future__ import annotations

import html
import json
import re

import pytest
from django.test import Client

from publishing.errors import Problem

PATH = "/docs/errors"
TYPES = sorted({problem.type for problem in Problem.__subclasses__()} - {"about:blank"})


@pytest.fixture
def page() -> str:
    return Client().get(PATH).content.decode()


@pytest.mark.parametrize("type_", TYPES)
def test_every_kind_of_problem_is_explained(type_: str, page: str) -> None:
    path, anchor = type_.split("#")

    assert path == PATH
    assert page.count(f'<h2 id="{anchor}">') == 1


@pytest.mark.django_db
def test_example_is_what_the_api_answers(page: str) -> None:
    [example] = re.findall(r"<pre>GET (.+?)\n\n(.+?)</pre>", page, re.DOTALL)
    asked, answer = map(html.unescape, example)

    assert Client().get(asked).json() == json.loads(answer)
