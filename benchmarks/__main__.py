"""Measure everything side by side: ``python -m benchmarks``."""

from benchmarks.run import main

if __name__ == "__main__":
    main()
