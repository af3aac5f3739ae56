"""Rules that find wrong data. A rule yields the ids of the rows that break it, in a number of queries that does not grow with the rows."""

from policies.dataset_rules import dates, drafts, facts, figures, names, sources, vocabularies
from policies.dataset_rules.rule import Rule

__all__ = ["RULES", "Rule"]

# As the check tells them: room by room, and within one as they stand there.
RULES = tuple(
    rule for room in (sources, dates, drafts, figures, facts, names, vocabularies) for rule in vars(room).values() if isinstance(rule, Rule)
)
