"""What the machine makes of photos: readings, proposals and answers to questions, and which engine is asked."""
