"""English buttons in words that the lexicon of calls has not: a verb of asking, what it is about, and nothing else."""

from __future__ import annotations

import re

_A = r"(?:a|an|your|our|the|free|my)"
_NOW = (
    r"(?:now|today|online|here|tonight|early|ahead|yours|in[- ]?(?:store|club|branch|app|salon)|in the app"
    r"|on the app|via the app"
    r"|by phone|direct|free|for free|with us|in minutes|in seconds|in person|at reception)"
)
_GOODS = r"(?:order|cart|bag|basket|trolley|box|wish ?list|calendar|favou?rites|list|stack|plan)"
_SEEN = (
    r"(?:ads?|flyers?|flights?|hotels?|rooms?|tours?|trips?|dates|times|eligibility|availability|coverage"
    r"|plans?|prices|rates"
    r"|fares|tickets?|menus?|deals?|offers?|stores?|styles|models|options|quotes?|demos?|samples?|estimates?|details"
    r"|appointments?|catalogues?|catalogs?|directions|recipes|service|reviews|stock|classes|timetables?|brochures?"
    r"|collections?|pricing|call ?backs?|valuations?|visits?|viewings?|cashback|code|results|listings|projects)"
)
_TAKEN = (
    r"(?:quotes?|tickets?|codes?|coupons?|vouchers?|kits?|pass|card|copy|spot|seats?|place|table|app|price"
    r"|valuation|plan|guide|look"
    r"|estimate|discount|gift|reward|points|offer|deal|sample|box|deposit|slot|flu jab|jab|report|match|number"
    r"|tote|pair|dates?)"
)
_CHOSEN = (
    r"(?:plans?|size|seats?|dates?|rooms?|box|colou?r|style|store|time|slot|tickets?|table|meals?|flavou?rs?"
    r"|package|bundle"
    r"|gift|favou?rites?|toppings|model|finish|bike|car|course|class|membership|frame|frames|branch|restaurant)"
)
_PLACE = (
    r"(?:in|by|in to|into|down|along|over|to|us|our|your|a|the"
    r"|and (?:see|try|taste|visit|say|meet|chat|find|pick|browse))\b"
)
_FORMS = (
    rf"(?:send|pick up|browse|build|plan|design|reserve|book|order|find|claim|start|download|see"
    rf"|visit)\s{_A}\s\w+(?:\s\w+)?",
    # My says that the reader presses it: Build my plan, Start my free trial
    r"(?!made|it's)(?:[a-z]+\s){1,2}?my\s(?:[\w'’-]++\s?){1,3}",
    r"shop\s(?!floor|assistant|front|soiled)(?:[\w'’&£$-]++\s?){1,5}",
    # What is looked up or set going: Check eligibility, Search flights, Get a free quote, See this week's menu
    r"(?:check|search|view|browse|compare|see|find|explore|get|request|choose|schedule|discover|watch|read)"
    rf"\s(?:[\w'’]+\s){{0,3}}?{_SEEN}",
    rf"(?:get|claim|grab|unlock|activate|load|redeem|apply|secure|save|reserve|snag|use|collect|print|clip)"
    rf"\s(?:(?:my|your|a|an|the|this|digital|free|store)\s)*{_TAKEN}(?:\s(?:in|on|at|with|for|here|now|today)"
    rf"(?:\s\w+){{0,3}})?",
    rf"(?:choose|pick|select|find)\s(?:my|your|a)\s(?:[\w-]+\s)?{_CHOSEN}",
    r"(?:build|design|create|make|customi[sz]e|configure|personali[sz]e|mix)\s(?:your|my|a|an|the)\s"
    r"(?:own\s?)?(?:[\w-]+)?"
    r"|(?:design|customi[sz]e|build|order|pre-?order|grab|reserve|claim|hire|get|book|create|try)\syours(?:\s"
    r"(?:now|today|online|here))?",
    # Enquire now, register online, order by phone
    r"(?:order|book|reserve|shop|enquire|inquire|enrol|enroll|register|apply|upgrade|switch|renew|donate|vote"
    r"|play|bid|rent|hire|join"
    r"|subscribe|redeem|pre-?order|buy|try|visit|call|start|sell|trade|log in|sign in|sign up|opt in|drop in"
    r"|pop in|walk in|stop by|come in"
    r"|call in|download|explore|discover|watch|listen|tune in|swap|save|pledge|stream|subscribe|respond|rsvp"
    r"|customi[sz]e|gift)"
    rf"(?:\s(?:one|it|some|both))?\s{_NOW}(?:\s{_NOW})?",
    r"(?:enquire|apply) within|switch to us|notify me(?: when .*)?|remind me|set (?:a )?reminder|go to "
    r"(?:the )?(?:live|offer|shop|store|checkout)",
    r"(?:try|taste|test|feel|hear|see|grab|pick up|take) (?:one|it|them|a pack|a pair|a bag|a bottle|a box)"
    r"(?: (?:for yourself|home|in store|today|now|up))+",
    rf"add\s(?:\w+\s){{0,2}}?to\s(?:my\s|your\s)?{_GOODS}",
    # Text PIZZA to 55512, tap the bag to buy, scan for menu, ring to book
    r"(?:text|sms|whatsapp|message|dm|email|send)\s[\w'’“”\"@.]+\s(?:to|at|on)\s[\d@+ ]{3,}(?:\s\w+){0,3}",
    r"(?:tap|click|press|swipe|scan|snap|point|hold|drag|spin|shake|hit)\s(?:the |this |your |here |on |up "
    r"|now |any )*(?:[\w'’]+\s){0,3}?(?:to|for)\s(?:[\w'’]++\s?){1,4}",
    r"(?:call|phone|ring|text|message|email|dm|whatsapp|visit|ask|log in|sign in|sign up|open the app|pop in"
    r"|head)(?:\s(?:us|in|now|today|ahead|on))*"
    r"(?:\s[\d ()+-]{7,})?\s(?:to|for)\s(?:a |your |our |more )?(?:book|order|reserve|unlock|redeem|join"
    r"|enquire|arrange|find out|buy|save|claim|quote|appointment|details|info\w*|pre-?order|start|demo|pricing"
    r"|advice|tasting|sample|test drive|consultation)\b(?:\s[\w'’]+){0,3}[: ]*[\d ()+-]*",
    r"(?:call|phone|ring)(?:\s(?:us|now|today|free|on|our|team|in))*[: ]+[\d ()+-]{7,}",
    # Where to go: pop in and try one, ask our pharmacist, speak to an expert
    rf"(?:pop|drop|stop|swing|come|head|walk|call)\s{_PLACE}(?:\s?[\w'’]+){{0,5}}",
    r"ask\s(?:(?:in|at|for|about|our|your|a|an|the|us|any member of|staff)\s?)+(?:[\w'’]++\s?){0,4}",
    r"(?:speak|talk|chat|book in)\s(?:to|with)\s(?:us|our|an?|your|the|sales|a member)(?:\s[\w'’]+){0,3}"
    r"|contact\s(?:us|sales|our|your|the)(?:\s\w+){0,3}",
    r"see (?:if you qualify|how it works|how much you could save|what[’']?s (?:on|new|in store|inside)|it in "
    r"(?:action|store)|for yourself)",
    r"find\s(?:us|yours|out|your nearest|a)(?:\s[\w'’]+){0,3}",
    r"(?:take|start|do)\s(?:the|our|a)\s(?:[\w-]+\s)?(?:quiz|tour|test|survey|trial|challenge)",
    r"(?:watch|read|hear|view|see|discover|explore)\s(?:the|our)\s(?:full\s|new\s|whole\s)?(?:film|story|video"
    r"|demo|review|guide|ad|stream|show|collection|range|lookbook|trailer|recipe|menu|report)",
    r"join\s(?:the|our|my)\s(?:[\w-]+\s){0,2}?(?:club|wait ?list|live|list|stream|team|queue|challenge"
    r"|community|programme?|crew|free trial)",
    r"(?:become|be)\s(?:a|an)\s(?:member|stockist|reseller|subscriber|partner|host|volunteer|donor|insider|vip"
    r"|founding member)",
    r"open\s(?:a|an|your)\s(?:[\w-]+\s)?account(?:\s(?:online|today|now|in \w+))*|register\s(?:your|for)\s"
    r"(?:[\w'’]++\s?){1,3}",
    r"(?:secure|save|reserve|claim|hold)\s(?:your|my|a)\s(?:[\w'’]++\s?){1,2}|schedule\s(?:your|a|my)\s"
    r"(?:[\w'’]++\s?){1,2}",
    r"(?:gift|send|sponsor|adopt|donate|gift wrap)\s(?:it|a|an|this)(?:\s\w+){0,2}|(?:sell|value|trade in"
    r"|recycle|part[- ]exchange|insure|service)\s(?:your|my|yours)(?:\s\w+){0,2}",
    r"grab\s(?:a|an|your|the|some|one)(?:\s[\w'’]+){1,3}|load offer|clip it|activate offer|redeem (?:at|in|on"
    r"|online)(?:\s\w+){0,3}",
    r"request\s(?:a|an|your|my|pricing)(?:\s[\w'’]+){0,3}|(?:shop|browse|see|view) (?:all|more|both|similar)"
    r"(?:\s[\w'’]+){0,2}",
    r"treat\s(?:yourself|someone|them|mum|dad)|(?:gear|stock|tuck|dig|log|sign|opt)\s(?:up|in)|start\s\w+ing"
    r"(?:\s\w+)?",
    r"(?:fill|pack|load)\s(?:your|my|the)\s(?:basket|cart|bag|trolley|box)|clip (?:digital |the "
    r"|your )?coupons?(?:\s\w+){0,4}",
    r"(?:open|download|install|get)\s(?:the|our)\s(?:free\s)?app(?:\s(?:now|today|to|and)(?:\s\w+){0,3})?",
)
ENGLISH_BUTTON = re.compile(rf"(?:{'|'.join(_FORMS)})\s*[!>»›→▶.]*$", re.IGNORECASE)
"""Of a whole wording only: sentences go on behind the verb and its object."""
STATEMENT = re.compile(
    r"\d\s*%|[$£€]\s*\d.*\boff\b|\bfree\b.*\bwith\b|\.\s+\w|\b(?:is|are|was|has|have|will|can)\b", re.IGNORECASE
)
"""What no button says: a share, a second sentence, a verb of telling."""
BY_PHONE = re.compile(r"^(?:call|phone|ring|text|sms|dial|whatsapp)\b", re.IGNORECASE)
"""The call where no button is printed."""
