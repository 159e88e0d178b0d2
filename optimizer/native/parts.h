// A plan cut into parts that can be searched side by side.
#pragma once
#include <vector>

#include "annealer.h"

namespace fieldwright {

// Cuts by place: along the way between two visits drawn far from each other, into parts of about as many stops. All
// routes of one technician are in one part. Visits that hang together across parts are held in all of them.
std::vector<Part> cut(const Instance& instance, const Draft& draft, int count, Random& random);

// What the parts have made of the draft, put together; `held`: what is held in all of it. A visit that was held in every
// part has kept its appointment, though by what has changed around it it may begin sooner now. It does here, and where
// somebody else would come too long after it then, what a part has made is left out.
Draft joined(const Instance& instance, const Draft& draft, const std::vector<Part>& parts,
             const std::vector<const Draft*>& begun, const std::vector<const Draft*>& made,
             const std::vector<uint8_t>& held);

}  // namespace fieldwright
