"""Editors say who is told, see how that goes, and have it said again."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from tests.admin.pages import adding, changing, filled_in, listing
from tests.http.world import topic
from tests.webhooks.receiver import receiving
from webhooks.delivery import deliver_all
from webhooks.messages import ping
from webhooks.models import Message, Subscription

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def editor(client, settings):
    settings.WEBHOOKS_PRIVATE = True
    client.force_login(User.objects.create_superuser("editor"))
    return client


def test_subscription_is_made_with_a_secret_that_its_page_shows(editor):
    editor.post(adding(Subscription), {"url": "https://receiver.test/", "resources": "plans\ntargets", "told_to": "0", "is_active": "on"})

    made = Subscription.objects.get()
    assert (made.url, made.resources, made.secret[:6], len(made.secret)) == ("https://receiver.test/", ["plans", "targets"], "whsec_", 50)
    assert made.secret in editor.get(changing(made)).content.decode()


def test_faults_are_said_in_the_form(editor, settings):
    settings.WEBHOOKS_PRIVATE = False

    page = editor.post(adding(Subscription), {"url": "https://127.0.0.1/", "resources": "plan", "told_to": "-1", "is_active": "on"})

    assert set(page.context["adminform"].form.errors) == {"url", "resources", "told_to"}
    assert Subscription.objects.count() == 0


def test_secret_is_not_shown_to_those_who_may_only_look(client):
    subscription = Subscription.objects.create(url="https://receiver.test/")
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename="view_subscription"))
    client.force_login(reader)

    page = client.get(changing(subscription))

    assert (page.status_code, subscription.secret in page.content.decode()) == (200, False)


def test_test_message_is_sent_and_its_outcome_shown(editor):
    with receiving(503) as receiver:
        subscription = Subscription.objects.create(url=receiver.url)
        act(editor, Subscription, "send_ping", subscription)
        list(deliver_all())

    message = Message.objects.get()
    assert [message.kind, *receiver.ids] == ["ping", message.pk]
    assert "503 Service Unavailable" in editor.get(changing(message)).content.decode()
    assert f"{message.pk}</a> ping: failed 1 times" in editor.get(changing(subscription)).content.decode()


def test_message_is_sent_again_as_it_was(editor):
    with receiving() as receiver:
        Subscription.objects.create(url=receiver.url)
        topic("compute")
        list(deliver_all())
        act(editor, Message, "send_again", Message.objects.get())
        list(deliver_all())

    (first, body), (second, again) = receiver.got
    assert (first["webhook-id"], body) == (second["webhook-id"], again)


def test_place_that_is_set_back_is_told_from_again(editor):
    with receiving() as receiver:
        subscription = Subscription.objects.create(url=receiver.url)
        topic("compute")
        list(deliver_all())
        save(editor, subscription, told_to="0")
        list(deliver_all())

    assert receiver.told == [(1, "compute", "created")] * 2
    assert len(set(receiver.ids)) == 2


def test_subscription_that_is_switched_on_again_is_told_at_once_what_it_missed(editor):
    with receiving(500) as receiver:
        subscription = Subscription.objects.create(url=receiver.url)
        topic("compute")
        list(deliver_all())
        subscription.switch_off("It took nothing for days.")
        save(editor, subscription, is_active="on")
        list(deliver_all())

    subscription.refresh_from_db()
    assert (subscription.switched_off, receiver.told) == (None, [(1, "compute", "created")] * 2)


def test_new_secret_takes_the_place_of_the_old(editor):
    subscription = Subscription.objects.create(url="https://receiver.test/")
    old = subscription.secret

    act(editor, Subscription, "make_new_secret", subscription)

    subscription.refresh_from_db()
    assert (subscription.secret[:6], subscription.secret != old) == ("whsec_", True)


def test_actions_are_not_for_those_who_may_only_look(client):
    subscription = Subscription.objects.create(url="https://receiver.test/")
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__in=["view_subscription", "view_message"]))
    client.force_login(reader)
    message = ping(subscription)
    Message.objects.update(next_attempt_at=None)

    act(client, Subscription, "send_ping", subscription)
    act(client, Message, "send_again", message)

    assert list(Message.objects.values_list("pk", "next_attempt_at")) == [(message.pk, None)]
    assert client.get(reverse("admin:webhooks_message_changelist")).status_code == 200


def act(editor, model, action, *rows):
    editor.post(listing(model), {"action": action, "_selected_action": [row.pk for row in rows]})


def save(editor, row, **changes):
    page = editor.post(changing(row), {**filled_in(editor.get(changing(row))), **changes})
    assert page.status_code == 302, page.context["adminform"].form.errors
