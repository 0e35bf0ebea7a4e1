"""Work in the background: the worker, what it does beside reading, and who keeps it alive."""
