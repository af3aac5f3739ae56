"""How plans are called: as a draft or not, with their edition or without, and with the words that most of them have."""

from __future__ import annotations

from publishing.resolving.usage import Usage
from reference.usage import AI

_DRAFT = (
    "draft", "draft for comment", "draft for comments", "draft for public comment", "consultation draft",
    "征求意见稿", "公开征求意见稿", "草案", "草案征求意见稿", "送审稿",
)  # fmt: skip
_EDITION = ("edition", "年版", "版", "年")
_LIGHT = (
    "plan", "action plan", "implementation plan", "three-year action plan", "measures", "several measures", "opinions", "notice",
    "promote", "promoting", "accelerate", "accelerating", "building", "development", "high-quality development", "industry", "several", "plus",
    "行动计划", "行动方案", "实施方案", "实施意见", "三年行动计划", "三年行动方案", "若干措施", "若干政策", "关于", "通知",
    "加快", "推进", "促进", "推动", "产业", "发展", "高质量发展", "建设", "打造", "支持", "市", "省", "年",
)  # fmt: skip
PLANS = Usage(
    endings={**dict.fromkeys(_DRAFT, "draft"), **dict.fromkeys(_EDITION, "edition")},
    setting_apart=("draft",),
    synonyms=AI,
    light=_LIGHT,
    told_apart_by=("jurisdiction", "status", "issued_on"),
    further_properties={"year": ("issued_on", "consultation_opened", "period_start")},
)
