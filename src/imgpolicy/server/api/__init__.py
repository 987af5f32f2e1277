"""The interface for programs, `/api/v1`: JSON in and out, by a token, in the forms that the command line prints.

`calls` is the guard of every call, `pictures` and `records` are the calls, and `description` tells programs of them in
OpenAPI 3.1, made of the same types that the calls read and write.
"""
