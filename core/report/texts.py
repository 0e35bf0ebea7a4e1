"""What a report says besides its figures."""

from __future__ import annotations

from core.insights.compare import OURS, RIVALS
from core.types import Bilingual


def _text(en: str, zh: str) -> Bilingual:
    return Bilingual(en=en, zh=zh)


TITLE = _text("Competitor insight", "竞品洞察报告")
MADE = _text(
    "Made on {day} from {posters} posters seen from {first} to {last}; {verified} of them checked by a person.",
    "生成于 {day}，基于 {first} 至 {last} 发现的 {posters} 张海报，其中 {verified} 张经人工核对。",
)
FILTERS = _text("Filters: {filters}", "筛选条件：{filters}")
NO_FILTERS = _text("none, all posters", "无（全部海报）")
HOW = _text(
    "Every figure is counted from posters; the numbers behind it lead to them. What is inferred is marked so. "
    "Prices in different currencies are never added or compared.",
    "所有数字均由海报统计得出，后附编号可跳转至对应海报。推断内容均已注明。不同币种的价格不会相加或比较。",
)
NO_TREND = _text("All posters are of one day: no trend is drawn.", "全部海报均为同一天，不绘制趋势。")
POSTERS = _text("Posters", "海报")
POSTERS_CUT = _text("{shown} of the {of} posters: those that sentences and tables point to, then the newest.",
                    "共 {of} 张海报，收录 {shown} 张：先为摘要与表格所指，其次为最新。")  # fmt: skip
WRITTEN_BY = _text("written by {engine}", "由 {engine} 撰写")
NOTHING = _text("Nothing of the kind was found on these posters.", "这些海报上未发现此类内容。")
MORE = _text("and {n} more", "另 {n} 张")
NO_PHOTO = _text("no photo", "无照片")
VERIFIED = _text("checked by a person", "已人工核对")
DRAWN = _text(
    "Drawn: the {n} competitors of {of} with the most posters; the table is of all.",
    "图中为海报最多的 {n} 个竞争对手（共 {of} 个），表格含全部。",
)
ROWS_OF_EACH_CUT = _text(
    "{shown} of {of} rows, the most frequent of each side; the CSV holds all.",
    "共 {of} 行，显示各方最常见的 {shown} 行；CSV 含全部。",
)
SIDES = {OURS: _text("Us", "我方"), RIVALS: _text("All competitors", "全部竞品")}
NO_LABEL = _text(
    "Not compared: among our labels there is none of this name with a nutrition table.",
    "未核对：我方标签中没有同名且带营养成分表的产品。",
)
LABELS_COVERED = _text(
    "Posters with a claim about nutrients that were compared with their label: {compared}; without a label to compare "
    "with: {missing}.",
    "含营养声称的海报中，已与标签核对 {compared} 张，无对应标签 {missing} 张。",
)
NOTES = {
    "compared_sides": _text(
        "Shares are of a side's own posters. A competitor as a side stands in place of the filter by competitor, ours "
        "and all competitors in place of the one by whose posters; the other filters hold.",
        "占比均以各对象自身海报数为分母。单个竞品作为对比对象时取代竞争对手筛选，我方与全部竞品取代归属筛选，其他筛选条件照常生效。",
    ),
    "compared_only": _text(
        "Wordings on the posters of one side and of none of the others, compared without case, spaces and punctuation.",
        "仅出现在一方海报上的文案（比较时忽略大小写、空格和标点）。",
    ),
    "compared_discounts": _text(
        "What one unit costs less, where the words determine it for everybody; the best offer of each poster.",
        "文案可确定且人人可得的单件优惠，每张海报取最优惠的一项。",
    ),
    "compared_prices": _text(
        "What the posters ask for one piece now. Only goods of the same kind and prices in the same currency are "
        "compared.",
        "海报上的单件现价。仅在同类商品、同一币种之间比较。",
    ),
    "compared_labels": _text(
        "Claims about nutrients on our posters that the nutrition table on the product's label does not bear out. For "
        "a person to judge.",
        "我方海报上的营养声称与产品标签营养成分表不符之处，最终由人判断。",
    ),
}
ROWS_CUT = _text("The first {shown} of {of} rows; the CSV holds all.", "共 {of} 行，显示前 {shown} 行；CSV 含全部。")

