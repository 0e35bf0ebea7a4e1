"""What the sample posters say: four invented competitors over one autumn, in Chinese and English."""

from __future__ import annotations

from scripts.samples.facts import Ad, Price

ZH = ("zh",)
EN = ("en",)


def cny(value: str, kind: str, struck: bool = False) -> Price:
    return Price(value, "CNY", kind, struck)


def usd(value: str, kind: str, struck: bool = False) -> Price:
    return Price(value, "USD", kind, struck)


NUTS_MID_AUTUMN = Ad(
    language=ZH,
    brand="栗子屿",
    headline="中秋团圆 坚果有礼",
    product_name="每日坚果礼盒",
    claims=("7种坚果果干", "独立小包装", "非油炸烘烤"),
    promotion=("第二件半价", "限时抢购"),
    price=(cny("79.9", "现价"), cny("109", "原价", struck=True)),
    call_to_action="立即抢购",
    period="活动时间：2026.09.14-2026.09.25",
    promo_start="2026-09-14",
    promo_end="2026-09-25",
    audience=("送长辈", "送同事"),
    net_content="750g",
)

NUTS_NATIONAL_DAY = Ad(
    language=ZH,
    brand="栗子屿",
    headline="国庆出游零食囤货",
    product_name="每日坚果礼盒",
    claims=("开袋即食", "锁鲜充氮"),
    promotion=("买一送一", "限时48小时"),
    price=(cny("69.9", "到手价"), cny("109", "原价", struck=True)),
    call_to_action="马上囤",
    period="2026年10月1日-10月7日",
    promo_start="2026-10-01",
    promo_end="2026-10-07",
    audience=("宝妈严选",),
)

NUTS_DOUBLE_11 = Ad(
    language=ZH,
    brand="栗子屿",
    headline="双11坚果狂欢",
    product_name="每日坚果礼盒",
    claims=("当季新果", "0添加防腐剂", "一人一天一包"),
    promotion=("满300减50", "领券再减10元", "跨店可用"),
    price=(cny("59.9", "券后价"), cny("99", "日常价", struck=True)),
    call_to_action="领券下单",
    period="10月28日-11月11日",
    promo_start="10-28",
    promo_end="11-11",
)

CHESTNUTS = Ad(
    language=ZH,
    brand="栗子屿",
    headline="秋日第一口甘甜",
    product_name="有机甘栗仁",
    claims=("软糯香甜", "去壳即食"),
    promotion=("全场5折", "满3件包邮"),
    price=(cny("19.9", "活动价"), cny("39.8", "原价", struck=True)),
    call_to_action="点击抢购",
    period="10.12-10.18",
    promo_start="10-12",
    promo_end="10-18",
    audience=("学生党追剧必备",),
    net_content="120g×4袋",
    notes="第一口 is a figure of speech, not an absolute claim about the goods",
)

FRYER = Ad(
    language=ZH,
    brand="炊小方",
    headline="少油更香 一锅搞定",
    product_name="可视空气炸锅 6L",
    claims=("360°热风循环", "可视大窗口", "免翻面省心"),
    promotion=("下单立减100元", "赠烘焙纸50张"),
    price=(cny("299", "券后价"), cny("399", "原价", struck=True)),
    call_to_action="立即领券",
    period="活动时间：9月21日-9月30日",
    promo_start="09-21",
    promo_end="09-30",
    audience=("新手厨房",),
)

RICE_COOKER = Ad(
    language=ZH,
    brand="炊小方",
    headline="行业第一的柴火饭",
    subline="最佳火候 粒粒分明",
    product_name="柴火饭电饭煲 3L",
    claims=("24小时智能预约", "IH立体加热", "0涂层内胆"),
    promotion=("限时直降110元",),
    price=(cny("249", "到手价"), cny("359", "日常价", struck=True)),
    call_to_action="立即购买",
    period="2026.10.19-2026.10.25",
    promo_start="2026-10-19",
    promo_end="2026-10-25",
    audience=("适合2-4人家庭",),
    notes="行业第一 and 最佳 are absolute terms that a rule should flag for review",
)

KETTLE = Ad(
    language=ZH,
    brand="炊小方",
    headline="3分钟喝上热水",
    product_name="双层防烫电热水壶",
    claims=("316不锈钢内胆", "自动断电", "1.7L大容量"),
    promotion=("前500名半价", "拍下立减30元"),
    price=(cny("89", "限时价"), cny("129", "原价", struck=True)),
    call_to_action="马上抢",
    period="10月10日 20:00开抢",
    promo_start="10-10",
    audience=("租房办公都合适",),
)

