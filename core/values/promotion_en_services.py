"""English service promises by how they are worded: warranties, price matches, instalments, delivery, returns.

They stand behind the rules that compute (promotion_en) and before the lexicon: several words in their order (a number
of years and then WARRANTY) are surer than a single one.
"""

from __future__ import annotations

from core.values.promotion_en_words import say
from core.values.promotion_rules import PromotionKind, Rule

_WAIVED = say(
    PromotionKind.OTHER,
    # £0 joining fee, zero activation fee, joining fee waived, $0 down
    r"(?:{CASH}[01](?:\.\d\d)?|zero|waived) {FEE}(?: fees?)?\b",
    r"\b{FEE} fees? (?:is |are )?(?:waived|free|on us)\b",
    r"{CASH}0 (?:down|deposit|upfront)\b",
    r"\bno (?:{FEE}|membership|cleaning|booking) fees?\b",
)

_SHIPPING = say(
    PromotionKind.FREE_SHIPPING,
    # $0 delivery fee until 9 PM, shipping's on us, postage included, orders over $49 ship free
    r"{CASH}0(?:\.00)? (?:[a-z]+\s){0,2}?{SHIPPING}\b",
    r"\b{SHIPPING}(?:['’]?s| is| are)? (?:on us|included|on the house|free|paid|covered)\b(?! when| range)",
    r"\b(?:cover|pay|waive|waiving|covered|paid) (?:for )?(?:the |your |all )?(?:cost of )?{SHIPPING}\b",
    r"\bincludes? (?:free |uk |us |mainland )?(?:{SHIPPING})\b",
    r"\b(?:ships?|shipped|delivered|posted) (?:to you |to your door )?(?:for )?free\b(?! of)",
    r"\b{GRATIS} (?:(?!trial|gift|returns)[\w-]+\s){0,4}?{SHIPPING}\b",
)

_WARRANTY = say(
    PromotionKind.GUARANTEE,
    # 5 year burner warranty, limited lifetime warranty, 100,000-mile warranty, 5-year cover included
    r"\b{SPAN} (?:[\w'’&/-]+\s){0,4}?(?:warranty|guarantee)\b",
    r"\b(?:lifetime|extended|limited|full|manufacturer['’]?s?|unlimited|mile|parts|free|comprehensive) "
    r"(?:[\w'’&]+\s){0,2}?warranty\b",
    r"\bwarranty (?:included|as standard|for (?:\d|life))",
    r"\b{SPAN} (?:cover|protection|care plan|service plan|breakdown cover|servicing) (?:included|free|as standard)\b",
    r"\b(?:guaranteed|warrantied) for (?:life|\d)",
    # Lifetime repair promise, free repairs for life, we'll replace it free
    r"\b{PLEDGE} promise\b(?! (?:to|of))",
    r"\bfree\b (?:lifetime )?repairs?\b|\brepair(?:s|ed)? (?:it |them )?(?:for )?free\b",
    r"\blifetime (?:repairs?|sharpening|alignment|service)\b",
    r"\brepair(?:s|ed)? for life\b",
    r"\bnot (?:right|happy|for you|in love|satisfied|convinced|sure|impressed|the right fit)\?|\breturn (?:it"
    r"|them)\W*$",
    # Love it or return it, hot or it's free, not happy? we'll refund you
    r"\b(?:love|like|enjoy) (?:it|them),? or (?:return|your money|we['’]?ll|get|send|don['’]?t pay)",
    r"\bor (?:it['’]?s|they['’]?re|your (?:next|meal|order|pizza)(?:['’]?s| is)|the next one is) (?:free|on us)\b",
    r"\bor your money back\b|\bor you don['’]?t pay\b|\bmoney back\b",
    r"\bwe['’]?ll (?:refund|replace|make it right|put it right|fix it|redo)\b",
    # No win, no fee
    r"\bno (?:win|fix|sale|cure|find),? no (?:fee|charge|commission|pay)\b",
)

_PRICE_MATCH = say(
    PromotionKind.GUARANTEE,
    # Find it cheaper? We'll beat it by 10%; we price match; we won't be beaten on price
    r"\b(?:we['’]?ll|we will) (?:match|beat)\b(?! the (?:heat|queue|clock))",
    r"\bwe (?:match|beat) (?:any|all|your|their|online|local|competitors?|amazon|prices)\b",
    r"\b(?:find|found|seen|see|spot(?:ted)?) (?:it|one|the same\b.{0,12}) (?:cheaper|for less|at a lower price)",
    r"\b(?:find|found) a (?:lower|cheaper|better) (?:price|quote|deal)\b",
    r"\b(?:won['’]?t|will not|never) (?:be )?(?:beaten|undersold|knowingly undersold)\b",
    r"\bprice (?:match|beat|lock|freeze|protect(?:ion)?|promise|guarantee)\b",
    r"\bprices? (?:locked|frozen|fixed)(?: in)? (?:for|until|till)\b",
)