TABLES = {
    "posters": _text("Posters", "海报"),
    "summary": _text("Summary", "摘要"),
    "compared_sides": _text("Comparison: the sides", "对比：对比对象"),
    "compared_only": _text("Comparison: claimed by one side only", "对比：仅一方使用的卖点"),
    "compared_themes": _text("Comparison: themes of claims", "对比：卖点主题"),
    "compared_promotions": _text("Comparison: promotions", "对比：促销"),
    "compared_discounts": _text("Comparison: discount on one unit", "对比：单件优惠幅度"),
    "compared_prices": _text("Comparison: prices of one piece by kind of goods", "对比：各商品类型的单件价格"),
    "compared_labels": _text("Comparison: our posters against our labels", "对比：我方海报与我方标签核对"),
    "timeline": _text("Posters over time", "海报时间分布"),
    "themes": _text("What each competitor claims", "各竞争对手的卖点主题"),
    "wordings": _text("Wordings of claims", "卖点文案"),
    "promotions": _text("Promotions by kind", "促销类型"),
    "discounts": _text("Computed discount on one unit", "折算后的单件优惠"),
    "prices": _text("Price points", "价格分布"),
    "ladder": _text("Price ladder by kind of goods", "各商品类型的价格阶梯"),
    "audience": _text("Audience (inferred, not printed)", "目标人群（推断，非原文）"),
    "calls": _text("Calls to action", "行动号召"),
    "palette": _text("Palette per competitor", "各竞争对手的配色"),
    "new": _text("New claims", "新出现的卖点"),
    "runs": _text("Creatives seen more than once", "多次出现的创意"),
    "risks": _text("Wording to have checked", "待核实的风险用语"),
}

COLUMNS = {
    "item": _text("Poster", "海报"),
    "competitor": _text("Competitor", "竞争对手"),
    "day": _text("Seen on", "发现日期"),
    "period": _text("Period from", "时段起始"),
    "campaign": _text("Campaign", "活动"),
    "platform": _text("Platform", "平台"),
    "url": _text("Page", "网址"),
    "goods": _text("Kind of goods", "商品类型"),
    "verified": _text("Verified", "已审核"),
    "title": _text("Headline", "主标题"),
    "sentence": _text("Sentence", "内容"),
    "written_by": _text("Written by", "撰写者"),
    "theme": _text("Theme", "主题"),
    "share": _text("Share of the competitor's posters", "占该竞品海报比例"),
    "side": _text("Side", "对比对象"),
    "side_share": _text("Share of the side's posters", "占该方海报比例"),
    "low_off": _text("Lowest, %", "最低，%"),
    "middle_off": _text("Middle, %", "中位，%"),
    "high_off": _text("Highest, %", "最高，%"),
    "gap": _text("Middle price against the first side's, %", "中位价相对首个对象，%"),
    "label": _text("Label", "标签"),
    "label_says": _text("What the label says", "标签内容"),
    "posters": _text("Posters", "海报数"),
    "wording": _text("Wording", "文案"),
    "kind": _text("Kind", "类型"),
    "percent": _text("Discount on one unit, %", "单件优惠幅度，%"),
    "at_most": _text("A limit only", "仅为上限"),
    "currency": _text("Currency", "币种"),
    "price": _text("Price", "价格"),
    "low": _text("Lowest", "最低"),
    "middle": _text("Middle", "中位"),
    "high": _text("Highest", "最高"),
    "audience": _text("Audience", "人群"),
    "colour": _text("Colour", "颜色"),
    "shade": _text("Shade", "色调"),
    "area": _text("Mean share of area", "平均面积占比"),
    "first": _text("First seen", "首次发现"),
    "last": _text("Last seen", "最后发现"),
    "days": _text("Days", "天数"),
    "creative": _text("Creative", "创意"),
    "risk": _text("Why", "风险类型"),
    "message": _text("What the rule says", "规则说明"),
    "sources": _text("Poster numbers", "海报编号"),
}

YES = _text("yes", "是")
NO = _text("no", "否")

COLOURS = {
    "red": _text("red", "红"), "orange": _text("orange", "橙"), "yellow": _text("yellow", "黄"),
    "green": _text("green", "绿"), "cyan": _text("cyan", "青"), "blue": _text("blue", "蓝"),
    "purple": _text("purple", "紫"), "pink": _text("pink", "粉"), "brown": _text("brown", "棕"),
    "black": _text("black", "黑"), "grey": _text("grey", "灰"), "white": _text("white", "白"),
}  # fmt: skip
