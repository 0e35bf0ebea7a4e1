"""English offers by how they are worded where no number sets a share: gifts, codes, limits, members, price names.

Like the service promises (promotion_en_services) they stand behind the rules that compute and before the lexicon.
"""

from __future__ import annotations

from core.values.promotion_en_words import say
from core.values.promotion_rules import PromotionKind, Rule, plain

_LIMITS = say(
    PromotionKind.FLASH_SALE,
    # Ends in 03:17:42, sale ends midnight Sunday, must end Monday
    r"\b(?:ends?|ending|finish(?:es)?|clos(?:es?|ing)|expires?)"
    r" (?:in |on |at |by |this |next )*(?:today|tonight|tomorrow|midnight|noon"
    r"|{DAYNAME}\b|soon|weekend|week|month|\d{1,2} ?[ap]m|\d{1,2}:\d\d|{SPAN}\b)",
    r"\b(?:now |from now |on now |today |valid |good |available )?(?:through|thru|until|till|til) (?:this "
    r"|next |end of |close (?:of|on) |the end of )?(?:midnight|tonight|tomorrow|{DAYNAME}\b(?! to)"
    r"|the weekend|\d{1,2} ?pm (?:tonight|today))",
    r"\b(?:tonight|today) (?:only |from .{1,8} )?(?:until|till|til) \d",
    # Today only, Friday & Saturday only, for one week only, 3 days only, 4 hours left, last 2 days
    r"\b(?:today|tonight|tomorrow|midnight|this (?:week|weekend|month|season|morning|afternoon|evening)|"
    r"(?:one|two|three|\d{1,2}) (?:days?|nights?|weeks?|weekends?|hours?|months?)|{DAYNAME}) only\b",
    r"\bonly (?:today|tonight|this (?:week|weekend|month)|for \d+ (?:days|hours))\b",
    r"\b{NUM} (?:hours?|hrs?|days?|mins|minutes) (?:left|to go|remaining|sale|event)\b",
    r"\b(?:last|final) (?:(?:\d{1,2}|two|three|few|couple of) )?(?:days?|hours?|hrs|weekend|weeks?|call"
    r"|chance)\b(?! (?:longer|on|of use|saloon|bar|cafe))",
    r"\b(?:next|for) {NUM} (?:minutes?|mins|hours?|days?|orders|customers) only\b|\bonly (?:during"
    r"|for the duration of|while) (?:the )?(?:live|stream|show|event)\b",
    r"\b(?:today['’]?s|new|next|flash) drop\W*$|\bstrictly limited\b|\blimited (?:\w+\s)?(?:batch|run|drop"
    r"|pressing|print run) of \d",
    r"\b(?:not|won['’]?t be (?:here|around|back)) for long\b|\bbefore (?:they|it) (?:fly|flies|go(?:es)?"
    r"|sells? out)\b|\bflash (?:fares?|rates?|prices?)\b",
    r"\bfirst \d[\d,]* (?:to|who|through)\b|\b(?:seats|places|spaces|spots|rooms|tables|tickets) (?:left"
    r"|remaining|going fast)\b",
    r"\b(?:final|last|few) (?:sizes|pieces|pairs|rooms|places|spots|units|seats|tickets|copies)(?: (?:left"
    r"|remaining|available))?\W*$",
    # First 200 pairs only, limited to 500 pieces, only 12 left, limited spaces
    r"\b(?:for )?(?:the )?first \d[\d,]* (?:\w+\s){0,2}?{TAKERS}\b|\bfirst \d+ only\b",
    r"\blimited (?:to|run of) (?:the first )?\d",
    r"\b(?:only|just|last|final) {NUM} (?:\w+\s){0,2}?(?:left|remain(?:ing)?|places|spaces|spots|seats|rooms"
    r"|tables|slots|units|pairs|pieces|available|in stock|to go|tickets)\b",
    r"\b{NUM} (?:\w+\s)?(?:left in stock|left at this price|left)\W*$",
    r"\blimited (?:spaces?|spots?|places?|availability|numbers?|supply|supplies|stocks?|quantit(?:y|ies)"
    r"|release|drop|slots|appointments|tickets|time)\b",
    r"\b(?:spaces?|places?|spots?|numbers|quantities|stocks?|supplies) (?:are |is )?(?:strictly )?limited\b",
    r"\b(?:selling|going|moving|booking|filling) (?:up |out )?fast\b",
    r"\b(?:almost|nearly|practically) (?:gone|sold out|full)\b|\blow (?:in )?stock\b|\bfast selling\b",
    # While they last, until stocks run out, once it's gone it's gone
    r"\b(?:while|whilst|as long as) (?:[a-z]+ ){0,3}?lasts?\b",
    r"\b(?:until|till|before) (?:[a-z]+ ){0,2}?(?:runs? out|sold out|(?:it['’]?s|they['’]?re|they are) gone"
    r"|sell out|sells? out)\b",
    r"\b(?:when|once) (?:it['’]?s|they['’]?re|they are|it is) gone\b",
    r"\bfirst[\s-]+come,? first[\s-]+served?\b",
    r"\b(?:flash|lightning|pop up|one day|24 hour|hourly|midnight) (?:sale|deals?|drop)\b",
    r"\b(?:early bird|pre ?order|presale|advance) (?:tickets?|offer|discount|rate|bonus|special|access)\b",
)

