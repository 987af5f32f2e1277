"""The desk: a page and an interface over HTTP, for an organisation's own machine or its team's.

browser ─► app: headers, host, session, right ─► routes: words in, words out ─► service
                                                   └► pool: worker processes that decode and look ─► service

Only this package speaks HTTP. It decides nothing: what may be done, and what is kept of it, service functions say.
"""
