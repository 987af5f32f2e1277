"""What imgpolicy writes for other programs and reads from them: one module a thing, both ways where there are two.

A name here never changes its meaning within one version of a schema.
"""
