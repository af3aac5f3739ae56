import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat

from cities.models import *
from companies.models import *
from policies.models import *
from publishing.editing import editing
from publishing.models import Revision
from reference.models import *
from tests import factories as make
from tests.publishing.invariant import check

pytestmark = pytest.mark.django_db(transaction=True)


def test_nested_rollback():
    city = make.city()
    with transaction.atomic():
        city.name_en = "B"
        city.save()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            with editing():
                make.plan()
            1 / 0
    check()


def test_nested_failure():
    city = make.city()
    with transaction.atomic():
        city.name_en = "B"
        city.save()
        with pytest.raises(ValidationError), editing():
            Topic.objects.create(id="t", name_en="x", definition="y")
            Company.objects.create(id="c", name_en="x")
    check()


def test_outer_actor():
    city = make.city()
    with editing(actor="alice"):
        with editing():
            pass
        city.name_en = "B"
        city.save()
    assert Revision.objects.latest("number").actor == "alice"


def test_actor_leak():
    with transaction.atomic():
        from publishing.tracking import pending

        pending().actor = "bob"
    make.city()
    assert Revision.objects.latest("number").actor is None


def test_stale_instance_delete():
    a, b = make.plan("a"), make.plan("b")
    t = make.target(a)
    Target.objects.filter(pk=t.pk).update(plan=b)
    t.delete()
    check()


def test_update_pk():
    a = make.city("a")
    City.objects.filter(pk="a").update(id="b")
    check()
    City.objects.filter(pk="b").update(id=Concat(F("id"), Value("c")))
    check()


def test_unpublish_plan_of_contradicting():
    a, b = make.plan("a"), make.plan("b")
    t = make.target(a)
    u = make.target(b, contradicts=[t])
    check()
    b.is_published = False
    b.save()
    check()


def test_unsourced_hidden_target():
    a = make.plan("a", is_published=False)
    t = make.target(a, sources=[])
    a.is_published = True
    with pytest.raises(ValidationError):
        a.save()


def test_raw_outside():
    from django.core.serializers.base import DeserializedObject

    c = make.city()
    from django.db.transaction import TransactionManagementError

    c.name_en = "B"
    with pytest.raises(TransactionManagementError):
        DeserializedObject(c).save()
    check()


def test_reverse_add():
    a, b = make.plan("a"), make.plan("b")
    t = make.target(a)
    b.targets.add(t)
    check()
    b.targets.set([]) if False else None
    m = make.measure(a)
    b.measures.set([m])
    check()


def test_upsert_moves():
    a, b = make.plan("a"), make.plan("b")
    t = make.target(a)
    t.plan = b
    Target.objects.bulk_create([t], update_conflicts=True, unique_fields=["id"], update_fields=["plan"])
    check()


def test_ignore_conflicts():
    a, b = make.plan("a"), make.plan("b")
    t = make.target(a)
    t.plan = b
    Target.objects.bulk_create([t], ignore_conflicts=True)
    check()
    e = make.event(a)
    PlanEvent.objects.bulk_create([PlanEvent(plan=a, kind=e.kind, date=e.date), PlanEvent(plan=b, kind=e.kind, date=e.date)], ignore_conflicts=True)
    check()
    PlanEvent.objects.bulk_create(
        [PlanEvent(plan=a, kind=e.kind, date=e.date), PlanEvent(plan=b, kind="published", date=e.date)],
        update_conflicts=True,
        unique_fields=["plan", "kind", "date"],
        update_fields=["kind"],
    )
    check()


def test_through():
    a = make.plan("a")
    t = make.topic("t")
    Plan.topics.through.objects.create(plan=a, topic=t)
    check()


def test_through2():
    a = make.plan("a")
    t = make.topic("t")
    a.topics.add(t)
    Plan.topics.through.objects.all().delete()
    check()


def test_through3():
    a = make.plan("a")
    t = make.topic("t")
    Plan.topics.through.objects.bulk_create([Plan.topics.through(plan=a, topic=t)])
    check()


def test_back_and_forth():
    a = make.city("a")
    n = Revision.objects.count()
    with transaction.atomic():
        with editing():
            City.objects.update(name_en="B")
        with editing():
            City.objects.update(name_en=a.name_en)
    check()
    assert Revision.objects.count() == n


def test_update_slices():
    make.city("a")
    with pytest.raises(TypeError):
        City.objects.all()[:1].update(name_en="B")
    City.objects.order_by("-name_en").update(name_en="B")
    City.objects.distinct().update(name_en="C")
    check()
    City.objects.filter(parent__name_en__gt="").distinct().update(name_en="D")
    from django.db.models import Count

    City.objects.annotate(n=Count("plans")).filter(n=0).update(name_en="E")
    check()


def test_clear_reverse():
    a = make.plan("a")
    t = make.topic("t")
    a.topics.add(t)
    t.plans.clear()
    check()
    a.topics.add(t)
    t.plans.set([])
    check()
    t.plans.set([a])
    check()
    t.plans.remove(a)
    check()
    b = make.plan("b")
    a.contradicts.add(b)
    check()
    b.contradicts.clear()
    check()


def test_manual_transactions():
    c = make.city()
    transaction.set_autocommit(False)
    try:
        with editing():
            City.objects.update(name_en="B")
        transaction.commit()
        with editing():
            City.objects.update(name_en="C")
        transaction.commit()
    finally:
        transaction.set_autocommit(True)
    check()
    assert Revision.objects.count() == 3


def test_manual_savepoint():
    c = make.city()
    with transaction.atomic():
        sid = transaction.savepoint()
        with editing():
            City.objects.update(name_en="B")
        transaction.savepoint_rollback(sid)
        with editing():
            City.objects.update(name_en="C")
    check()


def test_protected_in_outer():
    from django.db.models import ProtectedError

    c = make.city()
    p = make.plan("a", jurisdiction=c)
    with transaction.atomic():
        with pytest.raises(ProtectedError):
            c.delete()
        c.name_en = "B"
        c.save()
    check()


def test_delete_contradicted():
    a = make.plan("a")
    b = make.plan("b", contradicts=[a])
    ta = make.target(a)
    tb = make.target(b, contradicts=[ta])
    a.delete()
    check()


def test_levels():
    c = make.city()
    check()
    City.objects.filter(pk=c.pk).update(level="district")
    check()
    x = City.objects.get(pk=c.pk)
    x.level = "municipality"
    x.save()
    check()
    x.delete()
    check()


def test_unpublish_company():
    c = make.company()
    d = make.company("d")
    p = make.product(c)
    q = make.product(d, "q", contradicts=[p])
    o = make.observation(company=c)
    o2 = make.observation("o2", contradicts=[o])
    r = make.ranking()
    make.entry(r, company=c)
    make.presence(c)
    make.listing(c)
    pl = make.plan(companies=[c])
    i = make.institution(company=c)
    check()
    Company.objects.filter(pk="company").update(is_published=False)
    check()
