"""Qwen3-VL on this machine: the checkpoint's own inputs, two runtimes, one decode loop.

engine.py     the engine: prompts, caches, answers
view.py       the part and size of a photo that the model sees
inputs.py     photo and prompt -> patches, token ids, positions
runtime.py    what a runtime offers; torch_runtime.py and openvino_runtime.py offer it
adapting.py   an adapter merged into the loaded model
choice.py     which runtime and precision this machine gets, and why
decoding.py   the loop: prefix, grammar, drafts, sampling
grammar.py    JSON Schema -> allowed tokens, forced tokens
drafts.py     what the answer will probably say next, from what the embedded reader has read
prefixes.py   key-value caches of prompts kept for the next photo or the next question
"""
