"""For sites made with Wagtail: a page with a picture that may not be posted is no public page.

``imgpolicy.contrib.django`` and ``imgpolicy.contrib.wagtail`` among the INSTALLED_APPS do it; the settings are those of
the first. Needs Wagtail 6 or newer.
"""
