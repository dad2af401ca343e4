"""Sensors on the server's side: which are near, which are known, and what they bring home."""
