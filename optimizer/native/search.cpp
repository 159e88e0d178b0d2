#include "search.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "construct.h"
#include "state.h"

namespace fieldwright {

namespace {

// Settings that measured best on field-service problems of 60 to 5,000 visits (see benchmarks/quality).
// Temperatures are in units of what a visit costs on average; small plans have the time to cool down further.
constexpr double kHot = 2.5, kColdPerVisit = 0.0002, kColdest = 0.015, kColdLarge = 0.1;
constexpr int kFewVisits = 100, kCycles = 4;  // up to so many visits the search heats up again so many times
constexpr double kWarm = 0.4;               // where a plan is given, the search starts no hotter than this
constexpr double kMostRemoved = 10.0, kLeastRemoved = 6.0;  // visits removed a round, on average: small and large plans
constexpr double kShortStrings = 4.0, kLongStrings = 10.0;  // longest strings for short and for long routes
constexpr double kLongRoute = 12.0;         // stops from which a route counts as long
constexpr double kSeedOpen = 0.2;           // rounds that start from a visit left open
constexpr double kSeedLate = 0.3;           // rounds that start from a visit that is late
constexpr int kLateDraws = 4;               // of so many visits drawn the latest
constexpr double kSeedAble = 0.8;           // rounds that ruin only routes that could serve the seed
constexpr size_t kFewOpen = 5;              // so many open visits are tried each round

class Searcher {
public:
    using Clock = std::chrono::steady_clock;

    Searcher(const Instance& instance, const SearchOptions& options, Clock::time_point began)
        : in_(instance), options_(options), state_(instance, options.seed), began_(began) {}

    SearchResult run() {
        load(state_, options_.start);
        fill(state_);
        adopt_best();
        if (in_.d.visits > 0 && in_.d.routes > 0) anneal();
        return result();
    }

private:
    double elapsed() const { return std::chrono::duration<double>(Clock::now() - began_).count(); }

    void anneal() {
        double temperature = 0, next_report = 0;
        const double hot = options_.start ? kWarm : kHot;
        const double cold = std::clamp(in_.d.visits * kColdPerVisit, kColdest, kColdLarge);
        const int cycles = in_.d.visits <= kFewVisits ? kCycles : 1;
        for (rounds_ = 0; rounds_ < options_.rounds; ++rounds_) {
            if ((rounds_ & 15) == 0) {
                const double now = elapsed();
                if (now >= options_.seconds) break;
                // Under a round limit the clock has no say, so that the same seed gives the same plan.
                const double progress = options_.rounds < INT64_MAX
                                            ? static_cast<double>(rounds_) / static_cast<double>(options_.rounds)
                                            : now / options_.seconds;
                const double scale = static_cast<double>(real_best()) / in_.d.visits + 1;
                const double cycle = progress * cycles - std::floor(progress * cycles);
                temperature = scale * hot * std::pow(cold / hot, cycle);
                if (options_.report && now >= next_report) {
                    next_report = now + options_.report_every;
                    if (!options_.report({now, real_best(), best_open_, rounds_})) {
                        stopped_ = true;
                        break;
                    }
                }
            }
            round(temperature);
        }
    }

    void round(double temperature) {
        state_.begin();
        removed_.clear();
        const Cost before = state_.total();
        ruin();
        if (!state_.refresh_stale()) return state_.undo();
        recreate();
        if (state_.broken || !state_.settle()) return state_.undo();
        const auto change = static_cast<double>(state_.total() - before);
        if (change >= -temperature * std::log(state_.random.unit() + 1e-300)) return state_.undo();
        state_.keep();
        for (const int r : state_.touched)
            if (!dirty_[r]) {
                dirty_[r] = 1;
                dirty_list_.push_back(r);
            }
        if (state_.total() < best_) adopt_best();
    }

    // Strings of stops around a seed visit leave their routes.
    void ruin() {
        Random& random = state_.random;
        const int n = in_.d.visits;
        const double average =
            std::max(1.0, static_cast<double>(state_.planned_tasks) / std::max(1, state_.used_routes()));
        const double longest = std::min(average <= kLongRoute ? kShortStrings : kLongStrings, average);
        const double removed = std::clamp(kMostRemoved - (n - 200) / 100.0, kLeastRemoved, kMostRemoved);
        const int strings = static_cast<int>(1 + random.unit() * (4 * removed / (1 + longest) - 1));
        const int seed = draw_seed();
        const bool only_able = random.unit() < kSeedAble;
        const int seed_task = in_.d.task_offset[seed];
        ruined_.clear();
        for (int k = -1; k < in_.near_count && static_cast<int>(ruined_.size()) < strings; ++k) {
            const int v = k < 0 ? seed : in_.near[static_cast<size_t>(seed) * in_.near_count + k];
            const int r = state_.first_route[v];
            if (r == kNever || is_ruined_[r] || (only_able && !in_.may(seed_task, r))) continue;
            is_ruined_[r] = 1;
            ruined_.push_back(r);
            remove_string(r, in_.d.task_offset[v], longest);
        }
        for (const int r : ruined_) is_ruined_[r] = 0;
    }

    int draw_seed() {
        Random& random = state_.random;
        const auto& open = state_.open();
        const int n = in_.d.visits;
        const double way = random.unit();
        if (way < kSeedOpen && !open.empty()) return open[random.below(static_cast<int>(open.size()))];
        int seed = random.below(n);
        if (way >= kSeedOpen + kSeedLate) return seed;
        Cost worst = late(seed);
        for (int k = 1; k < kLateDraws; ++k) {
            const int v = random.below(n);
            if (const Cost cost = late(v); cost > worst) {
                worst = cost;
                seed = v;
            }
        }
        return seed;
    }

