// Pricing: the cheapest routes of one shift, given what each visit is worth. One step of column generation, which
// bounds from below what any plan costs (docs/explanation/how-good-a-plan-can-be.md has the proofs).
#pragma once
#include <cstdint>
#include <vector>

#include "data.h"

namespace fieldwright {

inline constexpr int kMostNodes = 1024;
inline constexpr int kMostCuts = 128;  // a multiple of 64

// One shift and the tasks that may stand on its route. Node `nodes` is where it starts (as origin) and ends (as target).
struct Shape {
    int nodes = 0, resources = 0;
    std::vector<Time> travel;              // [(nodes + 1) * (nodes + 1)]
    std::vector<Cost> arc;                 // the same; with what membership costs at the node gone to
    std::vector<Time> service;             // [nodes]
    std::vector<std::vector<Window>> windows;
    std::vector<std::vector<Ramp>> ramps;  // by the start of service
    std::vector<int64_t> demand, capacity; // [nodes * resources], [resources]
    std::vector<Break> breaks;             // by earliest
    std::vector<int> committed;            // nodes that stand first, and nowhere else
    Time start = 0, end = 0, limit = 0, max_duty = kLater;
    bool duty = false;                     // costs or is limited
    Cost fixed = 0, overtime_rate = 0, duty_rate = 0;

    Time seconds(int from, int to) const { return travel[static_cast<size_t>(from) * (nodes + 1) + to]; }
    Cost price(int from, int to) const { return arc[static_cast<size_t>(from) * (nodes + 1) + to]; }
    Cost late(int node, Time start_of_service) const {
        Cost cost = 0;
        for (const Ramp& ramp : ramps[node]) cost += ramp.at(start_of_service);
        return cost;
    }
    // No service may start later than this, whatever the window; kEarlier where none is left.
    Time last_start(int node) const;
};

// A subset-row cut (Jepsen et al. 2008): of these tasks, pairs on one route together are used at most once. What a
// route has counted is forgotten outside the memory (Pecin et al. 2017), which only weakens the cut.
struct Cut {
    std::vector<int> members, memory;  // nodes; the members are in the memory
    Cost price = 0;                    // what each count costs, not below zero
};

struct Ask {
    std::vector<Cost> worth;           // [nodes]
    std::vector<Cut> cuts;             // at most kMostCuts
    Cost below = 0;                    // only routes cheaper than this are of use
    bool exact = true;                 // false: labels are dominated by time and cost alone
    bool every = false;                // every route below, each set of tasks at its best, not just the cheapest
    int64_t most_labels = 2'000'000;
    int most_routes = 50;
    double seconds = 1e9;
};

struct Priced {
    std::vector<std::vector<int>> routes;  // nodes in order, cheapest first
    Cost least = 0;                        // no route is cheaper; `below` at most
    bool complete = false;                 // nothing was cut short
    int64_t labels = 0;
};

struct Walked {
    Cost cost = kImpossible;  // kImpossible: cannot be driven
    std::vector<int> gaps;    // [break]
};

class Pricer {
public:
    explicit Pricer(Shape shape);
    // Each node with those it remembers having been visited: the ng-sets of Baldacci, Mingozzi & Roberti (2011).
    void remember(const std::vector<std::vector<int>>& neighbours);
    Priced price(const Ask& ask) const;
    Walked walk(const std::vector<int>& order) const;
    const Shape& shape() const { return shape_; }

private:
    Shape shape_;
    std::vector<std::vector<int>> neighbours_;
};

}  // namespace fieldwright
