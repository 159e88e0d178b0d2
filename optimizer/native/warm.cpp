#include "warm.h"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "construct.h"
#include "state.h"

namespace fieldwright {

namespace {

constexpr int kMostLearnt = 5000;  // visits written, after which everything is made anew and nothing lies about

// Takes a task out of a decision; breaks that lay behind it stay between the same two others.
void take_out(std::vector<int>& tasks, std::vector<int>& gaps, int task) {
    const auto at = std::find(tasks.begin(), tasks.end(), task);
    if (at == tasks.end()) return;
    const int position = static_cast<int>(at - tasks.begin());
    tasks.erase(at);
    for (int& gap : gaps)
        if (gap > position) --gap;
}

}  // namespace

Warm::Warm(Data data, std::vector<double> lat, std::vector<double> lon)
    : lowered_(std::move(data), std::move(lat), std::move(lon)) {
    renew();
    before_.tasks.resize(this->data().routes);
    for (const auto& breaks : this->data().breaks) before_.gaps.emplace_back(breaks.size(), kNever);
    take_over(before_);
}

// -- changes ----------------------------------------------------------------------------------------------------------

int Warm::add_place(double lat, double lon, const std::vector<Ways>& ways) {
    return lowered_.add_place(lat, lon, ways);
}

bool Warm::is_simple(int visit) const {
    const Data& d = data();
    if (!d.after_of[visit].empty() || !d.before_of[visit].empty()) return false;
    for (const auto& committed : d.committed)
        if (std::find(committed.begin(), committed.end(), visit) != committed.end()) return false;
    return true;
}

void Warm::disturb() {
    if (disturbed_) return;
    before_ = decision();
    disturbed_ = true;
}

void Warm::write_visit(int number, const Data& part, int index, const std::vector<int>& numbers) {
    const bool added = number == data().visits;
    // Where all visits were neighbours most have to be, and making everything anew takes no time yet.
    if (added && in_->near_count >= visits_at_first_ - 1 && 5 * in_->near_count < 4 * number) disturb();
    if (!added && !is_simple(number)) disturb();
    if (++learnt_ > kMostLearnt) disturb();
    if (!added) shake_routes_of(number);
    lowered_.write_visit(number, part, index, numbers);
    if (!is_simple(number)) disturb();
    const int r = added || disturbed_ ? kNever : route_of_[data().task_offset[number]];
    if (r != kNever && (data().roles(number) > 1 || routes_[r].has_links)) disturb();
    if (disturbed_) return;
    learn(number);
    join(number, added);
    if (r != kNever && !still_stands(number, r)) disturb();
    if (!disturbed_) shaken_.clear();
}

void Warm::drop_visit(int number) {
    const Data& d = data();
    shake_routes_of(number);
    if (!is_simple(number) || d.roles(number) > 1) disturb();
    const int task = d.task_offset[number];
    if (!disturbed_) {
        const int r = route_of_[task];
        if (r != kNever && routes_[r].has_links) disturb();
        if (r != kNever && !disturbed_) {
            const Route kept = routes_[r];
            routes_[r].erase(task);
            if (routes_[r].refresh(*in_, links_)) {
                route_of_[task] = kNever;
            } else {
                routes_[r] = kept;
                disturb();
            }
        }
    }
    if (disturbed_)
        for (int t = task; t < d.task_offset[number + 1]; ++t)
            for (size_t r = 0; r < before_.tasks.size(); ++r) take_out(before_.tasks[r], before_.gaps[r], t);
    lowered_.drop_visit(number);
    if (disturbed_) return;
    learn(number);
    in_->absent[number] = in_->real_absent[number] = 0;
    shaken_.clear();
}

// Whether a visit that has changed can stay where it is; if not, its route is left as it was.
bool Warm::still_stands(int visit, int r) {
    const Instance& in = *in_;
    const Route kept = routes_[r];
    const int task = data().task_offset[visit];
    routes_[r].changed(0);
    bool fine = in.may(task, r) && routes_[r].refresh(in, links_);
    for (int q = 0; fine && q < data().resources; ++q)
        fine = routes_[r].load[q] <= data().capacity[static_cast<size_t>(r) * data().resources + q];
    if (!fine) routes_[r] = kept;
    return fine;
}

void Warm::write_route(int number, const Data& part, int index, int owner, const std::vector<int>& numbers) {
    disturb();
    shake(number);
    lowered_.write_route(number, part, index, owner, numbers);
    before_.tasks.resize(data().routes);
    before_.gaps.resize(data().routes);
    before_.gaps[number].resize(data().breaks[number].size(), kNever);
}

void Warm::drop_route(int number) {
    disturb();
    shake(number);
    lowered_.drop_route(number);
    before_.tasks[number].clear();
    before_.gaps[number].clear();
}

void Warm::settle() {
    if (!disturbed_) return;
    renew();
    shaken_.resize(data().routes, 0);
    take_over(before_);
    shaken_.clear();
    disturbed_ = false;
}

// A route is no longer what it was: appointments on it may have to go.
void Warm::shake(int route) {
    if (static_cast<int>(shaken_.size()) <= route) shaken_.resize(route + 1, 0);
    shaken_[route] = 1;
}

void Warm::shake_routes_of(int visit) {
    for (int t = data().task_offset[visit]; t < data().task_offset[visit + 1]; ++t)
        if (t < static_cast<int>(route_of_.size()) && route_of_[t] != kNever) shake(route_of_[t]);
}

void Warm::renew() {
    in_ = std::make_unique<Instance>(data());
    admit_committed(*in_);
    learnt_ = 0;
    visits_at_first_ = data().visits;
}

// -- what the instance knows of one visit -----------------------------------------------------------------------------

// A problem of this visit alone tells what it is to each route; the routes' kinds are numbered there as they are here.
void Warm::learn(int visit) {
    const Data& d = data();
    Instance& in = *in_;
    Data one = lowered_.alone(visit);
    const Lowered::Lent lent(lowered_, one);
    const Instance known(one);
    const int first = d.task_offset[visit], roles = d.roles(visit);
    for (size_t k = 0; k < in.kinds.size(); ++k) {
        Kind& kind = in.kinds[k];
        kind.nodes.resize(d.tasks);
        for (int t = 0; t < roles; ++t) {
            Node& node = kind.nodes[first + t] = known.kinds[k].nodes[t];
            node.windows += static_cast<int>(kind.windows.size());
            node.ramps += static_cast<int>(kind.ramps.size());
            node.linked = d.linked(visit);
        }
        kind.windows.insert(kind.windows.end(), known.kinds[k].windows.begin(), known.kinds[k].windows.end());
        kind.ramps.insert(kind.ramps.end(), known.kinds[k].ramps.begin(), known.kinds[k].ramps.end());
    }
    in.allowed.resize(static_cast<size_t>(d.tasks) * d.routes);
    std::copy(known.allowed.begin(), known.allowed.end(), in.allowed.begin() + static_cast<size_t>(first) * d.routes);
    in.able.resize(d.tasks);
    for (int t = 0; t < roles; ++t) in.able[first + t] = known.able[t];
    in.linked.resize(d.visits);
    in.linked[visit] = d.linked(visit);
    in.has_links |= in.linked[visit] != 0;
    in.has_unless |= known.has_unless;
    in.absent.resize(d.visits);
    in.real_absent.resize(d.visits);
    in.real_absent[visit] = known.real_absent[0];
    in.symmetric_key.resize(d.visits);
    in.appointed.resize(d.visits, kLater);
    links_.start.resize(d.visits, kLater);
    links_.service.resize(d.visits, 0);
    route_of_.resize(d.tasks, kNever);
    more_for_musts_ = known.must_cost;
    twins_to_it_.resize(d.routes);
    for (int r = 0; r < d.routes; ++r) twins_to_it_[r] = known.routes[r].twin;
}

// Takes back what was learnt of the last visit, which was only asked about.
void Warm::unlearn(int visit) {
    const Data& d = data();
    Instance& in = *in_;
    const int tasks = d.task_offset[visit];
    for (Kind& kind : in.kinds) {
        kind.windows.resize(kind.nodes[tasks].windows);
        kind.ramps.resize(kind.nodes[tasks].ramps);
        kind.nodes.resize(tasks);
    }
    in.allowed.resize(static_cast<size_t>(tasks) * d.routes);
    in.able.resize(tasks);
    in.linked.resize(visit);
    in.absent.resize(visit);
    in.real_absent.resize(visit);
    in.symmetric_key.resize(visit);
    in.appointed.resize(visit);
    links_.start.resize(visit);
    links_.service.resize(visit);
    route_of_.resize(tasks);
}

// What was learnt of a visit becomes part of what is known of all.
void Warm::join(int visit, bool added) {
    const Data& d = data();
    Instance& in = *in_;
    std::map<std::pair<int, int>, int> twins;  // routes that were alike may not be so to this visit
    for (int r = 0; r < d.routes; ++r)
        in.routes[r].twin =
            twins.emplace(std::pair{in.routes[r].twin, twins_to_it_[r]}, static_cast<int>(twins.size())).first->second;
    // What must be done stays dearer than all that leaving it out could save, this visit's part of it included.
    in.must_cost = std::min(in.must_cost + more_for_musts_, kImpossible / (2 * (d.visits + 1)));
    for (int v = 0; v < d.visits; ++v) in.absent[v] = in.real_absent[v] + (d.must[v] ? in.must_cost : 0);
    if (added) in.near.resize(static_cast<size_t>(d.visits) * in.near_count);
    learn_nearness(visit, added);
}

void Warm::learn_nearness(int visit, bool added) {
    const Data& d = data();
    Instance& in = *in_;
    const TravelTable& travel = d.travel[d.route_travel[0]];
    const int place = d.visit_location[visit], count = in.near_count;
    std::vector<std::pair<Time, int>> order;
    for (int other = 0; other < d.visits; ++other) {
        if (other == visit) continue;
        order.emplace_back(travel.seconds(place, d.visit_location[other]), other);
        int* const row = &in.near[static_cast<size_t>(other) * count];
        if (!added)
            if (int* const stood = std::find(row, row + count, visit); stood != row + count)
                std::copy(stood + 1, row + count, stood);  // its last neighbour now stands there twice: no harm
        const Time way = travel.seconds(d.visit_location[other], place);
        int* const at = std::partition_point(row, row + count, [&](int one) {
            return travel.seconds(d.visit_location[other], d.visit_location[one]) <= way;
        });
        if (at == row + count) continue;
        std::copy_backward(at, row + count - 1, row + count);
        *at = visit;
        in.symmetric_key[other] = std::min<int>(in.symmetric_key[other], way);
    }
    std::nth_element(order.begin(), order.begin() + std::max(0, count - 1), order.end());
    std::sort(order.begin(), order.begin() + count);
    for (int k = 0; k < count; ++k) in.near[static_cast<size_t>(visit) * count + k] = order[k].second;
    if (count) in.symmetric_key[visit] = order[0].first;
}

// -- the plan ---------------------------------------------------------------------------------------------------------

void Warm::take_over(const Decision& given) {
    if (stand_on(given)) return;
    // Appointments that can no longer be kept spoil a whole plan: their visits have to find new ones.
    Decision rest = without_linked(given, shaken_);
    if (stand_on(rest)) return;
    stand_on(without_linked(rest, std::vector<uint8_t>(data().routes, 1)));
}

bool Warm::go_over_to(const Decision& given, size_t most_open) {
    auto routes = routes_;
    auto links = links_;
    auto route_of = route_of_;
    if (stand_on(given) && open().size() <= most_open) return true;
    routes_ = std::move(routes);
    links_ = std::move(links);
    route_of_ = std::move(route_of);
    return false;
}

// Takes over what can be taken over of a plan; false: of what hangs together nothing can, and so nothing at all was.
bool Warm::stand_on(const Decision& given) {
    State state(*in_, 1);
    state.begin();
    for (int v = 0; v < data().visits; ++v)
        if (lowered_.dropped(v)) {
            state.anchored[v] = 1;
            state.close(v);
        }
    state.keep();
    load(state, &given);
    size_t asked = 0, committed = 0;
    for (const auto& tasks : given.tasks) asked += tasks.size();
    for (const RouteInfo& route : in_->routes) committed += route.committed.size();
    const bool taken = static_cast<size_t>(state.planned_tasks) > committed || asked <= committed;
    routes_ = std::move(state.routes);
    links_ = std::move(state.links);
    route_of_ = std::move(state.route_of);
    return taken;
}

// A plan without the visits that hang together with others and stand on one of these routes, and what comes after them.
Decision Warm::without_linked(const Decision& given, const std::vector<uint8_t>& routes) const {
    const Data& d = data();
    std::vector<uint8_t> out(d.visits, 0);
    std::vector<int> waiting;
    for (size_t r = 0; r < given.tasks.size(); ++r)
        if (r < routes.size() && routes[r])
            for (const int task : given.tasks[r])
                if (in_->linked[d.task_visit[task]]) waiting.push_back(d.task_visit[task]);
    while (!waiting.empty()) {
        const int v = waiting.back();
        waiting.pop_back();
        if (out[v]) continue;
        out[v] = 1;
        for (const int a : d.before_of[v]) waiting.push_back(d.after[a].visit);
    }
    Decision rest = given;
    for (size_t r = 0; r < rest.tasks.size(); ++r)
        for (const int task : given.tasks[r])
            if (out[d.task_visit[task]]) take_out(rest.tasks[r], rest.gaps[r], task);
    return rest;
}

bool Warm::put(int visit, int r, int position) {
    const int task = data().task_offset[visit];
    const auto stays = static_cast<int>(in_->routes[r].committed.size());
    if (route_of_[task] != kNever || in_->linked[visit] || !in_->may(task, r)) return false;
    if (position < stays || position > routes_[r].size()) return false;
    const Route kept = routes_[r];
    routes_[r].insert(position, task);
    bool fits = routes_[r].refresh(*in_, links_);
    for (int q = 0; fits && q < data().resources; ++q)
        fits = routes_[r].load[q] <= data().capacity[static_cast<size_t>(r) * data().resources + q];
    if (fits)
        route_of_[task] = r;
    else
        routes_[r] = kept;
    return fits;
}

Decision Warm::decision() const {
    Decision decision;
    for (const Route& route : routes_) {
        decision.tasks.push_back(route.tasks);
        decision.gaps.push_back(gaps(route.id));
    }
    return decision;
}

std::vector<int> Warm::gaps(int route) const {
    std::vector<Time> ready;
    std::vector<int> gaps;
    routes_[route].trace(*in_, &ready, &gaps);
    return gaps;
}

bool Warm::appointment(int visit, Time* start, Time* service) const {
    *start = links_.start[visit];
    *service = links_.service[visit];
    return in_->linked[visit] && *start != kLater;
}

std::vector<int> Warm::open() const {
    std::vector<int> open;
    for (int t = 0; t < data().tasks; ++t)
        if (route_of_[t] == kNever && !lowered_.dropped(data().task_visit[t])) open.push_back(t);
    return open;
}

std::vector<int> Warm::where(int visit) const {
    return {route_of_.begin() + data().task_offset[visit], route_of_.begin() + data().task_offset[visit + 1]};
}

}  // namespace fieldwright
