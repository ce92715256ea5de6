"""Download what the publishers have now, exactly as they publish it."""