FRYER_DOUBLE_11 = Ad(
    language=ZH,
    brand="炊小方",
    headline="双11厨房焕新",
    product_name="可视空气炸锅 6L",
    claims=("一年只换不修", "全国联保"),
    promotion=("每满500减80", "买就送料理夹"),
    price=(cny("269", "到手价"), cny("399", "原价", struck=True)),
    call_to_action="加入购物车",
    period="2026.10.31-2026.11.11",
    promo_start="2026-10-31",
    promo_end="2026-11-11",
)

EARBUDS_CAMPUS = Ad(
    language=EN,
    brand="Halvio",
    headline="Hear every note",
    product_name="Air 2 Wireless Earbuds",
    claims=("36-hour battery", "Active noise cancelling", "IPX5 sweatproof"),
    promotion=("20% OFF",),
    price=(usd("47.99", "Now"), usd("59.99", "Was", struck=True)),
    call_to_action="Shop now",
    period="Sep 14 - Sep 27, 2026",
    promo_start="2026-09-14",
    promo_end="2026-09-27",
    audience=("Made for students",),
)

SPEAKER = Ad(
    language=EN,
    brand="Halvio",
    headline="Turn the park up",
    product_name="Roam Mini Speaker",
    claims=("Waterproof to 1 m", "12-hour playtime", "Pairs in seconds"),
    promotion=("Buy 2, save 30%", "Free shipping"),
    price=(usd("39.99", "From"),),
    call_to_action="Get yours",
    period="Oct 5 - Oct 18, 2026",
    promo_start="2026-10-05",
    promo_end="2026-10-18",
    audience=("For weekend campers",),
)

HEADPHONES = Ad(
    language=EN,
    brand="Halvio",
    headline="Silence the city",
    product_name="Studio One Headphones",
    claims=("Adaptive noise cancelling", "50-hour battery", "Hi-res audio"),
    promotion=("Save $50 today", "Flash sale"),
    price=(usd("99.99", "Now"), usd("149.99", "Was", struck=True)),
    call_to_action="Order now",
    period="Ends Nov 8, 2026",
    promo_end="2026-11-08",
    audience=("For commuters",),
)

EARBUDS_PAIR = Ad(
    language=EN,
    brand="Halvio",
    headline="Share the sound",
    product_name="Air 2 Wireless Earbuds",
    claims=("Fast pairing", "Two-year warranty"),
    promotion=("Buy one get one free", "This weekend only"),
    price=(usd("59.99", "Now"),),
    call_to_action="Grab the deal",
    period="Nov 13 - Nov 15, 2026",
    promo_start="2026-11-13",
    promo_end="2026-11-15",
)

OAT_BARISTA = Ad(
    language=EN,
    brand="Oatlark",
    headline="Foams like a dream",
    product_name="Barista Oat Drink",
    claims=("No added sugar", "Source of calcium", "100% plant based"),
    promotion=("2 for ¥99",),
    price=(cny("59", "Each"),),
    call_to_action="Stock up now",
    period="Sep 28 - Oct 11, 2026",
    promo_start="2026-09-28",
    promo_end="2026-10-11",
    audience=("For latte lovers",),
    net_content="1 L",
)

COLD_BREW = Ad(
    language=EN,
    brand="Oatlark",
    headline="Slow brewed, silky smooth",
    product_name="Oat Cold Brew",
    claims=("Single-origin beans", "Lactose free"),
    promotion=("Buy one get one free", "Limited time"),
    price=(cny("28", "Now"), cny("36", "Was", struck=True)),
    call_to_action="Find a store",
    period="Oct 19 - Oct 31, 2026",
    promo_start="2026-10-19",
    promo_end="2026-10-31",
)

OAT_GIFT = Ad(
    language=("en", "zh"),
    brand="Oatlark",
    headline="Oat mornings 燕麦早安",
    product_name="Original Oat Drink 燕麦奶",
    claims=("Beta-glucan oats", "0蔗糖 0乳糖"),
    promotion=("Free tote bag over ¥129", "满129元赠帆布袋"),
    price=(cny("56", "双11价"), cny("68", "原价", struck=True)),
    call_to_action="Shop now 立即购买",
    period="2026.11.01-2026.11.11",
    promo_start="2026-11-01",
    promo_end="2026-11-11",
    audience=("For busy mornings",),
)
