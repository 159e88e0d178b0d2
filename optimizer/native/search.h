// A search: one annealer on all of the plan, or several side by side, each on a part of it.
#pragma once
#include <functional>
#include <vector>

#include "evaluate.h"
#include "instance.h"

namespace fieldwright {

struct Progress {
    double elapsed;
    Cost best;          // as the plan pays it, without what musts weigh in the search
    int unassigned;
    int64_t rounds;
};

struct SearchOptions {
    double seconds = 1e18;      // since search() was called
    int64_t rounds = INT64_MAX;
    uint64_t seed = 1;
    int threads = 1;
    const Decision* start = nullptr;
    std::function<bool(const Progress&)> report;  // called several times a second; false: stop
    double report_every = 0.1;
};

struct Placement {   // the cheapest way to do a visit that was left out
    int visit, route = kNever;
    Cost change = kImpossible;  // of everything but its own drop cost
};

struct SearchResult {
    Decision decision;
    Cost cost = 0;       // what the search believes; evaluate() says what is
    Cost weight = 0;     // the same with what musts weigh, to compare searches by
    int64_t rounds = 0;
    bool stopped = false;
    std::vector<Placement> placements;
};

SearchResult search(const Data& data, const SearchOptions& options);

}  // namespace fieldwright
