// The data as the search wants it: one node for each task and kind of route, who may do what, who lives near whom.
#pragma once
#include <vector>

#include "data.h"
#include "evaluate.h"

namespace fieldwright {

// A task as one kind of route sees it: service at that route's pace, windows cut to the route's hours.
struct Node {
    int place;
    Time earliest, latest;  // of the first and the last window
    Time service;
    int windows, ramps;     // offsets into Kind::windows, Kind::ramps
    uint8_t window_count, ramp_count;
    bool linked;            // its start hangs together with other routes
    bool fits;              // some window is left in the route's hours
    Time knee;              // the first ramp, at hand
    Cost jump, slope;
};

struct Kind {  // routes with the same pace and hours share their nodes
    std::vector<Node> nodes;  // [task]
    std::vector<Window> windows;
    std::vector<Ramp> ramps;
};

struct RouteBreak {
    Time earliest, latest, duration;
    int original;  // its place in the route's own list
};

inline constexpr int kMaxBreaks = 6;

struct RouteInfo {
    int owner, from, to, kind, twin;  // twin: routes with the same number are interchangeable while empty
    const TravelTable* travel;
    Time start, end, limit, max_duty;  // limit: latest finish
    bool duty;                         // leaves as late as it can
    bool metres;                       // distance is paid for
    std::vector<RouteBreak> breaks;    // by earliest
    std::vector<int> committed;        // tasks
    Cost fixed, travel_rate, metre_rate, duty_rate, overtime_rate;
    int label_cap;
};

struct Instance {
    explicit Instance(const Data& data);

    Cost start_cost(const Node& node, const Kind& kind, Time start) const {
        Cost cost = start > node.knee ? node.jump + node.slope * (start - node.knee) : 0;
        for (int k = 1; k < node.ramp_count; ++k) cost += kind.ramps[node.ramps + k].at(start);
        return cost;
    }
    // Latest moment up to which starting later costs nothing more and stays in the same window.
    Time hold(const Node& node, const Kind& kind, Time start, Time window_latest) const {
        Time latest = window_latest;
        for (int k = 0; k < node.ramp_count; ++k) {
            const Time knee = kind.ramps[node.ramps + k].knee;
            const Time bound = start <= knee ? knee : start;
            latest = bound < latest ? bound : latest;
        }
        return latest;
    }
    Cost arc(const RouteInfo& route, int from, int to) const {
        Cost cost = route.travel_rate * route.travel->seconds(from, to);
        if (route.metres) cost += route.metre_rate * route.travel->metres(from, to);
        return cost;
    }
    bool may(int task, int route) const { return allowed[static_cast<size_t>(task) * routes.size() + route] != 0; }
    // What membership of `owner` alone costs a visit that needs one technician.
    Cost pair_cost(int visit, int owner) const {
        if (d.unless[visit].empty()) return 0;
        Cost cost = 0;
        for (const Unless& u : d.unless[visit])
            if (!u.holds(owner)) cost += u.cost;
        return cost;
    }

    const Data& d;
    std::vector<RouteInfo> routes;
    std::vector<Kind> kinds;
    std::vector<uint8_t> allowed;            // [task * routes + route]
    std::vector<std::vector<int>> able;      // [task] routes, nearest start first
    std::vector<int> near;                   // [visit * near_count] visits, nearest first
    int near_count = 0;
    std::vector<uint8_t> linked;             // [visit]
    std::vector<Cost> absent;                // [visit] what leaving it out costs, musts dearest of all
    std::vector<Cost> real_absent;           // the same as the plan pays it
    Cost must_cost = 0;
    std::vector<int> symmetric_key;          // [visit] travel from its nearest neighbour, for ordering
    std::vector<Time> appointed;             // [visit] start of committed visits that are linked, see admit_committed()
    bool has_links = false, has_balance = false, has_unless = false;

private:
    void make_kinds();
    void make_routes();
    void make_allowed();
    void make_near();
};

}  // namespace fieldwright
