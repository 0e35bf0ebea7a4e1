"""Ads as they are seen: which posters are one design, and where, when and of whom each was seen."""