_GIFTS = say(
    PromotionKind.GIFT,
    # BONUS cover & tool set valued at $59, includes 1 year of Office, a $69 value
    r"^\W*(?:plus |with )?(?:a )?bonus:? (?!points|episodes?|tracks?|content|levels?|features?|chapters?"
    r"|rooms?|scenes?|buys?\b|tier|round|stars|miles)[\w$£€]",
    r"\b(?:includes?|including|plus|with|receive|get|add|comes with|and|&)\b.{2,44}(?:{CASH}\d[\d,.]* "
    r"(?:value|worth)\b|\b(?:worth|valued at|value) (?:up to |over )?{CASH}\d)",
    r"\bfree\b.{2,44}(?:{CASH}\d[\d,.]* value\b|\b(?:worth|valued at) (?:up to |over )?{CASH}\d)",
    # Plus a free tote, comes with a free pump, free cleaning kit included
    r"(?:\b(?:includes?|including|comes with|plus|and|with|get|receive|enjoy|claim|grab|take|add|pick|choose"
    r"|have|collect)\b|\+|&) (?:your |a |an |one |two |three |\d |any |us for a )?(?:free|complimentary) "
    r"(?!shipping|delivery|returns?|from|of|trial|quote|estimate|consult|valuation|demo|appraisal"
    r"|no obligation|wi ?fi|parking)\w",
    r"{FREE} (?:(?!delivery|shipping)[\w&'’.-]+\s){1,6}?(?:included|inside|with|when|in every|in each|per|worth)\b",
    r"{FREE} (?:[\w&'’.-]+\s){1,5}?(?:on (?:your|all|every|orders|arrival|us|bookings|any)|for (?:every|each"
    r"|all|the|new|first|members|kids|you)|over)\b",
    # Free with any 2 large pizzas, yours free, 2 free samples, free gift wrapping
    r"\b(?:includes?|including|comes with) {SPAN} (?:of |free )|\byours with (?:any|every|each)\b|\blate check ?out\b",
    r"{FREE} .{2,30}\bin (?:your|every|each|the) (?:first |next )?(?:box|order|bag|parcel|delivery|pack)\b",
    r"{FREE} (?:with|when) (?:any|every|each|purchase|all|your|orders?|a|an|you|\d|our|this|both|selected)\b",
    r"\byours (?:for )?free\b|\byour free \w",
    r"\b(?:{NUM}|a|an) (?:free|complimentary) (?!no obligation|trial|quote|range|standing|spirit|estimate"
    r"|consult|valuation|man|woman|bird|app|guide|world|life)[\w-]+",
    r"{FREE} (?:(?:luxury|festive|holiday|christmas|in store) )?(?:gift ?wrap|gift ?box|gift bag|wrapping"
    r"|engraving|personali[sz]ation|monogram|embroidery|birthday|refills?|toppings?|dessert|drinks?|coffee"
    r"|samples?|side|upgrade|breakfast|starter|swatches?|tasting|tote|case|mug|extra)",
    r"\b(?:free|complimentary) .{2,24}(?:on your birthday|on arrival|at check ?in)\b",
    r"\bcomplimentary (?!colou?rs?)\w",
    # Tenth cup on us; not You can count on us
    r"^(?!.*\b(?:count|rely|lean|depend|bet|call|focus|based|eyes)\s+on\s+us\b).*\S ?on (?:us|the house)\W*$",
    r"\bget a free\b(?! (?:[\w-]+\s+)?(?:quote|estimate|consult|valuation|demo|appraisal))",
    r"\b(?:kids|children|under \d+s?) \w+ free (?:with|when)\b",
    # Gift with every order, first 30 guests get a goodie bag
    r"\b(?:gift|treat|surprise|sample|sachet|sticker|toy|poster) (?:with|in|for) (?:every|each|any|all"
    r"|your first|purchase|orders?)\b",
    r"\b(?:mystery|surprise|welcome|bonus|birthday) (?:gifts?|treats?)\b(?! (?:ideas|for|box(?:es)?\W*$))",
    r"{CASH}\d[\d,]* (?:worth )?of [\w\s]{3,24} free\b|\bfree {CASH}\d[\d,]* of\b",
    r"\b(?:goodie|goody|swag|party) bags?\b|\bfirst \d+ {TAKERS} (?:get|receive|take|will|win)\b",
    # Prize draws
    r"\bprize draw\b",
    r"\bwin (?:up to|an?|one of|1 of|tickets|prizes|instantly|free|big|\d|{CASH}|vouchers|your|the (?:trip"
    r"|holiday|ultimate))\b(?! back)",
    r"\bwin {CASH}\d|\b(?:chance|chances) to win\b|\binstant wins?\b|\bto be won\b",
    r"\b(?:spin|scratch|scan|tap|play|text|enter|open|shake|snap) (?:the (?:wheel|code|card) )?(?:and |& |to "
    r"|for )+(?:a |your )?(?:chance to )?(?:wins?|prizes?|gifts?)\b",
    r"\bspin the wheel\b|\bsweepstakes?\b|\braffles?\b",
    r"\benter (?:the|our|to) (?:draw|win|competition|giveaway|raffle)",
)

