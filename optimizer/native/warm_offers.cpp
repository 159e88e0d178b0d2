// Where a visit could stand in the plan as it is, every place of it.
#include <algorithm>

#include "warm.h"

namespace fieldwright {

namespace {

struct Place {
    Cost change;
    int route, slot;
    bool operator<(const Place& other) const {
        if (change != other.change) return change < other.change;
        return route != other.route ? route < other.route : slot < other.slot;
    }
};

bool has_room(const Data& d, const Route& route, int visit) {
    for (int q = 0; q < d.resources; ++q) {
        const int64_t demand = d.demand[static_cast<size_t>(visit) * d.resources + q];
        if (demand > 0 && route.load[q] + demand > d.capacity[static_cast<size_t>(route.id) * d.resources + q])
            return false;
    }
    return true;
}

}  // namespace

// When the service of a planned visit ends, kLater where it is not planned.
Time Warm::end_of(int visit) const {
    if (in_->linked[visit] && links_.start[visit] != kLater) return links_.start[visit] + links_.service[visit];
    const int task = data().task_offset[visit], r = route_of_[task];
    if (r == kNever || data().roles(visit) > 1) return kLater;
    const auto& tasks = routes_[r].tasks;
    return routes_[r].slots[std::find(tasks.begin(), tasks.end(), task) - tasks.begin() + 1].earliest;
}

// What those set that are planned; false: one that it comes after is not.
bool Warm::limits(int visit, Limits* when) const {
    const Data& d = data();
    for (const int a : d.after_of[visit]) {
        const After& link = d.after[a];
        const Time end = end_of(link.before);
        if (end == kLater) return false;
        when->floor = std::max(when->floor, end + link.min_gap);
        if (link.max_gap != kNever) when->ceiling = std::min(when->ceiling, end + link.max_gap);
    }
    for (const int a : d.before_of[visit]) {
        const After& link = d.after[a];
        if (links_.start[link.visit] != kLater)
            when->until = std::min(when->until, links_.start[link.visit] - link.min_gap);
    }
    return true;
}

std::vector<Offer> Warm::offers(int visit, size_t most) const {
    const Data& d = data();
    const Instance& in = *in_;
    Limits when;
    if (d.roles(visit) > 1 || !limits(visit, &when)) return {};
    const int task = d.task_offset[visit], stands = route_of_[task];
    Route without;  // the route it stands on, as it would be
    if (stands != kNever) {
        const auto& committed = in.routes[stands].committed;
        if (std::find(committed.begin(), committed.end(), task) != committed.end()) return {};
        without = routes_[stands];
        without.erase(task);
        if (!without.refresh(in, links_)) return {};
    }
    const auto route_at = [&](int r) -> const Route& { return r == stands ? without : routes_[r]; };
    std::vector<Time> work(in.has_balance ? d.owners : 0, 0);
    if (in.has_balance)
        for (size_t r = 0; r < routes_.size(); ++r) work[in.routes[r].owner] += route_at(static_cast<int>(r)).work;
    const auto balance = [&](Time time) { return d.balance_rate * std::max(0, time - d.balance_target); };
    std::vector<Place> places;
    for (const int r : in.able[task]) {
        const Route& route = route_at(r);
        const RouteInfo& info = in.routes[r];
        if (!has_room(d, route, visit)) continue;
        const Node& node = in.kinds[info.kind].nodes[task];
        const Time latest = when.latest(node.service);
        if (latest < when.floor) continue;
        const Candidate candidate{task, &node, when.floor, latest, node.service};
        const Cost pair = in.has_unless ? in.pair_cost(visit, info.owner) : 0;
        for (int k = static_cast<int>(info.committed.size()); k <= route.size(); ++k) {
            const Slot& slot = route.slots[k];
            if (slot.earliest > std::min(node.latest, latest)) break;
            const Time in_leg = info.travel->seconds(slot.place, node.place);
            const Time out_leg = slot.next_place == kNever ? 0 : info.travel->seconds(node.place, slot.next_place);
            Cost change = route.time_change(in, links_, k, candidate, in_leg, out_leg);
            if (change >= kImpossible) continue;
            change += route.arc_change(in, k, node.place, in_leg, out_leg) + pair;
            if (in.has_balance) {
                const Time more = in_leg + out_leg - (route.tasks.empty() ? 0 : slot.arc_time) + node.service;
                change += balance(work[info.owner] + more) - balance(work[info.owner]);
            }
            places.push_back({change, r, k});
        }
    }
    const size_t shown = std::min(most, places.size());
    std::partial_sort(places.begin(), places.begin() + shown, places.end());
    std::vector<Offer> offers;
    std::vector<Time> ready;
    for (size_t k = 0; k < shown; ++k) {
        const Place& at = places[k];
        Route route = route_at(at.route);
        Links then = links_;
        if (in.linked[visit]) {  // it has no appointment yet: the walk gives it its earliest start
            const RouteInfo& info = in.routes[at.route];
            const Node& node = in.kinds[info.kind].nodes[task];
            const Candidate candidate{task, &node, when.floor, when.latest(node.service), node.service};
            const Slot& slot = route.slots[at.slot];
            const Time out_leg = slot.next_place == kNever ? 0 : info.travel->seconds(node.place, slot.next_place);
            route.time_change(in, links_, at.slot, candidate, info.travel->seconds(slot.place, node.place), out_leg,
                              &then.start[visit]);
            then.service[visit] = node.service;
        }
        route.insert(at.slot, task);
        if (!route.refresh(in, then)) continue;
        Offer offer{at.change, at.route, at.slot, {}};
        route.trace(in, &ready, &offer.gaps);
        offers.push_back(std::move(offer));
    }
    return offers;
}

std::vector<std::vector<Offer>> Warm::offers_of(const Data& part, const std::vector<int>& numbers, size_t most) {
    std::vector<std::vector<Offer>> all;
    for (int k = 0; k < part.visits; ++k) {
        if (numbers[k] != kNever) continue;
        const int visit = data().visits;
        lowered_.write_visit(visit, part, k, numbers);
        learn(visit);
        all.push_back(offers(visit, most));
        unlearn(visit);
        lowered_.forget_last_visit();
    }
    return all;
}

}  // namespace fieldwright
