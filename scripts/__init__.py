"""Tools for people who work on ShelfLens; the app itself imports nothing from here."""
