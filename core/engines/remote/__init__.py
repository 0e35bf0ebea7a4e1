"""The remote engine: any server that speaks OpenAI's chat API with pictures (vLLM, SGLang, llama-server, Ollama …).

engine.py    photos and questions -> requests, answers -> fields       failures.py  HTTP -> plain errors
client.py    one request at a server: turns, retries, streams          breaker.py   leaves a dead server alone
events.py    bytes -> server-sent events
"""
