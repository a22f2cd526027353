"""Who holds and who controls whom, on a day: shares, votes, powers, ranges, cycles."""
