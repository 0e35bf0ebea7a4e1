"""Patterns that tell the wordings of a poster apart where no lexicon does: noise, conditions, buttons, people."""

from __future__ import annotations

import re

NOISE = re.compile(
    r"^主播[:：]|https?:|www\.|\.(?:com|cn|net)\b|@\w|#\w+|\d{3,4}-\d{7,8}|1[3-9]\d{9}|©|版权|仅供参考|以实物为准|最终解释权|图片来源|地址\s*[:：]|address\s*:|摄图网|千图|昵图"
    r"|包图|terms (?:and|&) conditions|t&cs?\b|all rights reserved|images? (?:is|are|for)|see (?:store|website) for"
    r"|excludes?\b|\*",
    re.IGNORECASE,
)
CONDITION = re.compile(
    r"subject to\b|(?<!no )minimum term|\b(?:one|limit \w+)(?:\s[\w\s]{1,16})? per (?:customer|household|person|order)"
    r"|results may vary"
    r"|billed (?:annual|month|year)|selected (?:lines|stores|items)|limited seats|offer (?:limited|valid)"
    r"|cannot be combined|not valid with|varies by|correct at|applies\W*$|minimum order|^selected \w+\W*$"
    r"|dine[- ]in only|no exchanges"
    r"|(?:patients|residents|stores|shops|caf[eé]s|restaurants|locations|branches|outlets|styles) only\W*$"
    r"|^(?!no\b).*\brequired\W*$"
    r"|^mix (?:&|and) match (?:across|from|between|within|on|any)\b(?!.*\d)"
    r"|\bnot (?:included|available|refundable|redeemable|transferable)\b"
    r"|\bno (?:refunds|returns|exchanges|rain ?checks|cash value)\b|\bnon-?refundable|is prohibited|under 18s"
    r"|^limit (?:one|two|\d)\b|\bmust be (?:\d|over|redeemed)"
    r"|(?:charges?|fees?|terms|conditions|rules|checks|taxes|restrictions|exclusions) (?:may )?(?:apply|vary)"
    r"|^per person\b"
    r"|数据来[自源]|因人而异|以.{1,8}为准|见(?:小程序|详情|店内|页面|包装|活动规则)|详[询见情]"
    r"|每[人户单]限[领购兑享]|仅限(?:门店|堂食|线下|线上|自提|部分)"
    r"|不(?:可|与|能)(?:与|同)?(?:店内|本店|门店)?其[他它]|不参[与加]|不(?:可|与|能|再|得|同时)?.{0,8}(?:同享|同用|叠加|共享|并用)"
    r"|不适用|恕不|须同|(?:另|需|须|加|额外)(?:加收|收取|补差|付)|加收|每[人户单桌位](?:仅)?限[用一1二2三3四4五5\d]|单笔.{0,4}限|限.{0,4}购买?\d+"
    r"|限本店|除外$|不可用|慎用|另[收付计]|自理\W*$|请(?:先|仔细)?(?:阅读|查阅)|随机发|取消续[订费]|不含.{0,2}(?:配送|运费|安装|快递|邮费|税)|^第[一二三四五1-9]步|^step\s?\d",
    re.IGNORECASE,
)
"""What limits an offer or tells how something is done, and says nothing about the goods."""
FURNITURE = re.compile(
    r"^(?:my |all |more |view |search |browse |your |saved |today's )?"
    r"(?:offers?|deals|promotions?|coupons?|vouchers?|rewards?"
    r"|gift cards?|wallet|promo(?:tion)? codes?|discount codes?|coupon codes?|codes?)(?: near (?:you|me)| for you|"
    r" nearby| & offers| & rewards)?\W*$"
    r"|^(?:copy|paste|enter|apply|add|have a) (?:a |your )?(?:promo |discount |coupon )?code\W*$",
    re.IGNORECASE,
)
"""Tabs, headings and boxes of an app or shop page, which name offers and make none."""
EXCLUSION = re.compile(r"不参[与加]|不适用|(?:同享|同用|叠加|共享|并用)$|除外[)）]?$|加收|不支持|恕不")
"""What an offer does not hold for, whatever figures it names."""
WARRANTY = re.compile(r"质保|保修|联保|包修|延保|只换不修|以换代修|包换|保换")
"""A warranty is a promise to the buyer and says how good the goods are as well."""
PERIOD_KEY = re.compile(
    r"^\W*(?:活动|促销|优惠|特惠|抢购|兑换|领取|预售|使用)?(?:时间|日期|期间|期限|有效期)"
    r"|^(?:offer|sale|promotion|event) (?:period|dates?)\b",
    re.IGNORECASE,
)
"""What stands before the days of an offer (活动时间：11月1日-11月11日) and is no offer of its own."""
CAMPAIGN = re.compile(
    r"\b(?:collection|event|season|festival|launch|lookbook)\W*$|(?:首发|上市|上新|盛典|狂欢节?|回馈|大促|来袭|开幕)[!！]?$",
    re.IGNORECASE,
)
"""How the name of a season's campaign ends: it says when, and nothing about the goods."""
SEASON = re.compile(r"(?:狂欢节?|回馈|盛典|焕新季?|来袭|开幕)[!！]?$")
"""The same for a campaign that could be taken for an offer, as 狂欢 is a word of sales: it promises nothing yet."""
PEOPLE = re.compile(
    r"(?!.*[百千万亿])[\u3400-\u9fff]{0,6}(?:一族|之家|家庭|人群|人士|群体|星人|爸妈|妈妈|爸爸|家长|女生|男生|女孩|学生|达人"
    r"|爱好者|小白|养[猫狗宠]\w?人|发烧友|玩家|党|[班勤房领车漫玩]族)"
)
"""What groups of people are called (租房一族, 新手妈妈): whom it is for, whichever word stands before; not 百万妈妈."""
PERIOD_HEAD = re.compile(
    r"\W*(?:(?:our |these |this |all )?(?:prices?|offers?|sale|deals?|promotion|specials|event|ad|savings|ends?"
    r"|valid|on sale|available)"
    r"\W*(?:are |is |dates?|period)?\W*(?:good|valid|effective|available|ends?|runs?|on|from|until|thru|through"
    r"|starts?)*)\W*",
    re.IGNORECASE,
)
"""What stands over or before the days of an offer in a line of its own: PRICES GOOD, offer valid, on sale."""
SENTENCES = re.compile(r"(?<=[a-z\d)%][.!?])\s+(?=[A-Z\d])")
"""Between two sentences of a line."""
LISTED_WARRANTY = re.compile(r"\bwarranty\W*$", re.IGNORECASE)
"""An English warranty at the end of a wording, which may stand among claims."""
MEASURED = re.compile(
    r"\d\s*(?:°|℃|%|毫?[米升克]|厘米|小时|分钟|天|年|次|层|档|倍|(?:mm|cm|kg|mg|ml|mah|hz|kw|db|[gwvhl])(?![a-z]))",
    re.IGNORECASE,
)
"""A figure with its unit: with a word beside it, a claim however short (360° sound, 轻至210g)."""
FREE_OF = re.compile(r"[a-z]{2,}-free\W*$", re.IGNORECASE)
"""Ad-free, BPA-free: a claim however short."""
FOR_WHOM = re.compile(
    r"^(?:made|perfect|great|ideal|designed|just|suitable)?\s*for\b|适合|适用于|专属|人群|党|必备|严选|都合适|^送",
    re.IGNORECASE,
)
FOR_SOMEBODY = re.compile(r"^for\s+\w+(?:\s\w+){0,2}$", re.IGNORECASE)
