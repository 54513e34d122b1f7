"""Real processes of the product, killed while a provider misbehaves and the database goes away.

`python -m tests.chaos --seed 7`; what a run leaves behind is counted again by
`python -m tests.chaos.audit var/chaos`.
"""
