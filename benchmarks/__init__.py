"""Speed and accuracy of Loligo measured side by side with other tools: ``python -m benchmarks``."""
