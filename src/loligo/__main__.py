"""`python -m loligo` is the command line."""

from loligo.cli import main

if __name__ == "__main__":
    main()
