"""Fixtures of the engine's tests."""

import pytest

from tests.paper.engine.desk import Desk


@pytest.fixture
def desk() -> Desk:
    """A book with ten lakh rupees; SBIN stands at ₹100, of unknown size."""
    return Desk()
