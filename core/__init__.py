"""ShelfLens without its pages: reading, storing, reviewing and exporting labels and ads."""

__version__ = "0.1.0"
