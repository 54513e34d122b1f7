"""The benchmark: the product against the floor, over loopback, on both databases.

`python -m bench [--quick]`. The floor is the least a Flask view can do with the same promise:
verify the signature with Twilio's own validator and commit one row, on the same server and the
same database, measured in alternation.
"""
