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

// Goes on with a plan just as it stands. What is held is neither moved nor, where it is open, tried.
void restore(State& state, const std::vector<std::vector<int>>& tasks, const Links& links,
             const std::vector<uint8_t>& held);

// Puts every open visit where it costs least, the dearest to leave out first.
void fill(State& state);

}  // namespace fieldwright