_CANCEL = say(
    PromotionKind.GUARANTEE,
    # Free cancellation up to 48 hours before; pause, skip or cancel anytime; fully refundable
    r"\bfree\b (?:\w+ )?(?:cancell?ations?|amendments?|date changes?|rebooking|rescheduling|changes?)\b",
    r"\b(?:cancel|reschedule|change|amend|rebook) (?:your (?:dates?|booking|plan|order) )?(?:for )?free\b",
    r"\b(?:cancel|pause|skip|stop|swap|quit|leave)"
    r"(?: (?:it|your (?:plan|box|order|subscription|membership)|(?:a|any) (?:week|month|box|delivery)))?"
    r" (?:at )?(?:any ?time|whenever|online|when you like)\b",
    r"\b(?:pause|skip|swap|change|stop)(?: a (?:week|month|delivery|box))?(?:,? (?:pause|skip|swap))*,? or "
    r"(?:cancel|skip|pause|swap)\b",
    r"\bcancel up to\b|\bfully refundable\b|\bflexible (?:booking|cancell?ation|returns|tickets?)\b",
    r"^(?:.*[.,·•&] ?|.*\band )?no (?:long term |fixed |annual |lock in )?(?:contracts?"
    r"|commitments?|obligations?|minimum terms?|strings(?: attached)?|lock ?in|ties|tie ins?|fixed terms?)"
    r"(?: contracts?| required| needed| attached| ever| to buy)?\W*(?:$|[.,·•&]|\b(?:cancel|and|just)\b)",
    r"\bno (?:credit )?card (?:required|needed|details)\b",
    r"\bno (?:hidden|cancell?ation|change|restocking|late|call[\s-]*out|upfront|extra|surprise|delivery) "
    r"(?:fees?|charges?|costs?|payments?)\b",
    r"\bno (?:quibble|fuss|hassle|quibbles) (?:returns?|refunds?|guarantee|exchanges?)",
)

_PAYMENT = say(
    PromotionKind.OTHER,
    # 0.9% APR, $0 due at signing, low deposit, pay the balance later, 3 payments of $49
    r"(?<![\d.])\d{1,2}(?:\.\d{1,2})? ?% (?:apr|representative)\b|{CASH}0(?:\.00)? (?:due|today|now|to pay|upfront)\b",
    r"\b(?:low|small|reduced|half|zero|no|tiny) deposits?\b(?! (?:account|box))|\bpay (?:the |your )?(?:balance"
    r"|rest) (?:later|\d|on|when|in)",
    r"\b{NUM} (?:(?:easy|equal|monthly|weekly|interest free|fortnightly) )*(?:payments|instal+ments) of {CASH}",
    r"\bsame as cash\b",
    r"\bnet (?:30|60|90)\b(?! ?(?:g|ml|oz|l)\b)|\bfinance from {CASH}|\bzero interest\b",
    r"\bsplit (?:it |the cost |your payment )?(?:into|in) (?:\d|three|four)",
    # Pay in 4, spread the cost over 10 months, nothing to pay until January, no deposit
    r"\bpay (?:in|over) (?:full|\d|three|four|instal+ments)",
    r"\bpay (?:nothing|\d+%|{CASH}0) (?:today|now|until|till|upfront|for|at checkout)\b",
    r"\bnothing to pay (?:today|now|until|till|for)\b",
    r"\bpay (?:monthly|weekly|later|your way|when you stay|at the (?:hotel|property)|on arrival|on delivery)\b",
    r"\bspread the (?:cost|payments?)\b|\b(?:finance|financing|instal+ments?|payment plans?) (?:available|options)\b",
    r"\b(?:buy|book|order|shop|fly|ride|drive) now,? pay\b",
    r"\bno (?:deposit|money down|interest|payments?)(?: (?:needed|required|until|till|for|to pay)\b|\W*$)",
    r"\b(?:interest|0%) free\b|\b(?:with|via|by) (?:klarna|clearpay|afterpay|affirm)\b",
    r"(?<![\d.])0 ?% (?:apr|interest|finance|financing|credit|deposit|instal+ments?)\b",
)

