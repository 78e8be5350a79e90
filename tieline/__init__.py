"""What people touch: the command, settings, logging, reports."""

__version__ = "0.1.0"
