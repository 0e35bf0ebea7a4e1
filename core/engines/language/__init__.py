"""What every engine that speaks to a vision-language model shares: prompts, the form of answers, parsing, pictures.

    prompts.py   what the model is asked              parse.py     what it said -> typed fields
    answers.py   the form its answer must have        guard.py     stops an answer that runs in circles
    picture.py   the pixels it gets                   reader.py    JSON, also broken and cut JSON
    version.py   one digest over all of them

Nothing here needs torch, a tokenizer or a server.
"""
