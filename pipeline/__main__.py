"""`python -m pipeline` is `score`."""

from pipeline.cli import main

if __name__ == "__main__":
    main()
