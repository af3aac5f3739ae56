"""What governments promise: plans with their events, relations, targets and measures; and what was observed since."""

from policies.models.events import PlanEvent
from policies.models.measures import Measure
from policies.models.observations import Observation
from policies.models.plans import Plan
from policies.models.relations import PlanRelation
from policies.models.targets import Target
from policies.models.terms import MeasureTerm

__all__ = ["Measure", "MeasureTerm", "Observation", "Plan", "PlanEvent", "PlanRelation", "Target"]
