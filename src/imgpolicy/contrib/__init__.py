"""Parts for other people's programs: each asks a desk over its HTTP interface, and holds no register and no key.

`desk` asks, `webhooks` reads what a desk sends, `django` and `wagtail` are for sites made with these.
"""
