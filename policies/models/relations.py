"""What plans are to each other."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from policies.models.plans import Plan
from publishing.fields import Text
from publishing.rows import RecordQuerySet, Row


class PlanRelationQuerySet(RecordQuerySet["PlanRelation"]):
    def get_by_natural_key(self, plan: str, kind: str, other: str) -> Any:
        return self.get(plan=plan, kind=kind, other=other)

    def published(self) -> Self:
        return self.filter(plan__is_published=True, other__is_published=True)


class PlanRelation(Row):
    """What a plan is to another: it finalises its draft, replaces an older edition, implements a higher plan …"""

    class Kind(models.TextChoices):
        """Read as a sentence: the plan `finalises` the other."""

        FINALISES = "finalises"
        REPLACES = "replaces"
        AMENDS = "amends"
        IMPLEMENTS = "implements"
        PART_OF = "part_of"
        ANNEX_OF = "annex_of"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="outgoing")
    kind = Text(max_length=10, choices=Kind, help_text="finalises, replaces, amends, implements, part_of or annex_of.")
    other = models.ForeignKey(Plan, models.CASCADE, related_name="incoming", help_text="The plan that it finalises, replaces …")

    objects: ClassVar[Any] = PlanRelationQuerySet.as_manager()

    class Meta:
        ordering = ("plan", "kind", "other")
        constraints = (
            models.UniqueConstraint(fields=("plan", "kind", "other"), name="plan_relation_once"),
            models.CheckConstraint(
                condition=~Q(plan=F("other")),
                name="plan_relation_is_to_another",
                violation_error_message="A plan has no relation to itself.",
                violation_error_code="other",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("finalises", "replaces", "amends", "implements", "part_of", "annex_of")),
                name="plan_relation_kind_is_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.plan_id} {self.kind} {self.other_id}"

    def natural_key(self) -> tuple[str, str, str]:
        return self.plan_id, self.kind, self.other_id
