#include "construct.h"

#include <algorithm>

namespace fieldwright {

namespace {

// A role for each committed member of a visit: the first that its owner may fill, else the first left.
int committed_task(const Instance& in, const std::vector<uint8_t>& placed, int visit, int owner) {
    int left = kNever;
    for (int t = in.d.task_offset[visit]; t < in.d.task_offset[visit + 1]; ++t) {
        if (placed[t]) continue;
        if (in.d.breaches(t, owner) == 0) return t;
        if (left == kNever) left = t;
    }
    return left;
}

void loosen_windows(Instance& in, const RouteInfo& info) {
    Kind& kind = in.kinds[info.kind];
    for (const int task : info.committed) {
        Node& node = kind.nodes[task];
        kind.windows[node.windows + node.window_count - 1].latest = kLater;
        node.latest = kLater;
        if (!node.fits) node.earliest = kind.windows[node.windows].earliest = kEarlier;
    }
}

// A route of committed tasks alone, driven with appointments as lower bounds; limits give way one kind after another.
Route drive_committed(Instance& in, int r, const Links& links) {
    RouteInfo& info = in.routes[r];
    Route route;
    route.init(r, in);
    route.tasks = info.committed;
    if (route.refresh(in, links)) return route;
    loosen_windows(in, info);
    if (route.refresh(in, links)) return route;
    for (RouteBreak& rest : info.breaks) rest.latest = kLater;
    if (route.refresh(in, links)) return route;
    const Time limit = info.limit, max_duty = info.max_duty;
    info.limit = info.max_duty = kLater;
    route.refresh(in, links);
    info.limit = std::max(limit, route.best.time);
    info.max_duty = std::max(max_duty, route.best.duty);
    route.refresh(in, links);
    return route;
}

void place_committed(State& state) {
    const Instance& in = state.in;
    state.begin();
    std::vector<int> visits;
    for (size_t r = 0; r < in.routes.size(); ++r) {
        const auto& tasks = in.routes[r].committed;
        for (size_t k = 0; k < tasks.size(); ++k) {
            state.place_raw(static_cast<int>(r), static_cast<int>(k), tasks[k]);
            visits.push_back(in.d.task_visit[tasks[k]]);
        }
    }
    for (const int v : visits) {
        state.anchored[v] = 1;
        if (in.linked[v]) state.set_link(v, in.appointed[v], state.slowest(v));
        bool whole = true;
        for (int t = in.d.task_offset[v]; t < in.d.task_offset[v + 1]; ++t) whole &= state.route_of[t] != kNever;
        if (whole) state.close(v);
    }
    state.refresh_stale();
    state.keep();
}

// Which role a route takes that has this task in a given plan, kNever: none. What is committed may have been told other
// roles than the plan has; nobody is in a crew twice.
int role_on(const State& state, const std::vector<int>& route_of, int task, int r) {
    const Instance& in = state.in;
    const int v = in.d.task_visit[task], owner = in.routes[r].owner;
    int free = kNever;
    for (int t = in.d.task_offset[v]; t < in.d.task_offset[v + 1]; ++t) {
        if (route_of[t] != kNever && in.routes[route_of[t]].owner == owner) return kNever;
        if (route_of[t] == kNever && in.may(t, r) && (t == task || (free == kNever && state.anchored[v]))) free = t;
    }
    return free;
}

// The last visit of a route that may go and takes up some of a resource.
int last_with(const State& state, const std::vector<int>& tasks, int resource) {
    for (auto it = tasks.rbegin(); it != tasks.rend(); ++it) {
        const int v = state.in.d.task_visit[*it];
        const int64_t demand = state.in.d.demand[static_cast<size_t>(v) * state.in.d.resources + resource];
        if (demand > 0 && state.removable(v)) return v;
    }
    return kNever;
}

// Takes over what can be taken over of a given plan; `join_committed`: also who joins a crew that is committed in part.
// False: what hangs together cannot be kept so, and nothing was taken over.
bool place_given(State& state, const Decision& given, bool join_committed) {
    const Instance& in = state.in;
    const Evaluation known = evaluate(in.d, given);
    std::vector<int> route_of = state.route_of;
    std::vector<std::vector<int>> wanted(in.routes.size());
    for (size_t r = 0; r < in.routes.size(); ++r)
        for (const int task : given.tasks[r])
            if (const int role = role_on(state, route_of, task, static_cast<int>(r)); role != kNever) {
                route_of[role] = static_cast<int>(r);
                wanted[r].push_back(role);
            }
    std::vector<uint8_t> taken(in.d.visits, 0);
    for (int v = 0; v < in.d.visits; ++v) {
        taken[v] = (!in.linked[v] || known.settled) && (!state.anchored[v] || join_committed);
        for (int t = in.d.task_offset[v]; t < in.d.task_offset[v + 1]; ++t) taken[v] &= route_of[t] != kNever;
    }
    state.begin();
    std::vector<int> placed;
    for (size_t r = 0; r < in.routes.size(); ++r)
        for (const int task : wanted[r]) {
            const int v = in.d.task_visit[task];
            if (!taken[v]) continue;
            state.place_raw(static_cast<int>(r), state.routes[r].size(), task);
            if (taken[v] == 1) placed.push_back(v);
            taken[v] = 2;
        }
    for (const int v : placed) {
        state.close(v);
        if (in.linked[v]) state.set_link(v, known.start[v], state.slowest(v));
    }
    for (const int v : placed)
        for (const int a : in.d.after_of[v])
            if (state.assigned(v) && !state.assigned(in.d.after[a].before)) state.remove(v);
    // Routes that cannot be driven give up their last visits until they can.
    for (size_t k = 0; k < state.touched.size(); ++k) {
        const int r = state.touched[k];
        while (!state.refresh(r) && !state.routes[r].tasks.empty()) {
            const auto& tasks = state.routes[r].tasks;
            int victim = kNever;
            for (auto it = tasks.rbegin(); it != tasks.rend() && victim == kNever; ++it)
                if (state.removable(in.d.task_visit[*it])) victim = in.d.task_visit[*it];
            if (victim == kNever) break;
            state.remove(victim);
        }
    }
    bool whole = state.refresh_stale();
    // What is committed may be more than there is room for; others give way only where that helps.
    for (size_t r = 0; r < in.routes.size() && whole; ++r)
        for (int q = 0; q < in.d.resources && whole; ++q)
            while (state.routes[r].load[q] > in.d.capacity[r * in.d.resources + q]) {
                const int victim = last_with(state, state.routes[r].tasks, q);
                if (victim == kNever) break;
                state.remove(victim);
                whole &= state.refresh_stale();
            }
    state.broken = !whole;
    if (state.broken || !state.settle()) {
        state.undo();
        return false;
    }
    state.keep();
    return true;
}

void insert_followers(State& state, int visit) {
    for (const int a : state.in.d.before_of[visit]) {
        const int next = state.in.d.after[a].visit;
        if (state.broken || !state.assigned(visit) || state.assigned(next)) continue;
        if (state.insert(next, false)) insert_followers(state, next);
    }
}

}  // namespace

void admit_committed(Instance& in) {
    in.appointed.assign(in.d.visits, kLater);
    std::vector<uint8_t> placed(in.d.tasks, 0);
    Links links;
    links.loose = true;
    links.start.assign(in.d.visits, kLater);
    links.service.assign(in.d.visits, 0);
    std::vector<int> busy;
    for (int r = 0; r < in.d.routes; ++r) {
        for (const int v : in.d.committed[r]) {
            const int task = committed_task(in, placed, v, in.routes[r].owner);
            if (task == kNever) continue;
            placed[task] = 1;
            in.routes[r].committed.push_back(task);
            links.service[v] = std::max(links.service[v], in.d.service[in.d.route_pace[r]][v]);
        }
        if (!in.routes[r].committed.empty()) busy.push_back(r);
    }
    std::vector<Time> ready;
    std::vector<int> gaps;
    for (int pass = 0; pass < 2 * in.d.visits + 10; ++pass) {
        bool changed = false;
        for (const int r : busy) {
            const Route route = drive_committed(in, r, links);
            route.trace(in, &ready, &gaps);
            for (int k = 0; k < route.size(); ++k) {
                const int v = in.d.task_visit[route.tasks[k]];
                if (!in.linked[v]) continue;
                Time need = ready[k];
                for (const int a : in.d.after_of[v]) {
                    const int before = in.d.after[a].before;
                    if (links.start[before] != kLater)
                        need = std::max(need, links.start[before] + links.service[before] + in.d.after[a].min_gap);
                }
                Time start = open_at(in.d.windows[v], need);
                if (start == kLater) start = need;
                if (links.start[v] == kLater || start > links.start[v]) {
                    links.start[v] = start;
                    changed = true;
                }
            }
        }
        if (!changed) break;
    }
    in.appointed = links.start;
}

void load(State& state, const Decision* given) {
    place_committed(state);
    if (given && !place_given(state, *given, true)) place_given(state, *given, false);
}

void restore(State& state, const std::vector<std::vector<int>>& tasks, const Links& links,
             const std::vector<uint8_t>& held) {
    const Instance& in = state.in;
    place_committed(state);
    state.begin();
    for (size_t r = 0; r < tasks.size(); ++r)
        for (size_t k = 0; k < tasks[r].size(); ++k)
            if (state.route_of[tasks[r][k]] == kNever)
                state.place_raw(static_cast<int>(r), static_cast<int>(k), tasks[r][k]);
    for (int v = 0; v < in.d.visits; ++v) {
        bool whole = true;
        for (int t = in.d.task_offset[v]; t < in.d.task_offset[v + 1]; ++t) whole &= state.route_of[t] != kNever;
        if (whole && in.linked[v]) state.set_link(v, links.start[v], links.service[v]);
        if (whole || held[v]) state.close(v);
        if (held[v]) state.anchored[v] = 1;
    }
    state.refresh_stale();
    state.keep();
}

void fill(State& state) {
    const Instance& in = state.in;
    for (bool progress = true; progress;) {
        progress = false;
        std::vector<int> order = state.open();
        std::sort(order.begin(), order.end(), [&](int a, int b) {
            const size_t able_a = in.able[in.d.task_offset[a]].size(), able_b = in.able[in.d.task_offset[b]].size();
            if (in.absent[a] != in.absent[b]) return in.absent[a] > in.absent[b];
            return able_a != able_b ? able_a < able_b : a < b;
        });
        for (const int v : order) {
            if (state.assigned(v)) continue;
            state.begin();
            const Cost before = state.total();
            state.insert(v, false);
            insert_followers(state, v);  // a visit may only be worth its cost for what can come after it
            if (state.broken || !state.settle() || state.total() >= before) {
                state.undo();
                continue;
            }
            state.keep();
            progress |= in.has_links;  // others may be waiting for this one
        }
    }
}

}  // namespace fieldwright
