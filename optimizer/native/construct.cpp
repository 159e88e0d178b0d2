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

// Takes over what can be taken over of a given plan.
void place_given(State& state, const Decision& given) {
    const Instance& in = state.in;
    const Evaluation known = evaluate(in.d, given);
    std::vector<int> filled(in.d.visits, 0);
    for (size_t r = 0; r < in.routes.size(); ++r)
        for (const int task : given.tasks[r])
            if (state.route_of[task] == kNever && in.may(task, static_cast<int>(r))) ++filled[in.d.task_visit[task]];
    state.begin();
    std::vector<int> placed;
    for (size_t r = 0; r < in.routes.size(); ++r)
        for (const int task : given.tasks[r]) {
            const int v = in.d.task_visit[task];
            if (state.route_of[task] != kNever || state.anchored[v] || !in.may(task, static_cast<int>(r))) continue;
            if (filled[v] != in.d.roles(v) || (in.linked[v] && !known.settled)) continue;
            state.place_raw(static_cast<int>(r), state.routes[r].size(), task);
            if (task == in.d.task_offset[v]) placed.push_back(v);
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
    for (size_t r = 0; r < in.routes.size() && whole; ++r) {
        std::vector<int64_t> room(in.d.capacity.begin() + r * in.d.resources,
                                  in.d.capacity.begin() + (r + 1) * in.d.resources);
        while (true) {
            bool over = false;
            for (int q = 0; q < in.d.resources; ++q) over |= state.routes[r].load[q] > room[q];
            if (!over || state.routes[r].tasks.empty()) break;
            const int victim = in.d.task_visit[state.routes[r].tasks.back()];
            if (!state.removable(victim)) break;
            state.remove(victim);
            whole &= state.refresh_stale();
        }
    }
    state.broken = !whole;
    if (state.broken || !state.settle()) return state.undo();
    state.keep();
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
    if (given) place_given(state, *given);
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
