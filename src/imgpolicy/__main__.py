"""`python -m imgpolicy` is `imgpolicy`."""

from imgpolicy.cli.main import main

if __name__ == "__main__":
    main()
