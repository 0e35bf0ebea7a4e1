"""Memory: what verified records teach the next reading, without training.

    lexicon      brands, manufacturers, addresses, phrases as people verified them, each with the company
                 prefixes of its barcodes: near-miss readings become the known value, gaps are filled
    corrections  what this very reading became before, for this company or everywhere
    products     what other records with the same barcode say
    confusions   characters that are read for others in a field (卷 for 券, O for 0)

`remember` lays it over a proposal. A value from memory has the source `history`, a finding that says what was
read and on how many records the other value stands, and the printed text as its `raw`; its grade is medium
at most. What a person decided is never touched, and predictions made before stay as they were.

What teaches: fields of verified records, as rows of `lessons` (`core/learning/judging.py`). A record that is reopened
or deleted, and a correction that is taken back, take their rows away in the same transaction. A value nobody
has looked at teaches nothing, and neither do records of one product that contradict each other.
"""

from core.memory.base import RULE, as_read
from core.memory.recall import Reading, remember

__all__ = ["RULE", "Reading", "as_read", "remember"]
