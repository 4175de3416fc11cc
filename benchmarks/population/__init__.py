"""The job ``population``: thousands of squid axons at once, one module for each tool."""
