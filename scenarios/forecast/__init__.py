"""How much demand is to be expected, where, for which skill and when, learnt from what came in before."""
