"""What the pages share: texts, the session, widgets. UI only; work is done in core."""
