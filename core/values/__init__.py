"""What a value means apart from any photo: identifiers, dates, quantities."""
