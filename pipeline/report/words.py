"""The words that a report's code prints, in both languages.  All other words stand in the templates and lists."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.model import Words
from pipeline.report.printable import Term

WORDS: Mapping[str, Words] = {
    # the report and its returns
    "draft": Words("Draft", "草稿"),
    "counted": Words("Counted", "已计入"),
    "not_sent": Words("Has not sent", "未报送"),
    "needs_correction": Words("Must be corrected first, not counted", "待更正，未计入"),
    "held": Words("Held by the project office, not counted", "项目办暂不采用"),
    "all_figures": Words("All figures of the quarter", "本季度全部数据"),
    "nothing_lacks": Words("–", "–"),
    "all_sent": Words("All offices have sent", "各单位均已报送"),
    "has_not_sent": Words("{} has not sent", "{}未报送"),
    "have_not_sent": Words("{} have not sent", "{}未报送"),
    "not_counted": Words("not counted yet: {}", "尚未计入：{}"),
    "to_write": Words("Nothing is written here yet.", "此处尚未填写。"),
    "no_reason": Words("The project office has given no reason yet.", "项目办尚未说明原因。"),
    "none": Words("None", "无"),
    # aspects and groups of a figure
    "cumulative": Words("cumulative", "累计"),
    "baseline": Words("baseline", "基线"),
    "target": Words("target", "目标"),
    "reached_pct": Words("per cent of the target", "完成目标的百分比"),
    "of_women": Words("women", "女性"),
    "of_men": Words("men", "男性"),
    "listing": Words(", ", "，"),
    # answers
    "not_recorded": Words("not recorded", "未统计"),
    "yes": Words("yes", "是"),
    "an_enterprise": Words("An enterprise in {}", "{}一家企业"),
    "and": Words(" and ", "和"),
    "comma": Words(", ", "、"),
    "semicolon": Words("; ", "；"),
    "colon": Words(": ", "："),
    "open_date": Words("Date open", "日期未定"),
    # charts
    "women": Words("Women", "女性"),
    "men": Words("Men", "男性"),
    "unknown": Words("Sex not reported", "性别未报"),
    "before": Words("Before", "改善前"),
    "after": Words("After", "改善后"),
    "chart_of_participants": Words(
        "Bars of participants by province and sex. {}", "各省参训人员性别条形图。{}"
    ),
    "chart_of_results": Words("Bars before and after. {}", "改善前后对比条形图。{}"),
    "lower_better": Words("Less is better", "越低越好"),
    "higher_better": Words("More is better", "越高越好"),
    "colour_key": Words("Colour key: {}", "图例：{}"),
    "target_bar": Words("Bar: {} of the target", "条形：目标的{}"),
    # how an indicator is made
    "count": Words("Number of rows", "行数"),
    "distinct": Words("Number of different entries under “{}”, each counted once", "“{}”栏中不重复的个数"),
    "sum": Words("Sum of {}", "{}的合计"),
    "ratio": Words("Sum of the parts divided by the sum of the wholes: {} ÷ {}", "部分之和除以总体之和：{} ÷ {}"),
    "median": Words("Median of the changes from before to after, never a sum", "改善前后变化的中位数，不相加"),
    "stated": Words("As the project office states it", "由项目办公室填报"),
    "from": Words("From the sheet {}", "取自工作表{}"),
    "where": Words("where {}", "条件：{}"),
    "part_where": Words("{} where {}", "{}（条件：{}）"),
    "is": Words("{} is {}", "{}为{}"),
    "entry": Words("“{}”", "“{}”"),
    "or": Words(" or ", "或"),
    "over_time": Words("Over time: {}", "跨期：{}"),
    "sum_over": Words("quarters are added up", "各季度相加"),
    "first_time": Words("each code counts in the first quarter that has it", "每个编号只在首次出现的季度计入"),
    "latest": Words("the quarter’s own value", "取当季值"),
    "ratio_of_sums": Words("parts and wholes of all quarters in this system are added up first; what was achieved before is not in it", "先将本系统各季度的部分和总体分别相加，不含系统启用前的数值"),
    "pooled": Words("median of the changes of all quarters in this system", "本系统各季度全部变化的中位数"),
    "broken_down": Words("Broken down by {}", "分组：{}"),
    "by_office": Words("office", "单位"),
    "by_sex": Words("sex", "性别"),
    "by_role": Words("role", "身份"),
    "with": Words(" with ", "与"),
    "limits": Words("Lacks values of {}", "缺少以下单位的数值：{}"),
    "limits_partly": Words("Some rows lack a value: {}", "部分行缺少数值：{}"),
    "in_part": Words("{} (in part)", "{}（部分）"),
    "typed_in": Words("As it is typed in the sheet {}.", "按工作表{}中填写的数值。"),
    "of_target": Words("The cumulative value divided by the target.", "累计值除以目标值。"),
    "only": Words("Only: {}.", "仅限：{}。"),
    "part_of": Words("{} ({})", "{}（{}）"),
    "less": Words("{}, less {}", "{}，减去{}"),
    "measured": Words("a value or change is given", "已填数值或变化"),
}  # fmt: skip


def say(name: str, language: str, *inside: str) -> str:
    """Return our word in a language, with what belongs inside it."""
    return WORDS[name][language].format(*inside)


def term(name: str, language: str, *inside: str) -> Term:
    """Return our word, ready to be printed."""
    return Term(say(name, language, *inside))


def listed(texts: list[str], language: str) -> str:
    """Return some words as one phrase.

    >>> listed(["Anhui", "Jiangsu", "Zhejiang"], "en"), listed(["安徽", "江苏"], "zh")
    ('Anhui, Jiangsu and Zhejiang', '安徽和江苏')
    """
    if len(texts) < 2:
        return "".join(texts)
    comma, last = WORDS["comma"][language], WORDS["and"][language]
    return comma.join(texts[:-1]) + last + texts[-1]
