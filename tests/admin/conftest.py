import pytest
from django.contrib.auth.models import User
from django.db import transaction

from tests.admin.world import make_world


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """A world that the tests of a module share: each of them takes back what it changed, and what they began with goes with the last."""
    with django_db_blocker.unblock(), transaction.atomic():
        make_world(2)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def editor(client, db):
    """A browser in which an editor is logged in."""
    client.force_login(User.objects.create_superuser("editor"))
    return client
