"""Rules on sources: that there are some, whose they are, where and when."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any
from urllib.parse import urlsplit

from django.db.models import F, Q

from policies.dataset_rules.rows import FACTS, ids, today
from policies.dataset_rules.rule import Ids, rule
from reference.models import Source, Unit


@rule("wrong", "Each fact rests on a source.")
def unsourced_fact() -> Ids:
    for model in FACTS:
        yield from ids(model.objects.filter(sources=None))


@rule("wrong", "A source of which neither publisher nor date is known cannot be found again.")
def source_of_unknown_origin() -> Ids:
    yield from ids(Source.objects.filter(publisher=None, published_on=None))


@rule("gap", "It is not known who published the source.")
def source_without_publisher() -> Ids:
    yield from ids(Source.objects.filter(publisher=None).exclude(published_on=None))


@rule("gap", "It is not known when the source was published.")
def source_without_date() -> Ids:
    yield from ids(Source.objects.filter(published_on=None).exclude(publisher=None))


@rule("gap", "No address of the source is known.")
def source_without_address() -> Ids:
    yield from ids(Source.objects.filter(url=None))


@rule("wrong", "One page is one source.")
def sources_with_one_address() -> Ids:
    pages = defaultdict(list)
    addresses: Any = Source.objects.exclude(url=None).order_by("id").values_list("id", "url")
    for id, url in addresses:
        pages[re.sub(r"^https?://(www\.)?", "", url.partition("#")[0]).rstrip("/")].append(id)
    yield from (" and ".join(ids) for ids in pages.values() if len(ids) > 1)


# The Communist Party's and the European Union's own hosts, beside the governments' own domains.
_OFFICIAL_HOST = re.compile(r"(^|\.)(gov|gob|gouv|go)(\.[a-z]{2})?$|(^|\.)(12371\.cn|europa\.eu)$")


@rule("wrong", "An official source is a page of a government or party body on its own host; a copy elsewhere is the copier's.")
def official_source_elsewhere() -> Ids:
    officials: Any = Source.objects.filter(kind="official").exclude(url=None).order_by("id").values_list("id", "url")
    for id, url in officials:
        if not _OFFICIAL_HOST.search(urlsplit(url).hostname or ""):
            yield id


@rule("wrong", "Nothing is published tomorrow, or read before it is published.")
def source_date_order() -> Ids:
    future = Q(published_on_earliest__gt=today()) | Q(retrieved_on_earliest__gt=today())
    yield from ids(Source.objects.filter(future | Q(retrieved_on_latest__lt=F("published_on_earliest"))))


@rule("gap", "No fact rests on the source, and no other source republishes it.")
def unused_source() -> Ids:
    links = [f"{model._meta.model_name}s" for model in FACTS]
    used: set[Any] = {source for link in links for source in Source.objects.filter(**{f"{link}__isnull": False}).values_list("id", flat=True)}
    used |= set(Source.objects.exclude(original=None).values_list("original", flat=True))
    used |= set(Unit.objects.exclude(rates=None).values_list("rates__source", flat=True))
    yield from ids(Source.objects.exclude(id__in=used))