_SPEND_GIFTS = say(
    PromotionKind.GIFT,
    r"\bspend (?:over |just )?{CASH}{threshold}\D{0,24}?\b(?:get|receive|choose|pick|enjoy|claim|take)\b "
    r"(?:home )?(?:a |an |your |our )?(?:\d |two )?(?:free|complimentary|gift(?! ?card)|mystery|mini)",
    r"{FREE} .{2,44}\b(?:when|if) you spend (?:over )?{CASH}{threshold}",
    r"\b(?:gift|yours|treat|bag|mini|sample)\b.{0,24}\b(?:when|if) you spend (?:over )?{CASH}{threshold}",
    make=plain(PromotionKind.GIFT, "threshold"),
)

_CODES = say(
    PromotionKind.COUPON,
    # Code HOHO15, enter FALL25 at checkout, show this ad
    r"\b(?:code|coupon|voucher):? ?[a-z]*\d+[a-z]*\b(?!\s*%)",
    r"\b(?:code|enter|apply|use|quote|mention|type|say) .{2,18} (?:at (?:the )?(?:check ?out|till|counter"
    r"|register|booking)|when (?:you )?(?:book|order|call)(?:ing)?|on booking|to redeem)\b",
    r"\b(?:show|bring|present|mention|flash) (?:in )?(?:this|your) (?:ad|advert|flyer|leaflet|screen|post"
    r"|email|text|page|receipt|ticket|qr|code|message|ticket stub|poster|story)\b(?! (?:to (?:your"
    r"|a) friends?))",
    r"\b(?:cut out|clip|tear off|print|printable|detach) (?:this |the |your |and save )*(?:coupon|voucher)",
    # Money given back later
    r"\b(?:store|shop|bonus|super|reward|\w+['’]s) cash\b(?! (?:only|point|machine|flow|register))",
    r"{CASH}{amount} (?:prepaid|visa|mastercard|e ?gift|digital|amazon)\b",
    r"\b(?:tax credit|mail in rebate|instant rebate|rebates?|cash ?back|bill credit|account credit"
    r"|statement credit)\b(?! (?:lane|street|road))",
    r"\b\d{1,2}(?:\.\d)? ?% back (?:on|in|at|with|for|when|every)\b",
)

