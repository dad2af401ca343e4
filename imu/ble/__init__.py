"""Bluetooth: find sensors, remember them, and talk to one over a link that does not lie."""
