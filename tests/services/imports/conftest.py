"""What the tests of imports share."""

from pathlib import Path

import pytest

from tests.services.imports.openalgo_sample import OpenAlgoSample


@pytest.fixture
def old(tmp_path: Path) -> OpenAlgoSample:
    """An OpenAlgo with one user, `admin`."""
    return OpenAlgoSample(tmp_path / "openalgo")