_PRICE_NAMES = say(
    PromotionKind.PRICE_LABEL,
    r"\b(?:introductory|intro|launch) offers?\b",
    r"\b(?:deal|sale|offer|event|show|fair|live|stream|festival|christmas|opening) price\W*$",
)

_MEMBERS = say(
    PromotionKind.MEMBERSHIP,
    # With Clubcard, with Brightway Rewards: alone, beside a price
    r"^\W*(?:exclusively |only )?(?:with|for) (?:your |my |a |our |free )?(?:[\w'’+&]+\s){0,2}?(?:card"
    r"|cardholders?|rewards?|clubcard|nectar|plus|plus card|club|membership|members|app|prime|account|sparks"
    r"|loyalty|subscription|perks)\W*$",
    # Earn 2x points, 1 point per £1, collect stamps
    r"\bpoints?:? \d+ ?x\b",
    r"\b\d+ ?x (?:the |bonus |reward )?(?:points|rewards|stars|miles|stamps|entries)\b",
    r"\b(?:earn|collect|get|double|triple|bonus|win) (?:up to )?(?:\d[\d,]* |a |your |extra |double |triple "
    r"|bonus |reward |more |free )*(?:\w+\s)?(?:points?|stamps?|miles|stars|avios)\b(?! (?:of|for style))",
    r"\b\d[\d,]* (?:\w+\s){0,2}?(?:points?|stars|miles|stamps?|avios) (?:for|per|on|with|when|back|every|=)\b",
    r"\bpoints? (?:per|for every|on every|with every|on all|back)\b|\b(?:loyalty|stamp|reward) cards?\b",
    # For whom: the app's users, new customers, students
    r"\b(?:unlock|included|free|save|yours) with (?:prime|plus|membership|your card|clubcard|nectar|the app)\b",
    r"\b(?:scan|swipe|use|show|tap) your (?:clubcard|nectar|card|loyalty|membership|rewards)\b",
    r"\b(?:education|student|academic|nonprofit|charity) (?:pricing|prices?|rates?|stores?)\b",
    r"\b(?:app|in app|member|members|subscriber|subscribers|prime|plus|cardholder|club|vip|insider) (?:only"
    r"|exclusives?|perks|benefits|deals?|savings?|prices?|rates?)\b",
    r"\b(?:exclusive(?:ly)?|only) (?:to|for|in|on|via) (?:the |our |all )?(?:app|members?|subscribers?"
    r"|cardholders?|students?|new|in app|club)\b",
    r"\b(?:new|first[\s-]+time) (?:customers?|members?|subscribers?|users?|guests?|clients?|patients?"
    r"|students?|accounts?|sign ups?|viewers?|buyers?|here\?)\b",
    r"\b{CREW}(?:['’]s?)? (?:& \w+\s|and \w+\s)?(?:card holders? )?(?:discounts?|offers?|deals?|rates?"
    r"|pricing|savings?|saves?|welcome|concessions?|prices?|get|plans?|tickets?|membership|fares?|menus?|nights?|pass|appreciation|days?\b)",
    r"\b(?:discounts?|savings|offers?) for (?:[a-z]+ )?{CREW}\b",
    r"\b(?:members?|subscribers?|cardholders?|insiders|app users|account holders) (?:also |always )?(?:get"
    r"|save|enjoy|receive|earn|pay|shop|eat|go)\b",
    r"\b(?:join|sign up|register|subscribe|log in|sign in) (?:now |today |free |for free )?(?:and|&|to|for) "
    r"(?:\w+\s)?(?:save|get|unlock|earn|receive|claim|enjoy|access|member|exclusive|rewards|\d)",
    r"\b(?:give|gift) (?:{CASH}\d+|\d+ ?%),? (?:get|and get|earn) (?:{CASH}\d+|\d+ ?%)",
    r"\b(?:bring|invite|introduce|tell|recommend) (?:a|your) (?:\w+\s)?(?:friends?|mate|buddy|guest"
    r"|neighbou?r|colleague)\b.{0,20}\b(?:free|get|save|earn|both|{CASH})",
    r"\bguest pass\b|\bincluded (?:with|in) (?:your )?(?:membership|subscription|plan|pass|prime)\b",
    r"\bfree\b (?:for|with|to) (?:all )?(?:prime|plus|members?|subscribers?|cardholders?|students?)\b",
    r"\bearly access\b|\bpriority (?:booking|access)\b|\bmember (?:offer|discount|benefit)s?\b",
)

