"""What a service loses when something it stands on is lost, how soon it is back, and how it leaves.

    from egide.continuity import assess, read_continuity
    answer = assess(read_continuity(part, need, "service.yaml"), known)

Values in, values out: no file, no clock. What is not declared is unknown, with the declaration that would settle it; the only figures
that are ours are the parameters, and they count for nothing that is current.
"""
