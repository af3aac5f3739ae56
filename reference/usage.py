"""How things are called, whatever they are: what `publishing.resolving` has to know of names on AI, in English and Chinese."""

from __future__ import annotations

from publishing.resolving.usage import Usage

AI = (("AI", "artificial intelligence", "人工智能"),)
# A claim is asked for by its title only where that is said: most titles name what they are about.
SOURCES = Usage(synonyms=AI, told_apart_by=("publisher", "published_on"), by_default=False)
TOPICS = Usage(synonyms=AI, told_apart_by=("parent",))
INDICATORS = Usage(synonyms=AI, told_apart_by=("unit",))
