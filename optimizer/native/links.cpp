// Visits that hang together with other routes: crews, and visits that come after others.
//
// While a plan is searched, each of them has an appointment: a start that every member's route must be able to keep.
// Within a round appointments do not move, so a change of one route never disturbs another; at the end of a round
// settle() lets them fall to where nothing holds them, which is what the planning model's earliest starts mean.
#include <algorithm>

#include "state.h"

namespace fieldwright {

namespace {
constexpr int kMoments = 4;        // common starts that are tried for a crew
constexpr int kSettleSteps = 400;  // more than this in one round: give the round up
}  // namespace

// What those set that are planned already; false: one that it comes after is not.
bool State::limits(int visit, Limits* when) const {
    for (const int a : in.d.after_of[visit]) {
        const After& link = in.d.after[a];
        if (!assigned(link.before)) return false;
        const Time end = links.start[link.before] + links.service[link.before];
        when->floor = std::max(when->floor, end + link.min_gap);
        if (link.max_gap != kNever) when->ceiling = std::min(when->ceiling, end + link.max_gap);
    }
    for (const int a : in.d.before_of[visit]) {
        const After& link = in.d.after[a];
        if (links.start[link.visit] != kLater) when->until = std::min(when->until, links.start[link.visit] - link.min_gap);
    }
    return true;
}

// The best slot of one route for a task that starts between floor and ceiling; true if it beats `best`.
bool State::price(int r, int visit, int task, Time floor, Time ceiling, Time service, Cost limit, Choice* best) const {
    const Route& route = routes[r];
    const RouteInfo& info = in.routes[r];
    const Node& node = in.kinds[info.kind].nodes[task];
    const Candidate candidate{task, &node, floor, ceiling, service};
    const Cost pair = in.d.roles(visit) == 1 ? in.pair_cost(visit, info.owner) : 0;
    bounds_.clear();
    scan(route, candidate, pair, limit, bounds_);
    std::sort(bounds_.begin(), bounds_.end(), [](const Option& a, const Option& b) {
        return a.value < b.value || (a.value == b.value && a.slot < b.slot);
    });
    bool better = false;
    for (const Option& option : bounds_) {
        if (option.value >= best->value) break;
        Time start = 0;
        const Cost value = exact_change(option, candidate, &start) + pair;
        if (value < best->value) {
            *best = {value, r, option.slot, start};
            better = true;
        }
    }
    return better;
}

bool State::cheapest(int visit, int* route, Cost* change) const {
    Limits when;
    if (in.d.roles(visit) > 1 || !limits(visit, &when)) return false;
    const int task = in.d.task_offset[visit];
    Choice best;
    for (const int r : in.able[task])
        if (has_room(routes[r], visit)) {
            const Time service = in.kinds[in.routes[r].kind].nodes[task].service;
            price(r, visit, task, when.floor, when.latest(service), service, kImpossible, &best);
        }
    *route = best.route;
    *change = best.value;
    return best.route != kNever;
}

// What leaving the visit out costs, with what it keeps out: visits that come after it and are open.
Cost State::worth(int visit) const {
    Cost cost = in.absent[visit];
    for (const int a : in.d.before_of[visit])
        if (const int next = in.d.after[a].visit; !assigned(next) && !anchored[next]) cost += worth(next);
    return cost;
}

bool State::insert_after(int visit, const Limits& when) {
    const int task = in.d.task_offset[visit];
    Choice best;
    const Cost limit = best.value = worth(visit);
    for (const int r : candidate_routes(task, false)) {
        if (!has_room(routes[r], visit) || random.one_in(kBlink)) continue;
        const Time service = in.kinds[in.routes[r].kind].nodes[task].service;
        price(r, visit, task, when.floor, when.latest(service), service, limit, &best);
    }
    if (best.route == kNever) return false;
    insert_task(best.route, best.slot, task);
    close(visit);
    set_link(visit, best.start, slowest(visit));
    refresh(best.route);
    return true;
}

bool State::insert_crew(int visit, const Limits& when) {
    Time slowest_of_all = 0;  // who will be in the crew is not known yet
    for (const Kind& kind : in.kinds)
        for (int t = in.d.task_offset[visit]; t < in.d.task_offset[visit + 1]; ++t)
            slowest_of_all = std::max(slowest_of_all, kind.nodes[t].service);
    Time floor = when.floor;
    const Time ceiling = when.latest(slowest_of_all);
    struct Able {
        int role, route;
        Time ready;  // earliest start this route allows
    };
    std::vector<Able> able;
    std::vector<int> roles;  // still to be filled
    std::vector<int> taken;  // owners already in the crew
    Time service = 0;
    for (int t = in.d.task_offset[visit]; t < in.d.task_offset[visit + 1]; ++t) {
        if (route_of[t] == kNever) {
            roles.push_back(t);
            continue;
        }
        taken.push_back(in.routes[route_of[t]].owner);
        floor = std::max(floor, links.start[visit]);
        service = std::max(service, in.kinds[in.routes[route_of[t]].kind].nodes[t].service);
    }
    if (floor > ceiling) return false;
    for (const int task : roles)
        for (const int r : candidate_routes(task, false, in.d.roles(visit))) {
            const Route& route = routes[r];
            if (!has_room(route, visit)) continue;
            if (std::find(taken.begin(), taken.end(), in.routes[r].owner) != taken.end()) continue;
            const Kind& kind = in.kinds[in.routes[r].kind];
            const Node& node = kind.nodes[task];
            const int32_t* to = in.routes[r].travel->column(node.place);
            const size_t stride = in.routes[r].travel->stride();
            for (size_t i = in.routes[r].committed.size(); i < route.slots.size(); ++i) {
                const Slot& slot = route.slots[i];
                if (slot.earliest > node.latest) break;
                const Time arrive = slot.earliest + to[slot.place * stride];
                const auto offer = [&](Time ready) {
                    Time start = kLater;
                    for (int w = 0; w < node.window_count && start == kLater; ++w) {
                        const Window& window = kind.windows[node.windows + w];
                        if (ready <= window.latest) start = std::max(ready, window.earliest);
                    }
                    if (start <= ceiling && start < kLater) able.push_back({task, r, start});
                };
                offer(std::max(arrive, floor));
                for (const RouteBreak& rest : in.routes[r].breaks)  // or after a break on the way
                    if (slot.earliest <= rest.latest)
                        offer(std::max(std::max(arrive, rest.earliest) + rest.duration, floor));
            }
        }
    if (able.empty()) return false;
    // Members are chosen role by role: first for those that fewest can fill.
    const auto choice_of = [&](int task) {
        std::vector<int> owners;
        for (const Able& a : able)
            if (a.role == task) owners.push_back(in.routes[a.route].owner);
        std::sort(owners.begin(), owners.end());
        return std::unique(owners.begin(), owners.end()) - owners.begin();
    };
    std::stable_sort(roles.begin(), roles.end(), [&](int a, int b) { return choice_of(a) < choice_of(b); });

    Cost best_value = worth(visit);
    std::vector<Choice> best;
    Time best_start = 0;
    std::vector<Time> tried;
    for (int k = 0; k < kMoments; ++k) {
        // The first moment is the earliest at which every role has somebody; the others are drawn.
        Time moment = floor;
        if (k == 0) {
            for (const int task : roles) {
                Time first = kLater;
                for (const Able& a : able)
                    if (a.role == task) first = std::min(first, a.ready);
                moment = std::max(moment, first);
            }
        } else {
            moment = able[random.below(static_cast<int>(able.size()))].ready;
        }
        if (moment >= kLater || moment > ceiling || std::find(tried.begin(), tried.end(), moment) != tried.end())
            continue;
        tried.push_back(moment);
        // Two best of different owners for each role are enough to find distinct members greedily.
        std::vector<Choice> crew;
        std::vector<int> owners = taken;
        Cost value = 0;
        for (const int task : roles) {
            Choice choice;
            int last = kNever;
            for (const Able& a : able) {
                if (a.role != task || a.ready > moment || a.route == last) continue;
                last = a.route;
                if (std::find(owners.begin(), owners.end(), in.routes[a.route].owner) != owners.end()) continue;
                const Time slow = std::max(service, in.kinds[in.routes[a.route].kind].nodes[task].service);
                price(a.route, visit, task, moment, moment, slow, best_value, &choice);
            }
            if (choice.route == kNever) break;
            value += choice.value;
            owners.push_back(in.routes[choice.route].owner);
            crew.push_back(choice);
        }
        // All stay as long as the slowest: who was priced with less is priced again.
        Time slow = service;
        for (size_t q = 0; q < crew.size(); ++q)
            slow = std::max(slow, in.kinds[in.routes[crew[q].route].kind].nodes[roles[q]].service);
        for (size_t q = 0; q < crew.size() && value < best_value; ++q) {
            const Choice quick = crew[q];
            if (std::max(service, in.kinds[in.routes[quick.route].kind].nodes[roles[q]].service) == slow) continue;
            crew[q] = {};
            price(quick.route, visit, roles[q], moment, moment, slow, best_value, &crew[q]);
            value = crew[q].route == kNever ? kImpossible : value + crew[q].value - quick.value;
        }
        if (crew.size() != roles.size() || value >= best_value) continue;
        for (size_t q = 0; q < roles.size(); ++q) route_of[roles[q]] = crew[q].route;  // only to price the crew
        Links& l = links;
        const Time start_before = l.start[visit], service_before = l.service[visit];
        l.start[visit] = moment;
        l.service[visit] = slowest(visit);
        value += crew_cost(visit);
        l.start[visit] = start_before;
        l.service[visit] = service_before;
        for (const int task : roles) route_of[task] = kNever;
        if (value < best_value) {
            best_value = value;
            best = crew;
            best_start = moment;
        }
    }
    if (best.empty()) return false;
    for (size_t q = 0; q < roles.size(); ++q) insert_task(best[q].route, best[q].slot, roles[q]);
    close(visit);
    set_link(visit, best_start, slowest(visit));
    for (int t = in.d.task_offset[visit]; t < in.d.task_offset[visit + 1]; ++t) refresh(route_of[t]);
    return true;
}

bool State::settle_everything() {
    for (size_t r = 0; r < routes.size(); ++r)
        if (routes[r].has_links) touch(static_cast<int>(r));
    return settle();
}

bool State::settle() {
    if (!in.has_links) return true;
    std::vector<int> queue;
    for (const int r : touched)
        if (routes[r].has_links) queue.push_back(r);
    std::vector<Time> ready;
    std::vector<int> gaps, changed;
    int steps = 0;
    for (size_t at = 0; at < queue.size(); ++at) {
        const int r = queue[at];
        for (const int task : std::vector<int>(routes[r].tasks)) {
            const int v = in.d.task_visit[task];
            if (!in.linked[v] || anchored[v] || links.start[v] == kLater) continue;
            changed.push_back(v);
            Time need = kEarlier;
            for (int t = in.d.task_offset[v]; t < in.d.task_offset[v + 1]; ++t) {
                const int member = route_of[t];
                if (member == kNever) continue;
                const Route& route = routes[member];
                route.trace(in, &ready, &gaps);
                for (int k = 0; k < route.size(); ++k)
                    if (route.tasks[k] == t) need = std::max(need, ready[k]);
            }
            for (const int a : in.d.after_of[v]) {
                const After& link = in.d.after[a];
                need = std::max(need, links.start[link.before] + links.service[link.before] + link.min_gap);
            }
            need = open_at(in.d.windows[v], need);
            if (need == links.start[v]) continue;
            if (need > links.start[v] || ++steps > kSettleSteps) return false;
            set_link(v, need, links.service[v]);
            for (int t = in.d.task_offset[v]; t < in.d.task_offset[v + 1]; ++t) {
                const int member = route_of[t];
                if (member == kNever) continue;
                if (!refresh(member)) return false;
                queue.push_back(member);
            }
            for (const int a : in.d.before_of[v]) {
                const int next = in.d.after[a].visit;
                for (int t = in.d.task_offset[next]; t < in.d.task_offset[next + 1]; ++t)
                    if (route_of[t] != kNever) queue.push_back(route_of[t]);
            }
        }
    }
    for (const int v : changed)
        for (const int a : in.d.after_of[v]) {
            const After& link = in.d.after[a];
            if (link.max_gap != kNever && links.start[v] != kLater &&
                links.start[v] > links.start[link.before] + links.service[link.before] + link.max_gap)
                return false;
        }
    for (const int v : changed)
        for (const int b : in.d.before_of[v]) {
            const After& link = in.d.after[b];
            if (link.max_gap != kNever && links.start[link.visit] != kLater &&
                links.start[link.visit] > links.start[v] + links.service[v] + link.max_gap)
                return false;
        }
    return true;
}

}  // namespace fieldwright
