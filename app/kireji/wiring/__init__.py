"""Settings become the running parts. The only package that knows the adapters. Begin with `service`.

Two kinds of program need different ones, and what is not needed is not imported: that alone takes seconds.
"""
