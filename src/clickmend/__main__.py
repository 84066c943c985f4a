"""``python -m clickmend`` is the command ``clickmend``."""

from clickmend.cli.main import main

if __name__ == "__main__":
    main()
