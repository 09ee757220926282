import pytest

from dailypapers.site import environment
from dailypapers.site.environment import WrongSetting


@pytest.mark.parametrize(("text", "value"), [("yes", True), ("1", True), ("Off", False), ("", False)])
def test_a_boolean_is_read_in_its_usual_forms(text: str, value: bool) -> None:
    assert environment.DEBUG.read({"DAILYPAPERS_DEBUG": text}) is value


def test_a_wrong_value_names_the_variable_and_the_value() -> None:
    with pytest.raises(WrongSetting, match="DAILYPAPERS_DEBUG='perhaps': expected yes or no"):
        environment.DEBUG.read({"DAILYPAPERS_DEBUG": "perhaps"})


def test_a_time_zone_must_exist() -> None:
    assert environment.TIME_ZONE.read({"DAILYPAPERS_TIME_ZONE": "Europe/Berlin"}).key == "Europe/Berlin"
    with pytest.raises(WrongSetting, match="not a time zone"):
        environment.TIME_ZONE.read({"DAILYPAPERS_TIME_ZONE": "Moon/Crater"})


def test_a_list_is_parted_by_commas_or_spaces() -> None:
    assert environment.FIELDS.read({"DAILYPAPERS_FIELDS": "cs.CL, stat.ML hep-th"}) == (
        "cs.CL",
        "stat.ML",
        "hep-th",
    )
