"""Fine-tuning: verified records as training data, LoRA adapters from it, and the gate an adapter has to pass.

products.py   which records show the same product, and which split each product falls into
examples.py   a verified record -> what a perfect model would have answered about each of its photos
formats.py    an example in the words of TRL, ms-swift, LLaMA-Factory and qwen-vl-finetune
manifest.py   what a data set consists of, and reading one back
dataset.py    writing a data set: whole or not at all
recipe.py     the numbers of a training, and which photos each of its steps is over
sequences.py  an example as tokens, positions and patches, and which tokens are learned
learner.py    the base model with LoRA layers (peft), and the loss of an example
state.py      what a stopped training goes on from
progress.py   how it goes: lines and a plot
training.py   the loop
paired.py     two engines on the same records, field by field: tests and intervals
gate.py       an adapter against what reads now, on products it has not seen
promotion.py  putting an adapter to use, and taking it back
overview.py   all of it as it stands, for the Engines page
"""
