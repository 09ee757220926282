import pytest

from dailypapers.community.access import Refused
from dailypapers.community.actions.change_profile import change_profile
from dailypapers.community.names import is_of_staff
from dailypapers.community.signing_up import NameAtSignUp
from tests.community.people import person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "name", ["Carol Test", "carol  TEST", "Cárol Test", "C\u0430rol T\u0435st", "Caro1.Test"]
)
def test_nobody_takes_the_name_of_a_moderator(name: str) -> None:
    carol = person("carol", name="Carol Test", is_moderator=True)
    alice = person("alice")
    with pytest.raises(Refused, match="runs the site"):
        change_profile(person=alice, handle="alice", name=name)
    assert not NameAtSignUp({"name": name}).is_valid()
    assert not is_of_staff(name, carol)


def test_names_of_people_hold_no_web_addresses() -> None:
    alice = person("alice")
    with pytest.raises(Refused, match="holds no web address"):
        change_profile(person=alice, handle="alice", name="Ada at evil.com")
    assert not NameAtSignUp({"name": "https://evil.example"}).is_valid()
    for name in ("J. R. R. Tolkien", "J.R.R.Tolkien", "Mary-Jane O’Neil Ph.D.", "Martin Luther King, Jr."):
        assert NameAtSignUp({"name": name}).is_valid(), name
        assert change_profile(person=alice, handle="alice", name=name).name == name


def test_names_of_others_may_be_shared() -> None:
    person("carol", name="Carol Test")
    assert NameAtSignUp({"name": "Carol Test"}).is_valid()
    assert not is_of_staff("")
