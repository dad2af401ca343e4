"""The only place that knows all: command line, store, live sessions, API and pages."""
