"""The simulated field force: technicians who drive out, customers who ring, and now and then somebody who is ill.

It does what people do, through the services that their phones and desks use. It keeps nothing in mind: what somebody
does next follows from the store, the clock, and luck that is drawn from a seed and the name of what it concerns. So it
can be stopped at any moment and started again.
"""
