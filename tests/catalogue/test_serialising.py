"""A record written as JSON and read again is the same record."""

import json

import pytest
from hypothesis import given, settings

from dailypapers.catalogue.records import PaperRecord
from dailypapers.catalogue.serialising import from_json, to_json
from tests.catalogue.factories import records
from tests.papers import record


@settings(deadline=None)
@given(records())
def test_every_record_survives_the_way_through_json(one: PaperRecord) -> None:
    assert from_json(json.loads(json.dumps(to_json(one)))) == one


def test_what_was_not_written_by_us_is_refused() -> None:
    with pytest.raises(KeyError):
        from_json({})
    with pytest.raises((TypeError, KeyError)):
        from_json(to_json(record(1)) | {"colour": "blue"})
