"""What the tests of looking back share."""

import pytest

from tests.runtime import Spine
from tests.services.insight.hearing import heard


@pytest.fixture
async def told(spine: Spine) -> Spine:
    """A spine where everybody has heard what happened before the test."""
    await heard(spine)
    return spine
