"""A record as it stands: what the machine proposes for an item, what people decided over it, and today's rules."""
