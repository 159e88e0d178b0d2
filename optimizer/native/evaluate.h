// The whole evaluation of any plan, feasible or not: slow next to the search, and the search's own referee.
#pragma once
#include <vector>

#include "data.h"

namespace fieldwright {

struct Decision {
    std::vector<std::vector<int>> tasks;  // [route] in order
    std::vector<std::vector<int>> gaps;   // [route][break] gap, kNever: not taken
};

struct Evaluation {
    std::vector<Cost> channels;        // by Data::channels
    std::vector<Time> start, end;      // [visit], kLater where not done
    std::vector<Time> depart, finish;  // [route]
    bool settled = true;
};

Evaluation evaluate(const Data& data, const Decision& decision);

}  // namespace fieldwright