_DISCOUNTS = say(
    PromotionKind.DISCOUNT,
    r"\bprices? (?:slashed|smashed|dropped|cut|down|crash|lowered|reduced|rollback)\b",
    r"\b(?:even|new|now) lower\b(?! (?:fat|salt|sugar|back))",
    r"\b(?:final|last|further|massive|big|extra) (?:reductions?|markdowns?)\b|\beverything must go\b",
    r"\b(?:wing|taco|pizza|burger|curry|steak|pie|fish|wine|student|ladies|meatless) (?:mon|tues|wednes|thurs|fri"
    r"|satur|sun)days?\b",
    r"\bno corkage\b|\b(?:book|buy|order|shop) (?:direct|online|early|together|in bulk|ahead) (?:and|&|to) save\b"
    r"|\bspecial buys?\b",
    r"\b(?:low everyday|everyday low) prices?\b|\bprice breaks?\b|\b(?:volume|tiered|bulk|quantity"
    r"|contract) pricing\b|\bsuper (?:6|six)\b",
    r"\b(?:weekly|circular) (?:ad|flyer|savings)\b|\b(?:midnight|weekend|monday|spring|summer) madness\b",
    r"\b(?:book|buy|order) (?:[\w]+\s){1,3}(?:ahead|early|in advance|direct|online) (?:and|&) save\b",
    r"\b(?:this (?:week|month)|today|the day|daily|monthly)['’]?s? specials?\W*$",
    r"\b(?:lowest|best) (?:\w+\s)?prices? (?:of|this|ever)\b|\b(?:move in|new patient|new client|intro) specials?\b",
    r"\b(?:customer|dealer|bonus|loyalty) cash\b|\b(?:finance|deposit) contribution\b|\bloyalty bonus\b",
    r"\bpay (?:the |your )(?:vat|tax|sales tax|gst)\b|\b(?:vat|tax) free (?:days?|weekend|event|week)\b"
    r"|\bno sales tax\b",
    r"\b(?:bring|recycle|return|swap|exchange|hand in) (?:in )?(?:your|any) old\b",
    r"\bsave (?:when you|as you|{NUM} months|more|money)\b(?! (?:time|energy|water|space))",
    r"\b(?:early booking|advance booking|late availability|last minute|launch|opening|trial) (?:offers?"
    r"|discounts?|deals?|rates?|savers?|savings?)\b",
    r"\bclosing down\b|\bclear ?out\b",
    r"\b(?:stock|end of (?:season|line|summer|winter|year)) (?:sale|clearance)\b",
    r"\b(?:manager|chef|{DAYNAME}|holiday|weekend|lunch(?:time)?|dinner|summer|winter|spring|autumn|christmas"
    r"|easter|birthday|opening|midweek|weekday|store|bank holiday|seasonal|pie|pint|match day"
    r"|family)['’]?s? specials?\b(?! (?:recipe|edition))",
    r"\b(?:happy hours?|2[\s-]4[\s-]1|early bird (?:rates?|menu))\b(?! all day)",
    r"\bfriends (?:&|and) family (?:event|sale|days?)\b|\bsale (?:now on|starts|on now|preview|ends)\b",
    r"\b(?:trade|volume|bulk|group|multi ?buy|loyalty|sibling|family|staff|cash|quantity|wholesale) "
    r"(?:discounts?|rates?|pricing|savings)\b",
    r"\btrade(?: it)? in (?:and|&|to) (?:save|upgrade|get)",
    r"\btrade in (?:value|bonus|credit|offer|event|allowance)\b|\bpart exchange\b",
    r"\b(?:cash|purchase|scrappage) allowance\b|\bscrappage\b",
)

