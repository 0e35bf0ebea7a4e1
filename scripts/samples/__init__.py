"""Photos of product labels and ad posters, drawn, with the truth of what is printed on them.

Kept apart, so that each can grow by itself:

    facts.py                 what a photo says (`Label`, `Ad`) and its truth in the score tool's format
    products.py ads.py       the facts of the tracked samples: data only
    declarations.py codes.py tables of nutrients with their percentages; numbers with check digits, EAN-13 bars
    labels.py posters.py     layouts: facts -> a drawn page
    tables.py silhouettes.py care_symbols.py   the parts layouts are made of
    canvas.py fonts.py       drawing text and shapes; a canvas remembers every line it drew
    photo.py                 a drawn page -> a photo of it: perspective, blur, glare, noise
    catalogue.py             which facts, in which layout, seen through which camera, on which day
"""
