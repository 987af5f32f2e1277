"""For sites made with Django: a validator and a form field that ask a desk, and a view that takes its webhooks.

In the settings: ``IMGPOLICY = {"DESK": "https://desk.example.org", "TOKEN": …, "POSTING": {"profile": "news"},
"WEBHOOK_SECRET": …}``, and ``imgpolicy.contrib.django`` among the INSTALLED_APPS. Needs Django 4.2 or newer.
"""
