#include "state.h"

#include <algorithm>

namespace fieldwright {

namespace {
constexpr int kNearRoutes = 6;       // routes of neighbours that are tried besides those the round has changed
constexpr int kNearVisits = 50;      // neighbours that are looked at for them
constexpr size_t kNearStarts = 2;    // routes that start nearby that are tried
constexpr int kTryAll = 16;          // up to so many able routes all are tried
constexpr int kEmptyRoutes = 2;      // unused routes that are tried, nearest first where there are many
constexpr size_t kFewEmpty = 8;
}  // namespace

State::State(const Instance& instance, uint64_t seed)
    : in(instance), random(seed), routes(instance.routes.size()), route_of(instance.d.tasks, kNever),
      first_route(instance.d.visits, kNever),
      anchored(instance.d.visits, 0), fresh(instance.d.visits, 0), active_(instance.routes.size(), 1),
      saved_(instance.routes.size()),
      mark_(instance.routes.size(), 0), stale_(instance.routes.size(), 0), open_at_(instance.d.visits, kNever),
      work_(instance.d.owners, 0), crew_(instance.d.visits, 0),
      seen_(instance.routes.size(), 0),
      twin_seen_(instance.routes.size() + 1, 0),
      twins_(instance.routes.size() + 1, 0), empty_at_(instance.routes.size(), kNever) {
    links.start.assign(in.d.visits, kLater);
    links.service.assign(in.d.visits, 0);
    for (size_t r = 0; r < routes.size(); ++r) {
        routes[r].init(static_cast<int>(r), in);
        routes[r].refresh(in, links);
        note_use(static_cast<int>(r));
    }
    for (int v = 0; v < in.d.visits; ++v) {
        open_at_[v] = static_cast<int>(open_.size());
        open_.push_back(v);
        total_ += in.absent[v];
        open_musts_ += in.d.must[v];
    }
}

void State::begin() {
    ++round_;
    broken = false;
    touched.clear();
    task_log_.clear();
    open_log_.clear();
    link_log_.clear();
    total_before_ = total_;
    musts_before_ = open_musts_;
    planned_before_ = planned_tasks;
}

void State::keep() {
    for (const auto& [visit, was_open] : open_log_) fresh[visit] = 0;
}

void State::undo() {
    for (const int r : touched) {
        work_[routes[r].info(in).owner] += saved_[r].work - routes[r].work;
        std::swap(routes[r], saved_[r]);
        stale_[r] = 0;
        note_use(r);
    }
    for (auto it = task_log_.rbegin(); it != task_log_.rend(); ++it) set_route(it->first, it->second);
    for (auto it = open_log_.rbegin(); it != open_log_.rend(); ++it) {
        const auto [visit, was_open] = *it;
        fresh[visit] = 0;
        if (was_open && open_at_[visit] == kNever) {
            open_at_[visit] = static_cast<int>(open_.size());
            open_.push_back(visit);
        } else if (!was_open && open_at_[visit] != kNever) {
            const int at = open_at_[visit], last = open_.back();
            open_[at] = last;
            open_at_[last] = at;
            open_.pop_back();
            open_at_[visit] = kNever;
        }
    }
    for (auto it = link_log_.rbegin(); it != link_log_.rend(); ++it) {
        links.start[it->visit] = it->start;
        links.service[it->visit] = it->service;
        crew_[it->visit] = it->crew;
    }
    total_ = total_before_;
    open_musts_ = musts_before_;
    planned_tasks = planned_before_;
}

void State::touch(int route) {
    if (mark_[route] == round_) return;
    mark_[route] = round_;
    touched.push_back(route);
    saved_[route] = routes[route];
}

void State::move_task(int task, int route) {
    task_log_.emplace_back(task, route_of[task]);
    planned_tasks += (route != kNever) - (route_of[task] != kNever);
    set_route(task, route);
}

void State::set_route(int task, int route) {
    route_of[task] = route;
    const int visit = in.d.task_visit[task];
    if (in.d.task_offset[visit] == task) first_route[visit] = route;
}

void State::open_visit(int visit) {
    if (open_at_[visit] != kNever) return;
    open_log_.emplace_back(visit, 0);
    open_at_[visit] = static_cast<int>(open_.size());
    open_.push_back(visit);
    total_ += in.absent[visit];
    open_musts_ += in.d.must[visit];
    fresh[visit] = 1;
}

void State::close(int visit) {
    if (open_at_[visit] == kNever) return;
    open_log_.emplace_back(visit, 1);
    const int at = open_at_[visit], last = open_.back();
    open_[at] = last;
    open_at_[last] = at;
    open_.pop_back();
    open_at_[visit] = kNever;
    total_ -= in.absent[visit];
    open_musts_ -= in.d.must[visit];
}

void State::set_link(int visit, Time start, Time service) {
    for (int t = in.d.task_offset[visit]; t < in.d.task_offset[visit + 1]; ++t)
        if (route_of[t] != kNever) routes[route_of[t]].changed(0);
    link_log_.push_back({visit, links.start[visit], links.service[visit], crew_[visit]});
    links.start[visit] = start;
    links.service[visit] = service;
    total_ -= crew_[visit];
    crew_[visit] = start == kLater || in.d.roles(visit) == 1 ? 0 : crew_cost(visit);
    total_ += crew_[visit];
}

Cost State::crew_cost(int visit) const {
    Cost cost = 0;
    const Time start = links.start[visit], end = start + links.service[visit];
    for (const VisitRamp& r : in.d.ramps[visit]) cost += r.ramp.at(r.on_end ? end : start);
    for (const Unless& u : in.d.unless[visit]) {
        bool held = false;
        for (int t = in.d.task_offset[visit]; t < in.d.task_offset[visit + 1]; ++t)
            held |= route_of[t] != kNever && u.holds(in.routes[route_of[t]].owner);
        if (!held) cost += u.cost;
    }
    return cost;
}

Time State::slowest(int visit) const {
    Time service = 0;
    for (int t = in.d.task_offset[visit]; t < in.d.task_offset[visit + 1]; ++t)
        if (route_of[t] != kNever)
            service = std::max(service, in.kinds[in.routes[route_of[t]].kind].nodes[t].service);
    return service;
}

Cost State::balance_cost(Time work) const {
    return in.has_balance ? in.d.balance_rate * std::max(0, work - in.d.balance_target) : 0;
}

bool State::refresh(int r) {
    touch(r);
    Route& route = routes[r];
    Time& work = work_[route.info(in).owner];
    // A stale route still carries its old sums, so the difference is right whatever happened in between.
    const Cost before = route.cost() + balance_cost(work);
    const Time work_before = route.work;
    const bool ok = route.refresh(in, links);
    broken |= !ok;
    stale_[r] = 0;
    work += route.work - work_before;
    total_ += route.cost() + balance_cost(work) - before;
    note_use(r);
    return ok;
}

// Keeps the list of unused routes in step with the route.
void State::note_use(int route) {
    const bool is_used = routes[route].size() > 0;
    int& at = empty_at_[route];
    if (is_used == (at == kNever)) return;
    if (is_used) {
        empty_[at] = empty_.back();
        empty_at_[empty_.back()] = at;
        empty_.pop_back();
        at = kNever;
    } else {
        at = static_cast<int>(empty_.size());
        empty_.push_back(route);
    }
}

bool State::removable(int visit) const {
    if (anchored[visit]) return false;
    for (const int a : in.d.before_of[visit]) {
        const int next = in.d.after[a].visit;
        if (anchored[next] || (assigned(next) && !removable(next))) return false;
    }
    return true;
}

void State::remove(int visit) {
    for (int t = in.d.task_offset[visit]; t < in.d.task_offset[visit + 1]; ++t) {
        const int r = route_of[t];
        if (r == kNever) continue;
        touch(r);
        routes[r].erase(t);
        stale_[r] = 1;
        move_task(t, kNever);
    }
    if (in.linked[visit]) set_link(visit, kLater, 0);
    open_visit(visit);
    for (const int a : in.d.before_of[visit])
        if (const int next = in.d.after[a].visit; assigned(next)) remove(next);
}

bool State::refresh_stale() {
    bool ok = true;
    for (const int r : touched)
        if (stale_[r]) ok = refresh(r) && ok;
    return ok;
}

void State::place_raw(int route, int slot, int task) {
    touch(route);
    routes[route].insert(slot, task);
    stale_[route] = 1;
    move_task(task, route);
}

void State::insert_task(int route, int slot, int task) {
    touch(route);
    routes[route].insert(slot, task);
    move_task(task, route);
}

bool State::has_room(const Route& route, int visit) const {
    const int q_count = in.d.resources;
    for (int q = 0; q < q_count; ++q) {
        const int64_t demand = in.d.demand[static_cast<size_t>(visit) * q_count + q];
        if (demand > 0 && route.load[q] + demand > in.d.capacity[static_cast<size_t>(route.id) * q_count + q])
            return false;
    }
    return true;
}

// Slots where the candidate may go, each with a lower bound of its cost change (safe where travel keeps the triangle
// inequality: a detour never makes anybody earlier).
void State::scan(const Route& route, const Candidate& c, Cost extra, Cost limit, std::vector<Option>& out) const {
    if (route.info(in).metres)
        scan_slots<true>(route, c, extra, limit, out);
    else
        scan_slots<false>(route, c, extra, limit, out);
}

template <bool METRES>
void State::scan_slots(const Route& route, const Candidate& c, Cost extra, Cost limit, std::vector<Option>& out) const {
    const RouteInfo& info = route.info(in);
    const Node node = *c.node;
    const size_t stride = METRES ? 2 : info.travel->stride();
    const int32_t* const from = info.travel->row(node.place);
    const int32_t* const to = info.travel->column(node.place);
    const Slot* const slots = route.slots.data();
    const int n = route.size(), id = route.id;
    const Time last = std::min(node.latest, c.ceiling), first = std::max(node.earliest, c.floor), service = c.service;
    const Ramp ramp{node.knee, node.jump, node.slope};
    const Cost travel_rate = info.travel_rate, metre_rate = info.metre_rate, duty_rate = info.duty_rate;
    extra += n ? 0 : info.fixed;
    const size_t known = out.size();
    out.resize(known + n + 1);
    Option* put = out.data() + known;
    for (int i = static_cast<int>(info.committed.size()); i <= n; ++i) {
        const Slot& slot = slots[i];
        if (slot.earliest > last) break;
        const Time in_leg = to[slot.place * stride];
        const Time arrive = slot.earliest + in_leg;
        if (arrive > last) continue;
        const Time out_leg = slot.next_place == kNever ? 0 : from[slot.next_place * stride];
        const Time start = std::max(arrive, first);
        const Time reach = start + service + out_leg;
        // A wait for the candidate may have room for the break, which is then no longer to come.
        if (reach > (start > arrive ? slot.latest_rested : slot.latest)) continue;
        Cost bound = extra + travel_rate * (in_leg + out_leg) - (n ? slot.arc : 0) + ramp.at(start) +
                     std::max<Cost>(0, slot.others + slot.next.at(reach));
        if constexpr (METRES) {
            bound += metre_rate * to[slot.place * stride + 1];
            if (slot.next_place != kNever) bound += metre_rate * from[slot.next_place * stride + 1];
        }
        if (duty_rate) {
            const Time more = in_leg + out_leg - (n ? slot.arc_time : 0) + service;
            bound += duty_rate * std::max(0, route.work + more - route.best.duty);
        }
        if (bound < limit) *put++ = {bound, id, i};
    }
    out.resize(put - out.data());
}

// Routes worth trying for a task: all that are able where they are few, else those of its neighbours and those that
// start nearby.
const std::vector<int>& State::candidate_routes(int task, bool touched_only, int alike) {
    ++seen_round_;
    candidates_.clear();
    auto offer = [&](int r) {
        if (seen_[r] == seen_round_ || !in.may(task, r) || !active_[r]) return false;
        seen_[r] = seen_round_;
        if (routes[r].tasks.empty()) {  // of empty routes that are alike so many need to be tried: a crew takes several
            const int twin = in.routes[r].twin;
            if (twin_seen_[twin] != seen_round_) twins_[twin] = 0;
            twin_seen_[twin] = seen_round_;
            if (++twins_[twin] > alike) return false;
        }
        candidates_.push_back(r);
        return true;
    };
    const std::vector<int>& able = in.able[task];
    if (touched_only) {
        for (const int r : touched) offer(r);
    } else if (static_cast<int>(able.size()) <= kTryAll) {
        for (const int r : able) offer(r);
    } else {
        const int v = in.d.task_visit[task];
        const int* near = &in.near[static_cast<size_t>(v) * in.near_count];
        for (const int r : touched) offer(r);
        // Routes of neighbours are never empty. What decides is as good as random, so nothing branches on it.
        const uint8_t* const may = &in.allowed[static_cast<size_t>(task) * routes.size()];
        candidates_.resize(candidates_.size() + kNearRoutes);
        int* const full = candidates_.data() + candidates_.size();
        int* put = full - kNearRoutes;
        for (const int* const end = near + std::min(in.near_count, kNearVisits); near != end && put != full; ++near) {
            const int r = first_route[*near];
            const bool is_planned = r != kNever;
            const int at = is_planned ? r : 0;
            const bool good = is_planned & (seen_[at] != seen_round_) & (may[at] != 0) & (active_[at] != 0);
            seen_[at] = is_planned ? seen_round_ : seen_[at];
            *put = r;
            put += good;
        }
        candidates_.resize(put - candidates_.data());
        for (size_t k = 0; k < kNearStarts; ++k) offer(able[k]);
        int tried = 0;
        if (empty_.size() > kFewEmpty) {
            for (size_t k = kNearStarts; k < able.size() && tried < kEmptyRoutes; ++k)
                if (routes[able[k]].tasks.empty() && offer(able[k])) ++tried;
        } else {
            for (const int r : empty_)
                if (tried < kEmptyRoutes && offer(r)) ++tried;
        }
    }
    return candidates_;
}

bool State::insert(int visit, bool touched_only) {
    if (assigned(visit)) return true;
    if (!in.linked[visit]) return insert_single(visit, touched_only);
    for (const int a : in.d.after_of[visit])  // what has to come first is tried first
        if (const int before = in.d.after[a].before; !assigned(before) && fresh[before]) {
            fresh[before] = 0;
            insert(before, touched_only);
        }
    Limits when;
    if (!limits(visit, &when)) return false;
    return in.d.roles(visit) == 1 ? insert_after(visit, when) : insert_crew(visit, when);
}

bool State::insert_single(int visit, bool touched_only) {
    const int task = in.d.task_offset[visit];
    Cost best = in.absent[visit];
    options_.clear();
    for (const int r : candidate_routes(task, touched_only)) {
        const Route& route = routes[r];
        if (!has_room(route, visit)) continue;
        const RouteInfo& info = in.routes[r];
        const Node& node = in.kinds[info.kind].nodes[task];
        const Cost pair = in.has_unless ? in.pair_cost(visit, info.owner) : 0;
        scan(route, {task, &node, kEarlier, kLater, node.service}, pair, best, options_);
    }
    int best_route = kNever, best_slot = kNever;
    while (true) {  // one or two options are worth a close look: no need to sort them
        Option* least = nullptr;
        Cost value_of_least = best;
        for (Option& o : options_)
            if (o.value < value_of_least) {
                value_of_least = o.value;
                least = &o;
            }
        if (least == nullptr) break;
        const Option option = *least;
        least->value = kImpossible;
        if (random.one_in(kBlink)) continue;
        const RouteInfo& info = in.routes[option.route];
        const Node& node = in.kinds[info.kind].nodes[task];
        const Candidate candidate{task, &node, kEarlier, kLater, node.service};
        const Cost value = exact_change(option, candidate) + in.pair_cost(visit, info.owner);
        if (value < best) {
            best = value;
            best_route = option.route;
            best_slot = option.slot;
        }
    }
    if (best_route == kNever) return false;
    insert_task(best_route, best_slot, task);
    close(visit);
    refresh(best_route);
    return true;
}

bool State::start_route(int route, int visit) {
    if (!has_room(routes[route], visit)) return false;
    insert_task(route, 0, in.d.task_offset[visit]);
    close(visit);
    return refresh(route);
}

int State::unused_for(int task) const {
    const std::vector<int>& among = empty_.size() > kFewEmpty ? in.able[task] : empty_;
    for (const int r : among)
        if (routes[r].tasks.empty() && in.may(task, r) && active_[r]) return r;
    return kNever;
}

bool State::exchange(int one, int from, int count, int other, int other_from, int other_count) {
    std::vector<int>& here = routes[one].tasks;
    std::vector<int>& there = routes[other].tasks;
    const auto committed = [&](int route) { return static_cast<int>(in.routes[route].committed.size()); };
    if (from < committed(one) || other_from < committed(other)) return false;
    const auto may_move = [&](int task, int to) {
        const int v = in.d.task_visit[task];
        return in.may(task, to) && !in.linked[v] && !anchored[v];
    };
    for (int k = 0; k < count; ++k)
        if (!may_move(here[from + k], other)) return false;
    for (int k = 0; k < other_count; ++k)
        if (!may_move(there[other_from + k], one)) return false;
    touch(one);
    touch(other);
    moved_.assign(here.begin() + from, here.begin() + from + count);
    here.erase(here.begin() + from, here.begin() + from + count);
    here.insert(here.begin() + from, there.begin() + other_from, there.begin() + other_from + other_count);
    there.erase(there.begin() + other_from, there.begin() + other_from + other_count);
    there.insert(there.begin() + other_from, moved_.begin(), moved_.end());
    for (int k = 0; k < other_count; ++k) move_task(here[from + k], one);
    for (const int task : moved_) move_task(task, other);
    routes[one].changed(from);
    routes[other].changed(other_from);
    if (!refresh(one) || !refresh(other)) return false;
    for (int q = 0; q < in.d.resources; ++q)
        for (const int r : {one, other})
            if (routes[r].load[q] > in.d.capacity[static_cast<size_t>(r) * in.d.resources + q]) return false;
    return true;
}

// What really changes when the candidate goes there: arcs, time costs and balance; kImpossible where it cannot.
Cost State::exact_change(const Option& option, const Candidate& c, Time* start) const {
    const Route& route = routes[option.route];
    const RouteInfo& info = in.routes[option.route];
    const Slot& slot = route.slots[option.slot];
    const int place = c.node->place;
    const Time in_leg = info.travel->seconds(slot.place, place);
    const Time out_leg = slot.next_place == kNever ? 0 : info.travel->seconds(place, slot.next_place);
    const Cost time = route.time_change(in, links, option.slot, c, in_leg, out_leg, start);
    if (time >= kImpossible) return kImpossible;
    Cost value = time + route.arc_change(in, option.slot, place, in_leg, out_leg);
    if (in.has_balance) {
        const Time more = in_leg + out_leg - (route.tasks.empty() ? 0 : slot.arc_time) + c.service;
        value += balance_cost(work_[info.owner] + more) - balance_cost(work_[info.owner]);
    }
    return value;
}

}  // namespace fieldwright
