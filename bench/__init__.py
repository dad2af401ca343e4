"""How fast, how large: measured in one run, printed beside the targets."""
