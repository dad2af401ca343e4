"""Results as they are stored, and read again by a later version."""

from dataclasses import replace

import numpy as np

from analysis.results import Alignment, ZeroReference
from analysis.slip import Slip
from server.store.documents import from_document, to_document

LEVEL = Alignment(np.array([1.0, 0.0, 0.0, 0.0]), ZeroReference.STANDING, 0.9, 3.0, 0.5)


def test_slips_are_stored_and_read_again() -> None:
    slips = (Slip(60.2, 60.0, 60.4, 15.0, "the vertical"),)

    read = from_document(Alignment, to_document(replace(LEVEL, slips=slips)))

    assert read.slips == slips


def test_an_alignment_from_before_slips_were_sought_has_none() -> None:
    document = to_document(LEVEL)
    del document["slips"]

    assert from_document(Alignment, document).slips == ()
