"""The words that people teach: changed lexicons, phrases offered for them, and stored lines read again with them."""
