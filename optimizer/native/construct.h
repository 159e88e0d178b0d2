// How a search begins: what is committed, then a given plan if there is one, then everything else by cheapest insertion.
#pragma once
#include "evaluate.h"
#include "state.h"

namespace fieldwright {

// Gives every route its committed tasks, and loosens limits just enough where these alone break them: they stand
// whatever it costs, and the rest of the route is planned around them.
void admit_committed(Instance& instance);

// Starts a plan with what is committed and what can be taken over of a given plan.
void load(State& state, const Decision* given);

// Puts every open visit where it costs least, the dearest to leave out first.
void fill(State& state);

}  // namespace fieldwright
