"""How jurisdictions, institutions and rankings are called: with their administrative level or without."""

from __future__ import annotations

from publishing.resolving.usage import Usage
from reference.usage import AI

# What a jurisdiction's name may end with, and the level that it says; 州 and 县 are left out, as they may be half of the name proper.
_LEVELS = {
    "province": ("province", "省"),
    "autonomous region": (
        *("autonomous region", "Zhuang autonomous region", "Hui autonomous region", "Uygur autonomous region"),
        *("自治区", "壮族自治区", "回族自治区", "维吾尔自治区"),
    ),
    "special administrative region": ("special administrative region", "SAR", "特别行政区"),
    "city": ("city", "municipality", "市"),
    "prefecture": ("prefecture", "autonomous prefecture", "地区", "自治州"),
    "league": ("league", "盟"),
    "county": ("county",),
    "district": ("district", "区"),
    "new area": ("new area", "新区"),
}
JURISDICTIONS = Usage(
    endings={ending: level for level, endings in _LEVELS.items() for ending in endings},
    told_apart_by=("level", "parent"),
)
INSTITUTIONS = Usage(
    synonyms=AI,
    light=("people's", "municipal", "provincial", "government", "bureau", "office", "人民", "政府", "办公厅", "办公室", "省", "市"),
    told_apart_by=("kind", "jurisdiction"),
)
RANKINGS = Usage(synonyms=AI, told_apart_by=("publisher", "year"))
