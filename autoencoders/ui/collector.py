"""What stays for good is kept out of the garbage collector's way.

Streamlit collects garbage after every run of the script and holds the interpreter meanwhile: with
torch and a model loaded that takes 106 ms, in which nobody's page is answered. Frozen, the same
objects cost nothing.
"""

import gc


def keep_for_good() -> None:
    """Freeze everything that is now alive; garbage is collected first, so that none is kept."""
    gc.collect()
    gc.freeze()
