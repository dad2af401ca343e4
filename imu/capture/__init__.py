"""Keep what a sensor sends: at once in a journal, at the end in a recording."""
