"""What the organisation has promised and knows: people, consents, faces, works, and a log of changes.

`register` opens one and gives units of work; a file a thing has what can be asked of it and done to it. What is kept
of whom is the table in `stores`. Only ``sql`` and the migrations know SQL, and only ``vault`` knows keys.
"""
