#include "search.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <ctime>

#include "construct.h"
#include "state.h"
#include "tune.h"

namespace fieldwright {

constexpr double kCold = 0.04;

namespace {

constexpr double kHot = 4.0;  // temperatures, in units of what a visit costs on average
constexpr double kWarm = 0.4;               // where a plan is given, the search starts no hotter than this
constexpr double kRemoved = 10.0;           // visits removed a round, on average
constexpr double kSeedOpen = 0.2;           // rounds that start from a visit left open
constexpr double kSeedAble = 0.8;           // rounds that ruin only routes that could serve the seed
constexpr int kFewOpen = 10;                // up to so many open visits are all tried each round

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
#ifdef FIELDWRIGHT_TUNE
    double elapsed() const {
        timespec t;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
        return t.tv_sec + t.tv_nsec * 1e-9;
    }
#else
    double elapsed() const { return std::chrono::duration<double>(Clock::now() - began_).count(); }
#endif

    void anneal() {
        double temperature = 0, next_report = 0;
        const double hot = options_.start ? kWarm : tune("HOT", kHot), kCold = tune("COLD", fieldwright::kCold);
        for (rounds_ = 0; rounds_ < options_.rounds; ++rounds_) {
            if ((rounds_ & 15) == 0) {
                const double now = elapsed();
                if (now >= options_.seconds) break;
                // Under a round limit the clock has no say, so that the same seed gives the same plan.
                const double progress = options_.rounds < INT64_MAX
                                            ? static_cast<double>(rounds_) / static_cast<double>(options_.rounds)
                                            : now / options_.seconds;
                const double scale = static_cast<double>(real_best()) / in_.d.visits + 1;
                temperature = scale * hot * std::pow(kCold / hot, progress);
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
        const auto& open = state_.open();
        const int n = in_.d.visits;
        const double average =
            std::max(1.0, static_cast<double>(state_.planned_tasks) / std::max(1, state_.used_routes()));
        const double longest = std::min(tune("LMAX", average <= 12 ? 4.0 : 10.0), average);
        const int strings = static_cast<int>(1 + random.unit() * (4 * tune("CBAR", kRemoved) / (1 + longest) - 1));
        const double how = random.unit();
        static const double pun = tune("PUN", kSeedOpen), plate = tune("PLATE", 0);
        static const int tour = tune("TOUR", 4);
        int seed = random.below(n);
        if (how < pun && !open.empty()) {
            seed = open[random.below(static_cast<int>(open.size()))];
        } else if (how < pun + plate) {
            Cost worst = late(seed);
            for (int k = 1; k < tour; ++k) {
                const int v = random.below(n);
                if (const Cost cost = late(v); cost > worst) {
                    worst = cost;
                    seed = v;
                }
            }
        }
        const bool only_able = random.unit() < tune("PCW", kSeedAble);
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
        int old = 0;
        for (const int v : open) {
            if (state_.fresh[v])
                removed_.push_back(v);
            else
                ++old;
        }
        if (old <= tune("FEW",kFewOpen)) {
            for (const int v : open)
                if (!state_.fresh[v]) removed_.push_back(v);
        } else {
            for (int k = 0; k < tune("SOME",8); ++k) {
                const int v = open[random.below(static_cast<int>(open.size()))];
                if (std::find(removed_.begin(), removed_.end(), v) == removed_.end()) removed_.push_back(v);
            }
        }
        static const int ord = tune("ORD", 12), ord0 = tune("ORD0", 0); order(removed_, ord0 + random.below(ord));
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
    std::vector<int> dirty_list_, ruined_, removed_, string_;
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