_COLLECT = say(
    PromotionKind.GUARANTEE,
    # Click & collect in 1 hour, free in-store pickup, ready for pickup in 2 hours
    r"\bclick (?:&|and|\+|n) collect\b|\b(?:reserve|order|buy online) (?:&|and) collect\b",
    r"\bbuy online,? pick ?up in store\b",
    r"\bfree\b (?:[\w-]+\s){0,2}?(?:pick ?up|collection|curbside|kerbside)\b",
    r"\b(?:in store|curbside|kerbside|drive up|same day|store) (?:pick ?up|collection)\b",
    r"\bready (?:for|to) (?:pick ?up|collect(?:ion)?)\b",
    r"\bcollect (?:in|from) (?:store|branch|your)\b(?! yours)|\bpick ?up (?:in store|today|in \d)",
)

_DISPATCH = say(
    PromotionKind.GUARANTEE,
    # Orders in by 3 PM ship same day, dispatched within 48 hours, delivered in 30 minutes, get it by Friday
    r"\b(?:ships?|shipped|shipping|dispatch|dispatched|sent|delivered|delivery|deliver|arrives?"
    r"|at your door|to your door|fitted|installed|repaired)"
    r"(?:\s[\w'’]+){0,4}? (?:within|in|under|in under|in as little as|from) (?:as little as |just |only "
    r"|under )?{NUM} ?(?:{NUM} )?{UNITS}\b",
    r"\b{NUM} {UNITS} (?:delivery|shipping|dispatch|turnaround|collection|service|fitting)\b",
    r"\b(?:ships?|shipped|dispatch|dispatched|delivered|collected|sent out) (?:the )?(?:same day|today"
    r"|tonight|tomorrow|next day|overnight)\b",
    r"\b(?:same|next|next working|next business) day (?:[a-z]+ )?(?:delivery|shipping|dispatch|despatch"
    r"|collection|pick ?up|service|fitting|appointments?|repairs?)\b",
    r"\b(?:overnight|express|priority|speedy|fast|rapid|quick) (?:delivery|shipping|dispatch|despatch)\b",
    r"\b(?:order|orders|ordered|book)(?: (?:in|placed|received|now|today|online))* (?:by|before|within)\b.{0,28}?"
    r"\b(?:ships?|get|for|receive|delivered|delivery|arrives?|same day|tomorrow|next day|dispatch\w*|today"
    r"|tonight)\b",
    r"\bget (?:it|yours|them) (?:by|before|tomorrow|delivered|as soon as|next day|in (?:as little as )?\d)",
    r"(?<!take\s)\b(?:arrives?|delivered|delivery|guaranteed|there) (?:by|before|in time for|for|tomorrow)(?: (?:by"
    r"|before))? (?:christmas|xmas|mother|father|valentine|easter|{DAYNAME}\b|noon|\d|tomorrow|the weekend"
    r"|the big day)",
    r"\b(?:in stock,?(?: (?:now|and|&))* )?ready to (?:ship|dispatch|go home)\b",
    r"\bin stock (?:for|&|and) (?:next|same|fast|ready|ship)",
    r"\b(?:choose|pick|select|name) (?:your|a|the) (?:own )?(?:(?:delivery|collection|time|arrival"
    r"|preferred) )?(?:delivery |nominated )?(?:day|date|slot|time slot|window)\b",
    r"\b(?:delivery|deliveries|we deliver|delivering|dispatch) (?:7 days|seven days|{NUM} days|on "
    r"(?:saturdays?|sundays?)|every day|daily)\b",
)

_RETURNS = say(
    PromotionKind.GUARANTEE,
    # Free size exchanges, 365-day returns, try it at home for 100 nights, 7 days free
    r"\bfree\b (?:(?!shipping|delivery)[\w&-]+\s){0,3}?(?:returns?|exchanges?)\b",
    r"\b(?:easy|simple|hassle free|no fuss|painless|instant|extended) (?:[\w&]+\s){0,2}?(?:returns?"
    r"|exchanges?|refunds?)\b",
    r"\breturns? (?:made )?(?:easy|simple)\b",
    r"\b{SPAN} (?:to )?(?:returns?|exchanges?|refunds?|change your mind|decide|right to return)\b",
    r"\breturn(?:s|ed)? (?:it |them )?(?:(?:for |accepted )?(?:within|up to)|any ?time|(?:for )?free|by post"
    r"|in store free)\b(?! (?:to|minutes))",
    r"\bchange your mind\b|\brisk free\b",
    r"\btry (?:it|them|us|one|before)?(?: on)? ?(?:(?:at home|free|risk free)(?: for)? )?(?:for )?"
    r"(?:free for )?{SPAN}(?: (?:at home|free|for free|risk free|on us))?\W*$",
    r"\btry (?:it |them |on )*at home\b",
    r"\b{SPAN} (?:for )?(?:free|risk free|on us|to try|at no cost)\b(?! (?:of|from|range))",
    r"\b(?:first|1st) {LESSON} (?:is |are |['’]s )*(?:free|on us|on the house)\b|\bfirst {LESSON}s? on us\b",
    r"\bfree\b (?:first |trial |taster |intro(?:ductory)? )(?:{LESSON}|pass|swim|ride|drive)\b",
    r"\b(?:your|a|one) free (?:month|week|day|trial|class|lesson|session)\b",
    r"\bfree for {SPAN}|\b{SPAN} (?:test (?:ride|drive|period|run)|home test|money back)\b",
    r"\b{SPAN} (?:free |home |sleep |no risk |risk free )*trial\b",
)

