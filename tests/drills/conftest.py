"""What the tests of drills share: a site."""

import pytest
from drilled import Site


@pytest.fixture
def site(database):
    return Site(database)
