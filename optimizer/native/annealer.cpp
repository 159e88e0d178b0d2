#include "annealer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "construct.h"

namespace fieldwright {

namespace {

// Settings that measured best on field-service problems of 60 to 5,000 visits (see benchmarks/quality).
constexpr double kMostRemoved = 10.0, kLeastRemoved = 6.0;  // visits removed a round, on average: small and large plans
constexpr double kStrings = 6.0, kLeastStrings = 4.0;       // longest strings of short routes: small and large plans
constexpr double kLongStrings = 10.0;       // the same of long routes
constexpr double kLongRoute = 12.0;         // stops from which a route counts as long
constexpr double kPart = 0.15;              // rounds that part a long route in two where another is unused
constexpr double kPartShare = 0.4;          // so much of it is put back anew
constexpr double kSeedOpen = 0.2;           // rounds that start from a visit left open
constexpr double kSeedLate = 0.3;           // rounds that start from a visit that is late
constexpr int kLateDraws = 4;               // of so many visits drawn the latest
constexpr double kSeedAble = 0.8;           // rounds that ruin only routes that could serve the seed
constexpr size_t kFewOpen = 5;              // so many open visits are tried each round
// Not tuned yet: one swap a round was as good as any of the few settings that were tried.
constexpr int kSwapNear = 30;               // a swap is tried with one of so many neighbours
constexpr int kSwapLength = 3;              // of strings of so many stops at most
constexpr double kSwapTails = 0.3;          // swaps of all that comes after

}  // namespace

Annealer::Annealer(const Instance& instance, uint64_t seed)
    : in_(instance), seeds_(seed), focus_(instance), dirty_(instance.routes.size(), 0),
      is_ruined_(instance.routes.size(), 0) {
    state_.emplace(instance, seed);
}

void Annealer::build(const Decision* given) {
    load(*state_, given);
    fill(*state_);
    begin_with_everything();
    std::vector<int> all(in_.d.visits);
    std::iota(all.begin(), all.end(), 0);
    focus_.on(std::move(all));
}

void Annealer::take(const Draft& draft, const Part& part) {
    state_.emplace(in_, seeds_.bits());
    state_->only(part.routes);
    restore(*state_, draft.tasks, draft.links, part.held);
    begun_ = now();
    begin_with_everything();
    focus_.on(part.visits);
    routes_ = part.routes;
}

Draft Annealer::now() const {
    Draft draft;
    for (const Route& route : state_->routes) draft.tasks.push_back(route.tasks);
    draft.links = state_->links;
    draft.cost = state_->total();
    draft.open_musts = state_->open_musts();
    draft.open = static_cast<int>(state_->open().size());
    return draft;
}

void Annealer::begin_with_everything() {
    for (const int r : dirty_list_) dirty_[r] = 0;
    dirty_list_.clear();
    best_ = now();
}

void Annealer::round(double temperature) {
    focus_.round(seeds_);
    if (focus_.visits().empty()) return;
    swap(temperature);
    ruin_and_recreate(temperature);
}

void Annealer::ruin_and_recreate(double temperature) {
    state_->begin();
    removed_.clear();
    const Cost before = state_->total();
    const int seed = draw_seed();
    const int unused = unused_beside(seed);
    ruin(seed, unused == kNever ? 0 : kPartShare);
    if (!state_->refresh_stale()) return state_->undo();
    if (unused != kNever && !state_->assigned(seed) && !state_->start_route(unused, seed)) return state_->undo();
    recreate();
    if (state_->broken || !state_->settle() || !accept(before, temperature)) return state_->undo();
    note_changes();
}

// Whether what was done may stand, by the rule of simulated annealing.
bool Annealer::accept(Cost before, double temperature) {
    const auto change = static_cast<double>(state_->total() - before);
    return change < -temperature * std::log(state_->random.unit() + 1e-300);
}

void Annealer::note_changes() {
    state_->keep();
    for (const int r : state_->touched)
        if (!dirty_[r]) {
            dirty_[r] = 1;
            dirty_list_.push_back(r);
        }
    if (state_->total() < best_.cost) adopt_best();
}

void Annealer::adopt_best() {
    best_.cost = state_->total();
    best_.open_musts = state_->open_musts();
    best_.open = static_cast<int>(state_->open().size());
    for (const int r : dirty_list_) {
        best_.tasks[r] = state_->routes[r].tasks;
        dirty_[r] = 0;
    }
    dirty_list_.clear();
    if (in_.has_links) best_.links = state_->links;
}

// Two neighbours' routes swap the strings of stops that begin with them, or all that comes after.
void Annealer::swap(double temperature) {
    Random& random = state_->random;
    if (in_.near_count == 0) return;
    const std::vector<int>& visits = focus_.visits();
    const int v = visits[random.below(static_cast<int>(visits.size()))];
    const int one = state_->first_route[v];
    if (one == kNever) return;
    const int* near = &in_.near[static_cast<size_t>(v) * in_.near_count];
    const int w = near[random.below(std::min(kSwapNear, in_.near_count))];
    const int other = state_->first_route[w];
    if (other == kNever || other == one || !ours(other)) return;
    const std::vector<int>& here = state_->routes[one].tasks;
    const std::vector<int>& there = state_->routes[other].tasks;
    const auto place = [&](const std::vector<int>& tasks, int visit) {
        return static_cast<int>(std::find(tasks.begin(), tasks.end(), in_.d.task_offset[visit]) - tasks.begin());
    };
    const int from = place(here, v), left = static_cast<int>(here.size()) - from;
    int other_from = place(there, w), other_left = static_cast<int>(there.size()) - other_from;
    int count = left, other_count;
    if (random.unit() < kSwapTails) {
        const int later = random.below(2);
        other_from += later;
        other_count = other_left - later;
    } else {
        count = 1 + random.below(std::min(kSwapLength, left));
        other_count = random.below(std::min(kSwapLength, other_left) + 1);
        if (other_count == 0) other_from += random.below(2);
    }
    state_->begin();
    const Cost before = state_->total();
    if (!state_->exchange(one, from, count, other, other_from, other_count) || !accept(before, temperature))
        return state_->undo();
    note_changes();
}

// A route to start with the seed, in some rounds. Two routes that go through one area side by side are never found by
// taking strings out of a single one: the first stop that left it would have to pay for all of the way there and back.
int Annealer::unused_beside(int seed) {
    if (average_route() <= kLongRoute || !state_->assigned(seed) || in_.linked[seed]) return kNever;
    const int unused = state_->unused_for(in_.d.task_offset[seed]);
    return unused != kNever && state_->random.unit() < kPart ? unused : kNever;
}

// Stops of a route in use, on average.
double Annealer::average_route() const {
    return std::max(1.0, static_cast<double>(state_->planned_tasks) / std::max(1, state_->used_routes()));
}

// Strings of stops around a seed visit leave their routes, or from the seed's own route a share of all stops.
void Annealer::ruin(int seed, double share) {
    Random& random = state_->random;
    const double average = average_route();
    const double large = (in_.d.visits - 200) / 100.0;
    const double of_short = std::clamp(kStrings - large, kLeastStrings, kStrings);
    const double longest = std::min(average <= kLongRoute ? of_short : kLongStrings, average);
    const double removed = std::clamp(kMostRemoved - large, kLeastRemoved, kMostRemoved);
    const int strings = static_cast<int>(1 + random.unit() * (4 * removed / (1 + longest) - 1));
    const bool only_able = random.unit() < kSeedAble;
    const int seed_task = in_.d.task_offset[seed];
    ruined_.clear();
    for (int k = -1; k < in_.near_count && static_cast<int>(ruined_.size()) < strings; ++k) {
        const int v = k < 0 ? seed : in_.near[static_cast<size_t>(seed) * in_.near_count + k];
        const int r = state_->first_route[v];
        if (r == kNever || is_ruined_[r] || !ours(r) || (only_able && !in_.may(seed_task, r))) continue;
        is_ruined_[r] = 1;
        ruined_.push_back(r);
        if (k < 0 && share > 0)
            thin(r, in_.d.task_offset[v], share);
        else
            remove_string(r, in_.d.task_offset[v], longest);
    }
    for (const int r : ruined_) is_ruined_[r] = 0;
}

int Annealer::draw_seed() {
    Random& random = state_->random;
    const std::vector<int>& visits = focus_.visits();
    const auto n = static_cast<int>(visits.size());
    const double way = random.unit();
    if (way < kSeedOpen) {
        open_here_.clear();
        for (const int v : state_->open())
            if (focus_.holds(v)) open_here_.push_back(v);
        if (!open_here_.empty()) return open_here_[random.below(static_cast<int>(open_here_.size()))];
    }
    int seed = visits[random.below(n)];
    if (way >= kSeedOpen + kSeedLate) return seed;
    Cost worst = late(seed);
    for (int k = 1; k < kLateDraws; ++k) {
        const int v = visits[random.below(n)];
        if (const Cost cost = late(v); cost > worst) {
            worst = cost;
            seed = v;
        }
    }
    return seed;
}

// What the visit's own start costs where it stands.
Cost Annealer::late(int visit) const {
    const int r = state_->first_route[visit];
    if (r == kNever) return 0;
    const Route& route = state_->routes[r];
    const int task = in_.d.task_offset[visit];
    const Kind& kind = in_.kinds[in_.routes[r].kind];
    const size_t at = std::find(route.tasks.begin(), route.tasks.end(), task) - route.tasks.begin();
    const Node& node = kind.nodes[task];
    return in_.start_cost(node, kind, route.slots[at + 1].earliest - node.service);
}

void Annealer::remove_string(int r, int through, double longest) {
    Random& random = state_->random;
    const std::vector<int>& tasks = state_->routes[r].tasks;
    const int size = static_cast<int>(tasks.size());
    const int position = static_cast<int>(std::find(tasks.begin(), tasks.end(), through) - tasks.begin());
    const int length = 1 + random.below(std::min(size, static_cast<int>(longest + 0.999)));
    int spared = 0;  // a split string leaves some stops inside it where they are
    if (length > 1 && length < size && random.unit() < 0.5) {
        spared = 1;
        while (length + spared < size && random.unit() > 0.5) ++spared;
    }
    const int span = length + spared;
    const int first_start = std::max(0, position - span + 1), last_start = std::min(position, size - span);
    const int begin = first_start + random.below(last_start - first_start + 1);
    const int spare_begin = spared ? begin + 1 + random.below(std::max(1, length - 1)) : 0;
    string_.clear();
    for (int k = begin; k < begin + span; ++k)
        if (!(spared && k >= spare_begin && k < spare_begin + spared)) string_.push_back(in_.d.task_visit[tasks[k]]);
    remove_drawn();
}

void Annealer::thin(int r, int through, double share) {
    string_.clear();
    for (const int task : state_->routes[r].tasks)
        if (task == through || state_->random.unit() < share) string_.push_back(in_.d.task_visit[task]);
    remove_drawn();
}

void Annealer::remove_drawn() {
    for (const int v : string_)
        if (state_->assigned(v) && state_->removable(v)) state_->remove(v);
}

void Annealer::recreate() {
    Random& random = state_->random;
    const auto& open = state_->open();
    old_.clear();
    for (const int v : open)
        if (state_->fresh[v])
            removed_.push_back(v);
        else if (focus_.holds(v))
            old_.push_back(v);
    if (old_.size() > kFewOpen) {
        for (size_t k = 0; k < kFewOpen; ++k)
            std::swap(old_[k], old_[k + random.below(static_cast<int>(old_.size() - k))]);
        old_.resize(kFewOpen);
    }
    removed_.insert(removed_.end(), old_.begin(), old_.end());
    order(removed_, random.below(12));
    // Old open visits have been tried everywhere; only what this round changed can make room for them.
    for (const int v : removed_) {
        state_->insert(v, !state_->fresh[v]);
        if (state_->broken) return;
    }
}

void Annealer::order(std::vector<int>& visits, int way) {
    keyed_.clear();
    for (const int v : visits) keyed_.emplace_back(key(v, way) + state_->random.unit(), v);
    std::sort(keyed_.begin(), keyed_.end());
    visits.clear();
    for (const auto& [k, v] : keyed_) visits.push_back(v);
}

double Annealer::key(int v, int way) const {
    const int task = in_.d.task_offset[v];
    const Node& node = in_.kinds[0].nodes[task];
    if (way < 4) return 0;
    if (way < 6) return -static_cast<double>(in_.absent[v]);
    if (way < 8) return static_cast<double>(in_.able[task].size());
    if (way < 9) return -static_cast<double>(in_.symmetric_key[v]);
    if (way < 10) return -static_cast<double>(node.service);
    if (way < 11) return static_cast<double>(node.latest) - node.earliest;
    return node.ramp_count ? static_cast<double>(node.knee) : static_cast<double>(node.latest);
}

}  // namespace fieldwright
