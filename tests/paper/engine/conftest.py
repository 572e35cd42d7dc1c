"""Fixtures of the engine's tests."""

import pytest

from tests.paper.engine.rig import Rig


@pytest.fixture
def rig() -> Rig:
    """A book with ten lakh rupees; SBIN stands at ₹100, of unknown size."""
    return Rig()
