// One route and what is remembered about it, so that the cost of putting a task anywhere into it is found quickly.
//
// A route is walked with labels: after each stop one label for each worthwhile way of having taken breaks so far, with
// the earliest time and the time costs of that way. Starting each service as early as the chosen gaps allow is never
// worse, because every time cost is nondecreasing; so the labels are exact up to Label caps (see RouteInfo::label_cap).
#pragma once
#include <algorithm>
#include <limits>
#include <vector>

#include "instance.h"

namespace fieldwright {

struct Label {
    Cost cost;      // of time, so far
    Time time;      // end of the last service
    Time base;      // the same if nobody had ever waited
    Time free;      // how much later the route may leave before something else than waiting changes
    uint8_t mask;   // breaks taken so far
    uint8_t taken;  // breaks taken in the gap before this stop
    int16_t parent;
};

inline constexpr int kMaxLabels = 20;

// What visits that hang together with other routes have agreed on.
struct Links {
    std::vector<Time> start;    // [visit] appointment, kLater: not planned
    std::vector<Time> service;  // [visit] the slowest member's
    bool loose = false;         // appointments are only lower bounds: while they are being worked out
};

struct alignas(64) Slot {  // between stop i and stop i + 1; stop 0 is the start
    int place, next_place;
    Time earliest;       // earliest departure from stop i
    Time latest;         // latest useful arrival at the next stop
    Time latest_rested;  // the same where the only break is taken before it
    Time arc_time;
    Cost arc;
    Cost others;         // lower bound of how time costs of other stops change, but for the next stop's
    Ramp next;           // first time cost of the next stop, never holding where it has none
};

// A task as it would stand in one route: its node and, where others have a say, the limits they set.
struct Candidate {
    int task;
    const Node* node;
    Time floor = kEarlier, ceiling = kLater, service = 0;
};

struct Finish {
    Cost cost = kImpossible;
    int label = 0;
    uint8_t taken = 0;  // breaks taken on the way to the end; the rest after it
    Time time = 0, duty = 0;
};

class Route {
public:
    void init(int id, const Instance& instance);
    // Works out everything again after `tasks` changed. False: cannot be driven; nothing but `tasks` is then valid.
    bool refresh(const Instance& instance, const Links& links);
    void insert(int slot, int task) {
        tasks.insert(tasks.begin() + slot, task);
        changed(slot);
    }
    void erase(int task) {
        const auto at = std::find(tasks.begin(), tasks.end(), task);
        changed(static_cast<int>(at - tasks.begin()));
        tasks.erase(at);
    }
    // Everything from this stop on has to be worked out again.
    void changed(int position) { changed_from = std::min(changed_from, position); }

    // Change of the cost of arcs, the route and its time (not of membership) when the candidate goes into the slot.
    Cost arc_change(const Instance& in, int slot, int place, Time in_leg, Time out_leg) const;
    Cost time_change(const Instance& in, const Links& links, int slot, const Candidate& candidate, Time in_leg,
                     Time out_leg, Time* start = nullptr) const;
    // Arrival of each stop and gap of each break (in the route's own numbering) on the best way.
    void trace(const Instance& in, std::vector<Time>* ready, std::vector<int>* gaps) const;

    int size() const { return static_cast<int>(tasks.size()); }
    const RouteInfo& info(const Instance& in) const { return in.routes[id]; }

    int id = 0;
    std::vector<int> tasks;
    std::vector<Slot> slots;
    std::vector<Label> labels;  // [slot * cap]
    std::vector<int> label_count;  // [slot]
    int changed_from = 0;
    std::vector<int64_t> load;
    Cost fixed_part = 0;  // route, arcs and membership
    Cost time_part = 0;   // promises, overtime, duty
    Cost soft_part = 0;   // time_part without duty
    Finish best;
    Time work = 0, driven = 0;
    bool has_links = false;

    Cost cost() const { return fixed_part + time_part; }

private:
    void add_up(const Instance& in, const Links& links, int first);
    bool walk(const Instance& in, const Links& links, int first);
    void bound(const Instance& in, const Links& links);
};

}  // namespace fieldwright
