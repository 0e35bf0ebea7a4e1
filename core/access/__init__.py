"""Who comes in: logins of people, keys of programs, seats of reviewing sessions, and what is kept about a person."""