    // What the visit's own start costs where it stands.
    Cost late(int visit) const {
        const int r = state_.first_route[visit];
        if (r == kNever) return 0;
        const Route& route = state_.routes[r];
        const int task = in_.d.task_offset[visit];
        const Kind& kind = in_.kinds[in_.routes[r].kind];
        const size_t at = std::find(route.tasks.begin(), route.tasks.end(), task) - route.tasks.begin();
        const Node& node = kind.nodes[task];
        return in_.start_cost(node, kind, route.slots[at + 1].earliest - node.service);
    }

    void remove_string(int r, int through, double longest) {
        Random& random = state_.random;
        const std::vector<int>& tasks = state_.routes[r].tasks;
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
        for (const int v : string_)
            if (state_.assigned(v) && state_.removable(v)) state_.remove(v);
    }

    void recreate() {
        Random& random = state_.random;
        const auto& open = state_.open();
        old_.clear();
        for (const int v : open) (state_.fresh[v] ? removed_ : old_).push_back(v);
        if (old_.size() > kFewOpen) {
            for (size_t k = 0; k < kFewOpen; ++k)
                std::swap(old_[k], old_[k + random.below(static_cast<int>(old_.size() - k))]);
            old_.resize(kFewOpen);
        }
        removed_.insert(removed_.end(), old_.begin(), old_.end());
        order(removed_, random.below(12));
        // Old open visits have been tried everywhere; only what this round changed can make room for them.
        for (const int v : removed_) {
            state_.insert(v, !state_.fresh[v]);
            if (state_.broken) return;
        }
    }

    void order(std::vector<int>& visits, int way) {
        keyed_.clear();
        for (const int v : visits) keyed_.emplace_back(key(v, way) + state_.random.unit(), v);
        std::sort(keyed_.begin(), keyed_.end());
        visits.clear();
        for (const auto& [k, v] : keyed_) visits.push_back(v);
    }

    double key(int v, int way) const {
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

    Cost real_best() const { return best_ - static_cast<Cost>(best_musts_) * in_.must_cost; }

    void adopt_best() {
        best_ = state_.total();
        best_musts_ = state_.open_musts();
        best_open_ = static_cast<int>(state_.open().size());
        if (best_tasks_.empty()) {
            best_tasks_.resize(in_.routes.size());
            dirty_.assign(in_.routes.size(), 0);
            is_ruined_.assign(in_.routes.size(), 0);
            for (size_t r = 0; r < in_.routes.size(); ++r) best_tasks_[r] = state_.routes[r].tasks;
        }
        for (const int r : dirty_list_) {
            best_tasks_[r] = state_.routes[r].tasks;
            dirty_[r] = 0;
        }
        dirty_list_.clear();
        if (in_.has_links) best_links_ = state_.links;
    }

    SearchResult result() {
        SearchResult result;
        result.cost = real_best();
        result.weight = best_;
        result.rounds = rounds_;
        result.stopped = stopped_;
        const Links links = in_.has_links ? best_links_ : state_.links;
        std::vector<Time> ready;
        for (size_t r = 0; r < in_.routes.size(); ++r) {
            Route route;
            route.init(static_cast<int>(r), in_);
            route.tasks = best_tasks_[r];
            route.refresh(in_, links);
            std::vector<int> gaps;
            route.trace(in_, &ready, &gaps);
            result.decision.tasks.push_back(best_tasks_[r]);
            result.decision.gaps.push_back(gaps);
        }
        return result;
    }

    const Instance& in_;
    const SearchOptions& options_;
    State state_;
    Clock::time_point began_;
    int64_t rounds_ = 0;
    bool stopped_ = false;
    Cost best_ = 0;
    int best_musts_ = 0, best_open_ = 0;
    std::vector<std::vector<int>> best_tasks_;
    Links best_links_;
    std::vector<uint8_t> dirty_, is_ruined_;
    std::vector<int> dirty_list_, ruined_, removed_, old_, string_;
    std::vector<std::pair<double, int>> keyed_;
};

Decision decision_of(const State& state) {
    Decision decision;
    std::vector<Time> ready;
    for (const Route& route : state.routes) {
        decision.tasks.push_back(route.tasks);
        decision.gaps.emplace_back();
        route.trace(state.in, &ready, &decision.gaps.back());
    }
    return decision;
}

// One last look: what is still open is tried everywhere, and what stays open learns its cheapest place.
void finish(const Instance& instance, const SearchOptions& options, SearchResult& result) {
    State state(instance, options.seed);
    load(state, &result.decision);
    fill(state);
    if (state.total() <= result.weight) result.decision = decision_of(state);
    for (const int v : state.open()) {
        Placement placement{v, kNever, kImpossible};
        state.cheapest(v, &placement.route, &placement.change);
        result.placements.push_back(placement);
    }
}

}  // namespace

SearchResult search(const Data& data, const SearchOptions& options) {
    const auto began = std::chrono::steady_clock::now();
    Instance instance(data);
    admit_committed(instance);
    SearchResult result = Searcher(instance, options, began).run();
    finish(instance, options, result);
    return result;
}

}  // namespace fieldwright
