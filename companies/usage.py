"""How companies and products are called: with their legal form or without."""

from __future__ import annotations

from publishing.resolving.usage import Usage
from reference.usage import AI

_FORMS = ("Inc", "Incorporated", "Ltd", "Limited", "Co Ltd", "Co", "Company", "Corp", "Corporation", "Group", "Holdings", "Holding")
_FORMS_ZH = ("有限公司", "股份有限公司", "有限责任公司", "集团有限公司", "公司", "集团", "股份")
COMPANIES = Usage(
    endings=dict.fromkeys((*_FORMS, *_FORMS_ZH), "company"),
    synonyms=AI,
    light=("technology", "technologies", "tech", "robotics", "robot", "科技", "技术", "机器人"),
    told_apart_by=("headquarters",),
)
PRODUCTS = Usage(synonyms=AI, told_apart_by=("company", "kind"))
