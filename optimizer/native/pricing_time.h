// What happens to a label in time: legs, breaks, services, the end. The planning model's clock, one label at a time.
#pragma once
#include <algorithm>
#include <bit>

#include "pricing.h"

namespace fieldwright {

struct Moment {
    Cost cost;      // of everything so far but duty
    Time time;      // end of the last service
    Time base;      // the same if nobody had ever waited
    Time free;      // the departure cannot be later by more than this: a break or a last window would be missed
    uint8_t mask;   // breaks taken so far
    uint8_t taken;  // breaks taken in the gap before this stop
};

struct Arrival {
    Time time, base, free;
    bool ok;
};

// Breaks `subset` taken in one gap, by their earliest starts. Driving goes on while a break is waited for.
inline Arrival through(const Shape& shape, const Moment& from, Time travel, unsigned subset) {
    Arrival a{from.time + travel, from.base + travel, from.free, true};
    Time clock = from.time, clock_base = from.base;
    for (unsigned b = 0; subset >> b; ++b) {
        if (!(subset >> b & 1)) continue;
        const Break& rest = shape.breaks[b];
        const Time begin = std::max(clock, rest.earliest);
        if (begin > rest.latest) return {0, 0, 0, false};
        a.free = std::min(a.free, rest.latest - clock_base);
        clock = begin + rest.duration;
        clock_base += rest.duration;
        a.time = std::max(a.time, rest.earliest) + rest.duration;
        a.base += rest.duration;
    }
    return a;
}

// Breaks that are still open after `time` must not have become impossible: they begin then or later.
inline bool can_wait(const Shape& shape, unsigned open, Time time) {
    for (unsigned b = 0; open >> b; ++b)
        if ((open >> b & 1) && time > shape.breaks[b].latest) return false;
    return true;
}

// Every worthwhile way of going on from one stop to the next: `made(moment)` is called with each. `last_start` is that
// of the node.
template <class Made>
void go_on(const Shape& shape, const Moment& from, int origin, int node, Time last_start, Made made) {
    const unsigned all = (1u << shape.breaks.size()) - 1, open = all & ~static_cast<unsigned>(from.mask);
    const unsigned first = open & (~open + 1);
    const Time earliest = open ? shape.breaks[std::countr_zero(open)].earliest : 0;
    const Time travel = shape.seconds(origin, node);
    Time ends[64];  // [subset] of the service
    for (unsigned subset = 0;; subset = (subset - open) & open) {
        ends[subset] = kLater;
        // The first open break can wait until after this service where it cannot begin before: nothing is lost.
        const bool pointless = !shape.duty && (subset & first) && ends[subset & ~first] <= earliest;
        const Arrival a = pointless ? Arrival{0, 0, 0, false} : through(shape, from, travel, subset);
        if (a.ok && a.time <= last_start) {
            const Time start = open_at(shape.windows[node], a.time);
            const Time end = start >= kLater ? kLater : start + shape.service[node];
            if (end <= shape.limit) {
                ends[subset] = end;
                if (can_wait(shape, open & ~subset, end)) {
                    const Cost cost = from.cost + shape.price(origin, node) + shape.late(node, start);
                    const Time free = shape.duty ? std::min(a.free, last_start - a.base) : 0;
                    made(Moment{cost, end, a.base + shape.service[node], free,
                                static_cast<uint8_t>(from.mask | subset), static_cast<uint8_t>(subset)});
                }
            }
        }
        if (subset == open) break;
    }
}

struct Ending {
    Cost cost = kImpossible;
    unsigned taken = 0;  // breaks on the way to the end; the rest come after it
};

// The cheapest way to end a route at this stop. Duty is at least what the route takes without waiting, and at least
// what is left after leaving as late as `free` allows.
inline Ending finish(const Shape& shape, const Moment& from, int origin) {
    const unsigned all = (1u << shape.breaks.size()) - 1, open = all & ~static_cast<unsigned>(from.mask);
    Ending best;
    for (unsigned subset = open;; subset = (subset - 1) & open) {
        const Arrival a = through(shape, from, shape.seconds(origin, shape.nodes), subset);
        if (a.ok && a.time <= shape.limit && can_wait(shape, open & ~subset, a.time)) {
            Cost cost = from.cost + shape.price(origin, shape.nodes);
            cost += shape.overtime_rate * std::max(0, a.time - shape.end);
            const Time duty = shape.duty ? std::max(a.time - a.free, a.base) - shape.start : 0;
            cost += shape.duty_rate * duty;
            if (duty <= shape.max_duty && cost < best.cost) best = {cost, subset};
        }
        if (subset == 0) return best;
    }
}

}  // namespace fieldwright
