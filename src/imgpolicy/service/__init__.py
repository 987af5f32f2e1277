"""What every door calls: one function for each thing that can be asked, with all of its laws and one transaction.

A door (the command line, a library, a page, a hook) turns words into a request and an answer into words; it decides
nothing. Whatever a request may not ask is refused here, so that it is refused at every door.
"""
