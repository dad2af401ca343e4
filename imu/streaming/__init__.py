"""From a connected sensor to a stream without holes: time, order, loss, and what brings it back."""
