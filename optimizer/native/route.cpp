#include "route.h"

#include <algorithm>

namespace fieldwright {

namespace {

struct Arrival {  // at a place, after the breaks taken on the way
    Time time, base, free;
    bool ok;
};

// Breaks `subset` taken in one gap, in order of their earliest starts. Travel goes on while a break is waited for, so
// the clock of the person and the arrival move through the same maximum: max(·, earliest) + duration.
template <bool DUTY>
inline Arrival through(const RouteInfo& route, const Label& from, Time travel, unsigned subset) {
    Arrival a{from.time + travel, from.base + travel, from.free, true};
    Time clock = from.time, clock_base = from.base;
    for (unsigned b = 0; subset >> b; ++b) {
        if (!(subset >> b & 1)) continue;
        const RouteBreak& rest = route.breaks[b];
        const Time begin = std::max(clock, rest.earliest);
        if (begin > rest.latest) return {0, 0, 0, false};
        if constexpr (DUTY) a.free = std::min(a.free, rest.latest - clock_base);
        clock = begin + rest.duration;
        clock_base += rest.duration;
        a.time = std::max(a.time, rest.earliest) + rest.duration;
        a.base += rest.duration;
    }
    return a;
}

template <bool DUTY>
inline bool dominates(const Label& a, const Label& b) {
    if (a.time > b.time || a.cost > b.cost) return false;
    if constexpr (DUTY) return a.base <= b.base && a.free >= b.free;
    return true;
}

template <bool DUTY>
inline int push(Label* out, int count, int cap, const Label& fresh) {
    if (count == 0) {
        out[0] = fresh;
        return 1;
    }
    for (int k = 0; k < count; ++k)
        if (out[k].mask == fresh.mask && dominates<DUTY>(out[k], fresh)) return count;
    int kept = 0;
    for (int k = 0; k < count; ++k)
        if (out[k].mask != fresh.mask || !dominates<DUTY>(fresh, out[k])) out[kept++] = out[k];
    if (kept < cap) {
        out[kept++] = fresh;
        return kept;
    }
    int worst = kNever;  // full: give up the dearest that is neither alone in its mask
    for (int k = 0; k < kept; ++k)
        if (out[k].mask == fresh.mask && (worst == kNever || out[k].cost > out[worst].cost)) worst = k;
    if (worst != kNever && out[worst].cost > fresh.cost) out[worst] = fresh;
    return kept;
}

struct Opening {
    Time start, window_latest;
};

inline Opening open(const Kind& kind, const Node& node, Time ready) {
    if (node.window_count == 1) {
        if (ready > node.latest) return {kLater, 0};
        return {std::max(ready, node.earliest), node.latest};
    }
    for (int k = 0; k < node.window_count; ++k) {
        const Window& w = kind.windows[node.windows + k];
        if (ready <= w.latest) return {std::max(ready, w.earliest), w.latest};
    }
    return {kLater, 0};
}

template <bool DUTY>
int extend(const Instance& in, const RouteInfo& route, const Label* from, int count, Label* out, Time travel,
           const Candidate& c) {
    const Kind& kind = in.kinds[route.kind];
    const Node& node = *c.node;
    const unsigned all = (1u << route.breaks.size()) - 1;
    int made = 0;
    for (int k = 0; k < count; ++k) {
        const Label& label = from[k];
        const unsigned open_breaks = all & ~static_cast<unsigned>(label.mask);
        auto place = [&](unsigned subset) -> Time {  // end of service, kLater where it cannot be
            const Arrival a = through<DUTY>(route, label, travel, subset);
            if (!a.ok) return kLater;
            const Opening opening = open(kind, node, std::max(a.time, c.floor));
            if (opening.start > c.ceiling || opening.start >= kLater) return kLater;
            Label next;
            next.time = opening.start + c.service;
            for (unsigned left = open_breaks & ~subset, b = 0; left >> b; ++b)
                if ((left >> b & 1) && next.time > route.breaks[b].latest) return next.time;
            next.cost = label.cost + in.start_cost(node, kind, opening.start);
            next.base = a.base + c.service;
            next.free = a.free;
            if constexpr (DUTY) {
                const Time bound =
                    node.linked ? opening.start : in.hold(node, kind, opening.start, opening.window_latest);
                next.free = std::min(next.free, bound - a.base);
            }
            next.mask = static_cast<uint8_t>(label.mask | subset);
            next.taken = static_cast<uint8_t>(subset);
            next.parent = static_cast<int16_t>(k);
            made = push<DUTY>(out, made, route.label_cap, next);
            return next.time;
        };
        const Time without = place(0);
        if (!open_breaks) continue;
        // A break that can wait until this service has ended is not taken before it: nothing is lost by waiting.
        unsigned worth = 0;
        for (unsigned b = 0; open_breaks >> b; ++b)
            if ((open_breaks >> b & 1) && without > route.breaks[b].earliest) worth |= 1u << b;
        for (unsigned subset = worth; subset; subset = (subset - 1) & worth) place(subset);
    }
    return made;
}

template <bool DUTY>
Finish finish(const RouteInfo& route, const Label* from, int count, Time travel) {
    const unsigned all = (1u << route.breaks.size()) - 1;
    Finish best;
    for (int k = 0; k < count; ++k) {
        const Label& label = from[k];
        const unsigned open_breaks = all & ~static_cast<unsigned>(label.mask);
        unsigned subset = open_breaks;
        while (true) {
            const Arrival a = through<DUTY>(route, label, travel, subset);
            bool ok = a.ok && a.time <= route.limit;
            for (unsigned left = open_breaks & ~subset, b = 0; ok && left >> b; ++b)
                ok = !(left >> b & 1) || a.time <= route.breaks[b].latest;
            if (ok) {
                Cost cost = label.cost + route.overtime_rate * std::max(0, a.time - route.end);
                Time duty = 0;
                if constexpr (DUTY) {
                    const Time delay = std::max(0, std::min(a.free, a.time - a.base));
                    duty = a.time - route.start - delay;
                    ok = duty <= route.max_duty;
                    cost += route.duty_rate * duty;
                }
                if (ok && cost < best.cost) best = {cost, k, static_cast<uint8_t>(subset), a.time, duty};
            }
            if (subset == 0) break;
            subset = (subset - 1) & open_breaks;
        }
    }
    return best;
}

inline Candidate standing(const Instance& in, const RouteInfo& route, const Links& links, int task) {
    const Node& node = in.kinds[route.kind].nodes[task];
    if (!node.linked) return {task, &node, kEarlier, kLater, node.service};
    const int v = in.d.task_visit[task];
    const Time start = links.start[v];
    if (links.loose) return {task, &node, start == kLater ? kEarlier : start, kLater, links.service[v]};
    return {task, &node, start, start, links.service[v]};
}

inline Time end_leg(const RouteInfo& route, int place) {
    return route.to == kNever ? 0 : route.travel->seconds(place, route.to);
}

}  // namespace

void Route::init(int number, const Instance& instance) {
    id = number;
    load.assign(instance.d.resources, 0);
    tasks.clear();
}

bool Route::refresh(const Instance& in, const Links& links) {
    const RouteInfo& route = info(in);
    const int n = size(), first = std::min(changed_from, n);
    changed_from = 0;  // until all has been worked out
    slots.resize(n + 1);
    label_count.resize(n + 1);
    labels.resize(static_cast<size_t>(n + 1) * route.label_cap);
    add_up(in, links, first);
    if (!walk(in, links, first)) return false;
    bound(in, links);
    changed_from = std::numeric_limits<int>::max();
    return true;
}

// What does not depend on time: places, arcs, load, membership.
void Route::add_up(const Instance& in, const Links& links, int first) {
    const RouteInfo& route = info(in);
    const auto& nodes = in.kinds[route.kind].nodes;
    const int n = size();
    int here = first ? slots[first - 1].place : route.from;
    for (int i = std::max(0, first - 1); i <= n; ++i) {
        Slot& slot = slots[i];
        slot.place = here;
        slot.next_place = i < n ? nodes[tasks[i]].place : route.to;
        if (slot.next_place == kNever) {
            slot.arc = 0;
            slot.arc_time = 0;
        } else {
            slot.arc_time = route.travel->seconds(here, slot.next_place);
            slot.arc = in.arc(route, here, slot.next_place);
        }
        here = slot.next_place;
    }
    fixed_part = n ? route.fixed : 0;
    driven = 0;
    has_links = false;
    std::fill(load.begin(), load.end(), 0);
    if (n)
        for (const Slot& slot : slots) {
            fixed_part += slot.arc;
            driven += slot.arc_time;
        }
    work = driven;
    for (const int task : tasks) {
        const Node& node = nodes[task];
        const int v = in.d.task_visit[task];
        work += node.linked ? links.service[v] : node.service;
        has_links |= node.linked;
        if (in.has_unless && in.d.roles(v) == 1) fixed_part += in.pair_cost(v, route.owner);
        for (int q = 0; q < in.d.resources; ++q) load[q] += in.d.demand[static_cast<size_t>(v) * in.d.resources + q];
    }
}

bool Route::walk(const Instance& in, const Links& links, int first) {
    const RouteInfo& route = info(in);
    const int n = size(), cap = route.label_cap;
    if (first == 0) {
        labels[0] = {0, route.start, route.start, kLater, 0, 0, 0};
        label_count[0] = 1;
    }
    for (int i = first; i < n; ++i) {
        const Candidate c = standing(in, route, links, tasks[i]);
        const Label* from = &labels[static_cast<size_t>(i) * cap];
        Label* to = &labels[static_cast<size_t>(i + 1) * cap];
        label_count[i + 1] = route.duty ? extend<true>(in, route, from, label_count[i], to, slots[i].arc_time, c)
                                        : extend<false>(in, route, from, label_count[i], to, slots[i].arc_time, c);
        if (label_count[i + 1] == 0) return false;
    }
    best = {};
    time_part = soft_part = 0;
    if (n == 0) {
        best.cost = 0;
        return true;
    }
    const Label* last = &labels[static_cast<size_t>(n) * cap];
    best = route.duty ? finish<true>(route, last, label_count[n], slots[n].arc_time)
                      : finish<false>(route, last, label_count[n], slots[n].arc_time);
    if (best.cost >= kImpossible) return false;
    time_part = best.cost;
    soft_part = best.cost - route.duty_rate * best.duty;
    return true;
}

// Bounds for slots, from the end backwards.
void Route::bound(const Instance& in, const Links& links) {
    const RouteInfo& route = info(in);
    const Kind& kind = in.kinds[route.kind];
    const int n = size(), cap = route.label_cap;
    const bool one_break = route.breaks.size() == 1;
    Time latest = route.limit;                                    // arrival at the next stop with no break to come
    Time open_latest = one_break ? std::min(route.breaks[0].latest, route.limit) : 0;  // with the break to come
    Cost after_here = 0, next_cost = 0;  // least start costs of all stops after stop i, and of stop i + 1
    for (int i = n; i >= 0; --i) {
        Slot& slot = slots[i];
        const Label* at = &labels[static_cast<size_t>(i) * cap];
        Time earliest = at[0].time;
        Cost cheapest = at[0].cost;
        bool some_done = !one_break || at[0].mask != 0;
        for (int k = 1; k < label_count[i]; ++k) {
            earliest = std::min(earliest, at[k].time);
            cheapest = std::min(cheapest, at[k].cost);
            some_done |= at[k].mask != 0;
        }
        Time open_here = latest;
        if (one_break) {
            const RouteBreak& rest = route.breaks[0];
            const Time by_break = rest.earliest + rest.duration <= latest ? latest - rest.duration : kEarlier;
            open_here = std::max(open_latest, by_break);
        }
        slot.earliest = earliest;
        slot.latest = some_done ? latest : open_here;
        slot.latest_rested = latest;
        slot.others = cheapest + after_here - next_cost - soft_part;
        slot.next = {kLater, 0, 0};
        if (i < n) {
            const Node& next = kind.nodes[tasks[i]];
            if (!next.linked) slot.next = {next.knee, next.jump, next.slope};
        }
        if (i > 0) {
            const Candidate c = standing(in, route, links, tasks[i - 1]);
            const Time after_service = slot.arc_time + c.service;
            const Time last_start = std::min(c.node->latest, c.ceiling);
            if (one_break)
                open_latest = std::min({last_start, open_here - after_service, route.breaks[0].latest - c.service});
            latest = std::min(last_start, latest - after_service);
            next_cost = in.start_cost(*c.node, kind, earliest - c.service);
            after_here += next_cost;
        }
    }
}

Cost Route::time_change(const Instance& in, const Links& links, int slot, const Candidate& candidate, Time in_leg,
                        Time out_leg, Time* start) const {
    const RouteInfo& route = info(in);
    const int n = size(), cap = route.label_cap;
    Label a[kMaxLabels], b[kMaxLabels];
    Label *now = a, *next = b;
    const Label* from = &labels[static_cast<size_t>(slot) * cap];
    int count = route.duty ? extend<true>(in, route, from, label_count[slot], now, in_leg, candidate)
                           : extend<false>(in, route, from, label_count[slot], now, in_leg, candidate);
    if (count == 0) return kImpossible;
    Time first_start[kMaxLabels];
    if (start)
        for (int k = 0; k < count; ++k) {
            first_start[k] = now[k].time - candidate.service;
            now[k].parent = static_cast<int16_t>(k);
        }
    Time leg = out_leg;
    for (int i = slot; i < n; ++i) {
        const Candidate c = standing(in, route, links, tasks[i]);
        const int made = route.duty ? extend<true>(in, route, now, count, next, leg, c)
                                    : extend<false>(in, route, now, count, next, leg, c);
        if (made == 0) return kImpossible;
        if (start)
            for (int k = 0; k < made; ++k) next[k].parent = now[next[k].parent].parent;
        std::swap(now, next);
        count = made;
        leg = slots[i + 1].arc_time;
        if (start || route.duty || count != label_count[i + 1]) continue;
        // The same departures as before, dearer by one amount: from here on nothing changes.
        const Label* known = &labels[static_cast<size_t>(i + 1) * cap];
        const Cost change = now[0].cost - known[0].cost;
        bool same = true;
        for (int k = 0; same && k < count; ++k)
            same = now[k].time == known[k].time && now[k].mask == known[k].mask && now[k].cost - known[k].cost == change;
        if (same) return change;
    }
    const Finish end = route.duty ? finish<true>(route, now, count, leg) : finish<false>(route, now, count, leg);
    if (end.cost >= kImpossible) return kImpossible;
    if (start) *start = first_start[now[end.label].parent];
    return end.cost - time_part;
}

Cost Route::arc_change(const Instance& in, int slot, int place, Time in_leg, Time out_leg) const {
    const RouteInfo& route = info(in);
    const Slot& s = slots[slot];
    Cost change = route.travel_rate * (in_leg + out_leg);
    if (route.metres) {
        change += route.metre_rate * route.travel->metres(s.place, place);
        if (s.next_place != kNever) change += route.metre_rate * route.travel->metres(place, s.next_place);
    }
    return change + (tasks.empty() ? route.fixed : -s.arc);  // an unused route drives nowhere
}

void Route::trace(const Instance& in, std::vector<Time>* ready, std::vector<int>* gaps) const {
    const RouteInfo& route = info(in);
    const int n = size(), cap = route.label_cap;
    gaps->assign(route.breaks.size(), kNever);
    ready->assign(n, 0);
    if (n == 0) return;
    int label = best.label;
    unsigned taken = best.taken;
    const Label* last = &labels[static_cast<size_t>(n) * cap + label];
    for (unsigned b = 0; b < route.breaks.size(); ++b)
        if (!(last->mask >> b & 1)) (*gaps)[route.breaks[b].original] = (taken >> b & 1) ? n : n + 1;
    for (int i = n; i > 0; --i) {
        const Label& at = labels[static_cast<size_t>(i) * cap + label];
        const Label& before = labels[static_cast<size_t>(i - 1) * cap + at.parent];
        for (unsigned b = 0; b < route.breaks.size(); ++b)
            if (at.taken >> b & 1) (*gaps)[route.breaks[b].original] = i - 1;
        (*ready)[i - 1] = through<false>(route, before, slots[i - 1].arc_time, at.taken).time;
        label = at.parent;
    }
}

}  // namespace fieldwright
