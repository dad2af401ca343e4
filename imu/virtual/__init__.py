"""A radio without air, and sensors on it: for tests, and for a demo without hardware."""
