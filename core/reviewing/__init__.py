"""What people do to records: take the next, look, decide, take back, many at once, into the bin; and how that goes."""
