"""What a score means: on names of the data set, and as rules that hold for any name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cities.usage import JURISDICTIONS
from companies.usage import COMPANIES
from policies.usage import PLANS
from publishing.resolving.scores import Called, match
from publishing.resolving.usage import PLAIN, Usage

HANGZHOU = Called("hangzhou", ("Hangzhou", "杭州市"), ("杭州",))
CHAOYANG = Called("chaoyang", ("Chaoyang", "朝阳市"), ("朝阳",))
GUANGXI = Called("guangxi", ("Guangxi", "广西壮族自治区"))
XIAN = Called("xian", ("Xi'an", "西安市"))
ZHIPU = Called("zhipu-ai", ("Zhipu AI", "智谱"), ("Z.ai", "北京智谱华章科技"))
DJI = Called("dji", ("DJI Innovations Co., Ltd.", "大疆创新"))
TERMINALS = Called(
    "shenzhen-ai-terminals-2025-2026",
    (
        "Shenzhen Action Plan for Accelerating the AI Terminal Industry (2025-2026)",
        "深圳市加快推进人工智能终端产业发展行动计划(2025—2026年)",
    ),
)
DRAFT = Called("a-draft", ("Suzhou Measures for the AI Chip Industry (draft for comments)", "苏州市加快发展AI芯片产业的若干措施(征求意见稿)"))
FINAL = Called("a-final", ("Suzhou Measures for the AI Chip Industry", "苏州市加快发展AI芯片产业的若干措施"))
EMBODIED = Called(
    "beijing-embodied-intelligence-2025-2027",
    ("Beijing Action Plan for Embodied Intelligence (2025-2027)", "北京具身智能科技创新与产业培育行动计划(2025-2027年)"),
    ("Beijing Action Plan for Innovative and Industrial Cultivation of Tailored Intelligent Technology (2025-2027)",),
)


@pytest.mark.parametrize(
    ("written", "called", "usage", "score", "matched"),
    [
        ("Hangzhou", HANGZHOU, JURISDICTIONS, 1, "Hangzhou"),
        ("ＨＡＮＧ zhou.", HANGZHOU, JURISDICTIONS, 1, "Hangzhou"),
        ("杭州市", HANGZHOU, JURISDICTIONS, 1, "杭州市"),
        ("Xian", XIAN, JURISDICTIONS, 1, "Xi'an"),
        ("shenzhen-ai-terminals-2025-2026", TERMINALS, PLANS, 1, "shenzhen-ai-terminals-2025-2026"),
        ("深圳市加快推进人工智能终端产业发展行动计划（2025-2026年）", TERMINALS, PLANS, 1, TERMINALS.names[1]),
        ("杭州", HANGZHOU, JURISDICTIONS, 0.98, "杭州"),
        ("z ai", ZHIPU, COMPANIES, 0.98, "Z.ai"),
        ("Hangzhou City", HANGZHOU, JURISDICTIONS, 0.95, "Hangzhou"),
        ("朝阳", CHAOYANG, JURISDICTIONS, 0.98, "朝阳"),
        ("广西", GUANGXI, JURISDICTIONS, 0.95, "广西壮族自治区"),
        ("DJI Innovations", DJI, COMPANIES, 0.95, "DJI Innovations Co., Ltd."),
        ("Zhipu Artificial Intelligence", ZHIPU, COMPANIES, 0.95, "Zhipu AI"),
        ("Shenzhen Action Plan for Accelerating the AI Terminal Industry", TERMINALS, PLANS, 0.95, TERMINALS.names[0]),
        ("Suzhou measures for the AI chip industry", DRAFT, PLANS, 0.93, DRAFT.names[0]),
        ("Suzhou measures for the AI chip industry, draft", DRAFT, PLANS, 0.95, DRAFT.names[0]),
        ("Suzhou measures for the AI chip industry, draft", FINAL, PLANS, 0.92, FINAL.names[0]),
        ("苏州市加快发展人工智能芯片产业的若干措施", FINAL, PLANS, 0.95, FINAL.names[1]),
        ("guangxi zhuangzu zizhiqu", GUANGXI, JURISDICTIONS, 0.9, "广西壮族自治区"),
        ("dajiang chuangxin", DJI, COMPANIES, 0.9, "大疆创新"),
        ("Zhipu", ZHIPU, COMPANIES, 0.9, "智谱"),
    ],
)
def test_what_is_the_same_name_scores_by_how_it_is_the_same(written, called, usage, score, matched):
    found = match(written, called, usage)

    assert (found.score, found.matched) == (score, matched)


@pytest.mark.parametrize(
    ("written", "called", "usage", "matched", "bounds"),
    [
        ("Hangzho", HANGZHOU, JURISDICTIONS, "Hangzhou", (0.7, 0.85)),
        ("Chaoyang District", CHAOYANG, JURISDICTIONS, "Chaoyang", (0.4, 0.8)),
        ("深圳AI终端行动计划", TERMINALS, PLANS, TERMINALS.names[1], (0.7, 0.89)),
        ("AI terminals, Shenzhen", TERMINALS, PLANS, TERMINALS.names[0], (0.5, 0.8)),
        ("Shenzhen Action Plan for Accelerating the AI Terminal Industry 2019", TERMINALS, PLANS, TERMINALS.names[0], (0.5, 0.75)),
        ("tailored intelligent technology", EMBODIED, PLANS, EMBODIED.aliases[0], (0.6, 0.8)),
        ("Shenzhen", HANGZHOU, JURISDICTIONS, "Hangzhou", (0, 0.3)),
    ],
)
def test_what_is_only_alike_scores_below_what_is_the_same(written, called, usage, matched, bounds):
    found = match(written, called, usage)

    assert (found.matched, bounds[0] <= found.score <= bounds[1]) == (matched, True), found


WORDS = st.sampled_from(["compute", "voucher", "harbour", "delta", "quantum", "terminal", "rules", "of", "and", "算", "力", "云", "2027"])
LATIN = st.lists(st.sampled_from(["compute", "voucher", "harbour", "delta", "quantum", "terminal"]), min_size=2, max_size=6, unique=True)
ANYTHING = st.text(max_size=40)
rule = settings(max_examples=50, deadline=None)


@rule
@given(ANYTHING, st.lists(ANYTHING, min_size=1, max_size=3), st.lists(ANYTHING, max_size=3))
def test_any_text_has_a_score_from_0_to_1_and_the_same_each_time(written, names, aliases):
    called = Called("a-record", tuple(names), tuple(aliases))

    found = match(written, called, PLANS)

    assert 0 <= found.score <= 1
    assert found.matched in {*names, *aliases, "a-record"}
    assert found == match(written, called, PLANS)


@rule
@given(st.lists(WORDS, min_size=1, max_size=6), st.lists(WORDS, min_size=1, max_size=6))
def test_only_what_folds_to_a_name_scores_1(written, name):
    found = match(" ".join(written), Called("x", (" ".join(name),)), PLAIN)

    assert (found.score == 1) == ("".join(written) == "".join(name))


@rule
@given(LATIN, st.data())
def test_leaving_words_out_never_raises_a_score(name, data):
    called = Called("x", (" ".join(name),))
    scores = []
    while name:
        scores.append(match(" ".join(name), called, PLAIN).score)
        name = [word for word in name if word != data.draw(st.sampled_from(name))]

    assert scores == sorted(scores, reverse=True)


@rule
@given(LATIN, st.permutations(range(6)))
def test_foreign_words_and_slips_never_raise_a_score(name, order):
    called = Called("x", (" ".join(name),))
    written = list(name)
    scores = [match(" ".join(written), called, PLAIN).score]
    for place in order:
        if place < len(written):
            # A letter that no word has, in one word after the other.
            written[place] = "ж" + written[place][1:]
            scores.append(match(" ".join(written), called, PLAIN).score)
    scores += [match(" ".join([*written, *["foreign"] * count]), called, PLAIN).score for count in range(1, 4)]

    assert scores == sorted(scores, reverse=True)


@rule
@given(LATIN)
def test_words_in_another_order_are_alike_and_no_more(name):
    backwards = match(" ".join(reversed(name)), Called("x", (" ".join(name),)), PLAIN).score

    assert 0.6 < backwards < 0.89


def test_names_that_say_different_things_are_not_the_same():
    usage = Usage(endings={"east": "east", "west": "west"})

    assert match("Gate West", Called("x", ("Gate East",)), usage).score < 0.8
    assert match("Gate 2024", Called("x", ("Gate 2025",)), usage).score < 0.8
    assert match("Gate", Called("x", ("Gate East",)), usage).score == 0.95
