"""What a site hears of a desk."""

from __future__ import annotations

from django.dispatch import Signal

must_come_down = Signal()
"""Sent for each address at which something must come down, with the first such `post`: its id, channel and url.

A receiver that took it down returns True, and the desk is told; one that raises is asked again, as the desk sends the
event again.
"""
