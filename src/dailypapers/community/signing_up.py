"""What joining asks for beside an address and a password."""

from django import forms
from django.http import HttpRequest

from dailypapers.community import names, texts
from dailypapers.community.models.people import User


class NameAtSignUp(forms.Form):
    """What joining asks for beside address and password."""

    name = forms.CharField(
        max_length=100,
        required=False,
        label="Name",
        help_text="Shown with your votes and comments. You can change it, or leave it out.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "email", "password1"]

    def clean_name(self) -> str:
        """Not the name of someone who runs the site."""
        name = texts.line(str(self.cleaned_data["name"]))
        if texts.holds_web_address(name):
            raise forms.ValidationError("A name holds no web address.")
        if names.is_of_staff(name):
            raise forms.ValidationError(names.TAKEN)
        return name

    def signup(self, request: HttpRequest, user: User) -> None:
        """Nothing more: `Accounts.save_user` has taken the name already."""