_BUNDLES = say(
    PromotionKind.BUNDLE,
    r"\bcheapest (?:\w+\s)?(?:is |one )?free\b",
    r"\b(?:family|starter|value|gift|complete|breakfast|lunch|date night|party|weekend) (?:bundles?|deals?"
    r"|box deal|combos?)\b",
    r"\b(?:complete|build|make|create) (?:the|your|a|your own) (?:set|look|bundle|box|kit|pack|routine) "
    r"(?:and|&|to) save\b",
    r"\bthe more you buy\b|\bbuy (?:more|together),? (?:and )?(?:save|pay less)\b",
    r"\bbundle (?:up )?(?:and|&|to) save\b",
    r"\btwo for tuesday\b|\bbuy {NUM} or more\b",
    # Double data, 2 can dine for $25, add a drink for £1, bundle your home and auto
    r"\b(?:double|triple|twice) (?:the |your )?(?:data|minutes|portions?|pack|size|coverage|entries|nights)\b",
    r"\b(?:2|two) can dine\b|\bdine in for (?:2|two)\b|\bbundle (?:your|home|any|with)\b.{0,24}\bsave\b",
    r"\b(?:add|make it|upgrade to) (?:a |an |any |your |the )?(?:\w+\s){1,3}?for (?:just |only |an extra "
    r"|another )?(?:{CASH}\d|\d+ ?[p¢])",
    r"\bbottomless (?:brunch|drinks|coffee|fries|refills?)\b|\ball you can (?:eat|drink|ride|play)\b",
)

_FREE_ALONE = say(
    PromotionKind.GIFT,
    # Free checked bag, free cupcake: nothing else is said
    r"^\W*free\b (?!next|same|express|standard|overnight|local|home|worldwide|international|from|of|range|stand"
    r"|spirit|flow|form|think|weight|styl|world|kick|hand|fall|move|motion|radical"
    r"|run|wi ?fi"
    r"|parking|app\b|people|and|or\b|to\b|your|yourself|breath|lance|climb|trade|will|speech|agent|wheel|play|space|state|the"
    r"|us\b|view|shipping|delivery|returns?|trial|solo|bird|roam|swing|moving|admission|for\b|in\b|on\b|with\b|wash\b)"
    r"(?:[\w'’/-]+\s){0,3}[\w'’/-]+\W*$",
)

_FREE_ENTRY = say(
    PromotionKind.OTHER,
    # Kids eat free, under 5s free, kids' places free, kids eat for £1
    r"\b(?:kids?|child(?:ren)?|under \d+s?|seniors|babies|infants?|dogs|carers|members|ladies)(?:['’]s?)?"
    r"(?: (?!sugar|dairy|gluten|nut|fat)\w+(?: (?:&|and) \w+)?)?(?: go| are)? (?:for )?free\b(?! (?:of|from))"
    r"|\bkids eat (?:for|from)\b",
    r"\bpay what you (?:want|can|like|think)\b|\b(?:no|without) (?:appointment|booking) (?:needed|necessary"
    r"|required)\b",
    r"^(?!\W*(?:get|request|book|claim|call for|arrange) (?:a|an|your|our) ).*\bfree\b (?:[\w&'’-]+\s){0,3}?"
    r"(?:consultations?|check ups?|checks?|estimates?|quotes?|surveys?|eye tests?|hearing tests?|tests|jabs?"
    r"|vaccinations?|vaccines?|screenings?|valuations?|advice|demos?|appraisals?|entry|admission|exams?"
    r"|inspections?|assessments?|diagnos\w+|measure\w*|x rays?|workshops?|classes|seminars?|webinars?|tours?"
    r"|tastings?)\b(?! (?:to"
    r"|of) your)",
)

RULES: list[Rule] = [
    *_SPEND_GIFTS,
    *_BUNDLES,
    *_CODES,
    *_FREE_ENTRY[-1:],
    *_GIFTS,
    *_FREE_ENTRY[:-1],
    *_FREE_ALONE,
    *_LIMITS,
    *_PRICE_NAMES,
    *_MEMBERS,
    *_DISCOUNTS,
]
