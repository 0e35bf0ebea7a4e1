"""What people's decisions say about the machine: how often it was right, and what its evidence is therefore worth."""
