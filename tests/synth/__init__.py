"""Labelled synthetic photos, many and different: the regression set of the extraction rules.

    python -m tests.synth OUT -n 200 --seed 7              # clean: flat, lightly tilted
    python -m tests.synth OUT -n 200 --seed 7 --degraded   # the same pages, badly photographed

Each photo OUT/NAME.jpg has its truth in OUT/NAME.json, in the format of data/samples. The same seed
gives the same pages on a machine with the same fonts. Nothing in core/ knows of this package.

    vocabulary/*.toml   what packs and posters print; written apart from data/lexicons, which it tests
    words.py            picks from it: brands, makers, dates, amounts
    chinese.py european.py american.py fronts.py goods.py tags.py ads.py
                        one family each: facts, and the layouts they are set in
    page.py tables.py bars.py   columns of text, nutrition tables, bar codes
    camera.py           a drawn page -> a clean or a bad photo of it
    deck.py             which family comes when; a page that can't be set is dealt anew
"""
