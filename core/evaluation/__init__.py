"""How well photos are read: fields against transcribed truth, saved so that two runs can be compared.

truths.py    a set of photos with their truth
matching.py  when an answer says the same as the truth
scoring.py   one photo's answers against its truth: hits, misses, false answers, yield
measure.py   a whole set through the ordinary pipeline
report.py    tables for people, JSON for programs, two runs side by side
"""
