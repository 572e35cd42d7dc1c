"""Fixtures of the paper broker's tests."""

import pytest

from tests.paper.rig import Rig


@pytest.fixture
def rig() -> Rig:
    """A paper broker with one crore rupees; SBIN stands at ₹800."""
    return Rig()
