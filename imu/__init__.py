"""Getting samples: recordings, replay, simulation, and later the sensors themselves."""
