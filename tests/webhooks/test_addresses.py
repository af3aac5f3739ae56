"""Messages go to the public internet, never into the network that we run in."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from webhooks.addresses import refuse_address, resolve
from webhooks.models import Subscription
from webhooks.sending import send

INSIDE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255",
    "[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[::ffff:10.0.0.1]", "[::ffff:127.0.0.1]", "[64:ff9b::a00:1]", "[2002:7f00:1::]", "[ff02::1]",
]  # fmt: skip


@pytest.mark.parametrize("host", INSIDE)
def test_address_inside_is_refused(host):
    with pytest.raises(ValueError, match="Private and local"):
        refuse_address(f"https://{host}/hooks")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "https:///x",
        "https://example.com/a b",
        "https://u:p@example.com/",
        "//example.com/",
    ],
)
def test_address_that_is_none_is_refused(url):
    with pytest.raises(ValueError, match="Give"):
        refuse_address(url)


def test_name_of_an_address_inside_is_refused_when_it_is_looked_up():
    with pytest.raises(ValueError, match="private or local"):
        resolve(refuse_address("https://localhost/hooks"))

    outcome = send("https://localhost/hooks", "msg_1", "{}", Subscription().secret)
    assert (outcome.status, outcome.words) == (None, "ValueError: localhost is a private or local address.")


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1"])
def test_number_that_stands_for_an_address_inside_is_refused_when_it_is_looked_up(host):
    assert send(f"https://{host}/", "msg_1", "{}", Subscription().secret).status is None
    with pytest.raises(ValueError, match=r"private or local|not found"):
        resolve(refuse_address(f"https://{host}/"))


def test_subscription_with_faults_is_refused_with_all_of_them(db):
    faulty: Any = {"url": "https://10.0.0.1/", "resources": ["plans", "nothing"], "told_to": "x"}
    subscription = Subscription(**faulty)

    with pytest.raises(ValidationError) as refused:
        subscription.full_clean()

    assert set(refused.value.message_dict) == {"url", "resources", "told_to"}
