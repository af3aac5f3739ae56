"""The days in a plan's life."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from policies.models.plans import Plan
from publishing.fields import Text
from publishing.partial_dates import PartialDateField
from publishing.rows import RecordQuerySet, Row


class PlanEventQuerySet(RecordQuerySet["PlanEvent"]):
    def get_by_natural_key(self, plan: str, kind: str, date: str) -> Any:
        return self.get(plan=plan, kind=kind, date=date)


class PlanEvent(Row):
    """A day in a plan's life."""

    class Kind(models.TextChoices):
        """What happened. `signed` is the date that the document bears (成文日期), `published` the day it was made public (发布日期)."""

        ANNOUNCED = "announced"
        CONSULTATION_OPENED = "consultation_opened"
        CONSULTATION_CLOSED = "consultation_closed"
        FIRST_READING = "first_reading"
        ADOPTED = "adopted"
        APPROVED = "approved"
        SIGNED = "signed"
        PUBLISHED = "published"
        EFFECTIVE = "effective"
        AMENDED = "amended"
        REPEALED = "repealed"
        EXPIRED = "expired"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="events")
    kind = Text(max_length=20, choices=Kind, help_text="What happened: signed, published, effective …")
    date = PartialDateField(help_text="When; partial date.")

    objects: ClassVar[Any] = PlanEventQuerySet.as_manager()

    class Meta:
        ordering = ("plan", "date_earliest", "id")
        constraints = (
            models.UniqueConstraint(fields=("plan", "kind", "date"), name="plan_event_once"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=(
                        "announced",
                        "consultation_opened",
                        "consultation_closed",
                        "first_reading",
                        "adopted",
                        "approved",
                        "signed",
                        "published",
                        "effective",
                        "amended",
                        "repealed",
                        "expired",
                    )
                ),
                name="plan_event_kind_is_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.date}"

    def natural_key(self) -> tuple[str, str, str]:
        return self.plan_id, self.kind, self.date
