"""The Hub's call that says whose a token is: `hf auth whoami` and `hf auth login` ask it."""

from typing import Any

from dailypapers.api.hub.answering import Sent, personal
from dailypapers.api.hub.facts import Person
from dailypapers.api.hub.items import ORGANIZATION, moment, object_id, user
from dailypapers.community.models.groups import Group, Membership
from dailypapers.community.models.tokens import AccessToken


@personal
def whoami(sent: Sent) -> dict[str, Any]:
    """`GET /api/whoami-v2`: the person of the token, their organizations, and what the token is good for."""
    person = sent.person
    token = AccessToken.objects.get(pk=sent.bearer.token_id)
    shape = user(Person(person.pk, person.handle, person.shown_name), sent.site)
    return shape | {
        "id": shape["_id"],
        "isMod": person.moderates,
        "canPay": False,
        "orgs": _organizations(sent),
        "auth": {
            "type": "access_token",
            "accessToken": {
                "displayName": token.name,
                "role": "read" if sent.bearer.scopes <= {AccessToken.Scope.READ} else "write",
                "scopes": sorted(sent.bearer.scopes),
                "createdAt": moment(token.created_at),
            },
        },
    }


def _organizations(sent: Sent) -> list[dict[str, Any]]:
    """The organizations one belongs to, which everyone sees; private groups are nobody's business."""
    belongs = Membership.objects.filter(
        person=sent.person, state__in=Membership.BELONGS, group__kind=Group.Kind.ORGANIZATION
    )
    picture = f"{sent.site}/favicon.ico"
    return [
        {
            "_id": object_id(ORGANIZATION, pk),
            "id": object_id(ORGANIZATION, pk),
            "type": "org",
            "name": slug,
            "fullname": name,
            "avatar": picture,
            "avatarUrl": picture,
            "roleInOrg": state,
        }
        for pk, slug, name, state in belongs.order_by("group__slug").values_list(
            "group_id", "group__slug", "group__name", "state"
        )
    ]
