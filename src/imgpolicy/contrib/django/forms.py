"""A form field for pictures that are to be posted."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms

from imgpolicy.contrib.django.validators import MayBePosted


class CheckedImageField(forms.ImageField):
    """An image field that takes what may be posted as `posting` has it, or else the settings; see `MayBePosted`."""

    def __init__(self, *, posting: Mapping[str, str] | None = None, required: bool = True, help_text: str = "") -> None:
        super().__init__(required=required, help_text=help_text, validators=[MayBePosted(posting)])
