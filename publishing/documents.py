"""The stored documents of known records, to be put into an answer as they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import orjson
from django.db.models import Q

from publishing.models import Document


def bodies(wanted: Mapping[str, Collection[str]]) -> dict[tuple[str, str], orjson.Fragment]:
    """The current documents of these records (ids by resource), in one query, by resource and id; what is not published has none."""
    asked = Q()
    for resource, ids in wanted.items():
        if ids:
            asked |= Q(resource=resource, record__in=ids)
    if not asked:
        return {}
    found = Document.objects.current().bodies().filter(asked).values_list("resource", "record", "body")
    return {(resource, record): orjson.Fragment(body) for resource, record, body in found}
