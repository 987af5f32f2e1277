"""What the organisation has promised and knows: people, consents, face vectors, known works, and a log of changes.

Everything is opened through `imgpolicy.register.store.Register`. Only ``sql`` and the migrations know SQL, only
``vault`` knows keys; the other modules hold plain values and pure decisions.
"""
