"""Who is there: the Decentralized Claims Protocol 1.0.1 in its roles, built on `egide.trust`; pure, the clock and web handed in."""
