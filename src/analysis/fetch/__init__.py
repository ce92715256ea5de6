"""Getting from the publishers what they have now, exactly as they give it."""
