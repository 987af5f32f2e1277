"""What the site keeps: which events of the desk it took, and which posts it told the desk of. Nobody stands in it."""

from __future__ import annotations

from django.db import models


class TakenEvent(models.Model):
    """An event that was taken, by the id that the desk gave it, and when."""

    event = models.CharField(max_length=100, primary_key=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Where it belongs."""

        app_label = "imgpolicy"

    def __str__(self) -> str:
        """The event's id."""
        return str(self.event)


class RecordedPost(models.Model):
    """A picture, by the SHA-256 of its file, that the desk has on record as posted at an address, and on which page."""

    picture = models.CharField(max_length=64)
    url = models.CharField(max_length=2000)
    page = models.BigIntegerField()

    class Meta:
        """Where it belongs, and that none is there twice."""

        app_label = "imgpolicy"
        constraints = (models.UniqueConstraint(fields=("picture", "url"), name="imgpolicy_recorded_once"),)

    def __str__(self) -> str:
        """Where it is posted."""
        return str(self.url)
