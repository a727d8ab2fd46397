"""A page of the app run as a script, without a browser, at an address."""

from streamlit.testing.v1 import AppTest


def open_page(name: str, *, linked: bool = False, **query: str) -> AppTest:
    """Run the page ``ui/<name>.py``; fails where it raises.

    Args:
        name: of its module.
        linked: it can link to the other pages.
        query: parameters of its address.
    """
    pages = "pages.build()" if linked else "{}"
    script = f"from autoencoders.ui import {name}, pages\n{name}.page({pages})"
    test = AppTest.from_string(script, default_timeout=60)
    for key, value in query.items():
        test.query_params[key] = value
    test.run()
    assert not test.exception, test.exception
    return test
