"""The stub provider on the common clock: `python -m tests.chaos.provider`, options as there."""

from tests.chaos.clock import set_clock
from tests.stub.__main__ import main

if __name__ == "__main__":
    set_clock()
    main()
