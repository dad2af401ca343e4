"""What is kept: the database and the recording files beside it."""