_AFTER_SALES = say(
    PromotionKind.GUARANTEE,
    # Aftercare for life, lifetime access, if it's not clean it's free
    r"\b(?:aftercare|servicing|support|updates|upgrades|adjustments|cleaning|sharpening|resizing|polishing|refills|tuning)"
    r" (?:is |are )?(?:for life|included|free|at no (?:extra )?cost)\b",
    r"\b(?:installation|fitting|assembly|set ?up|removal of your old \w+|recycling|servicing|expert fitting) "
    r"(?:is |are )?included\b",
    r"\b(?:change|cancel|amend|reschedule|move|freeze|pause) (?:your |my |any )?(?:[\w]+\s)?(?:for )?free\b",
    r"\bwe (?:replace|refund|repair|exchange) (?:it|them)\b|\bwhile you wait\b|\bready in .{1,14} in store\b"
    r"|\bbring (?:it|them) back (?:within"
    r"|in|any ?time|if)",
    r"\b(?:quote|reply|answer|collection|pick ?up|on your doorstep|at your table|at your desk)(?: [\w]+)? "
    r"(?:in|within) {NUM} (?:minutes?|mins?|hours?|hrs?|days?)\b(?! to cook)",
    r"\border (?:today|now|by \w+),? .{0,10}tomorrow\b|\bcollect today\b|\b(?:nominated day|evening|weekend|timed"
    r"|named day) (?:delivery|slots?)",
    r"\bno minimum (?:order|spend|purchase|quantity)\b",
    r"\bfirst {LESSON}['’]?s (?:\w+\s)?free\b",
    r"\blifetime (?:access|support|updates|aftercare|servicing|membership|replacement|refund)\b",
    r"\bif (?:it|you|they|we)\b.{2,30}\b(?:it['’]?s|they['’]?re|you['’]?re|your \w+ is|the next one['’]?s) "
    r"(?:free|on us)\b",
    r"\bif (?:it|you|they|we)\b.{2,30}\b(?:you don['’]?t pay|you pay nothing|we['’]?ll pay|we['’]?ll give you)\b",
    r"\bskip (?:a|any|your|weeks?)\b(?: (?:week|month|box|delivery|time|it))*\W*$",
    # No mid-contract price rises, fixed price until 2028
    r"\bno (?:[\w-]+ )?price (?:rises?|increases?|hikes?)\b|\bfixed (?:price|rate)s? (?:until|for|guarantee)",
    r"\bprices? (?:won['’]?t|will not|will never) (?:go up|rise|change|increase)\b",
    r"\bfree\b (?:until|till) \w|\bfree for (?:the |your )?first (?:{NUM} )?(?:days?|weeks?|months?|years?)\b",
    r"\b(?:try|start|play|stream|listen|join) (?:it |now |us |today )?(?:for )?free\b(?! (?:from|and|to|gift))",
)

_SERVICE = say(
    PromotionKind.GUARANTEE,
    # Free fitting and removal, free local setup, we'll take your old mattress away
    r"\b{GRATIS} (?:[\w&'’]+\s){0,3}?(?:installation|install|set ?up|assembly|fitting|removal|haul away|migration"
    r"|onboarding|training|recycling"
    r"|disposal|alterations?|servicing|maintenance|tune ups?|mot|valet|balancing)\b",
    r"\b(?:take|takes|collect|remove|recycle|recycles|haul) (?:away )?your old\b",
)

GUARANTEES = [
    *_WARRANTY,
    *_PRICE_MATCH,
    *_CANCEL,
    *_COLLECT,
    *_DISPATCH,
    *_RETURNS,
    *_AFTER_SALES,
    *_SERVICE,
]
"""What takes the risk or the trouble out of buying."""

_EXTRA_TIME = say(
    PromotionKind.GIFT,
    # + 3 months free: more of what is paid for, and no trial
    r"(?:^\W*\+|\b(?:plus|extra|bonus)\b) {SPAN} (?:extra )?free\b",
)

RULES: list[Rule] = [*_EXTRA_TIME, *_WAIVED, *_SHIPPING, *_PAYMENT, *GUARANTEES]
