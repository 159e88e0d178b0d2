#include "search.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <thread>

#include "annealer.h"
#include "construct.h"
#include "parts.h"
#include "schedule.h"

namespace fieldwright {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kLookEvery = 16;           // rounds between two looks at the clock
constexpr int kPeopleOfPart = 16;        // with fewer technicians for each thread they search independently
constexpr int kFewVisits = 1500;         // up to so many they begin independently
constexpr double kShareApart = 0.5;      // for so much of the search, then they go on together from the best plan
constexpr int kEpochs = 100;             // so often a plan is cut anew, at least
constexpr double kShortest = 0.03, kLongest = 0.25;  // seconds between two cuts
constexpr uint64_t kApart = 1000003;     // between the seeds of two threads

class Search {
public:
    Search(const Instance& instance, const SearchOptions& options, Clock::time_point began)
        : in_(instance), options_(options), schedule_(instance.d.visits, options.start != nullptr), began_(began) {}

    SearchResult run() {
        Annealer first(in_, options_.seed);
        first.build(options_.start);
        best_ = first.best();
        if (in_.d.visits > 0 && in_.d.routes > 0) {
            if (options_.threads == 1)
                alone(first, 0);
            else if (in_.d.owners < kPeopleOfPart * options_.threads)
                independently(first);
            else
                apart_then_together(first);
        }
        return result();
    }

private:
    double elapsed() const { return std::chrono::duration<double>(Clock::now() - began_).count(); }
    bool by_rounds() const { return options_.rounds < INT64_MAX; }
    // Under a round limit the clock has no say, so that the same seed gives the same plan.
    double progress(double now, int64_t rounds) const {
        if (by_rounds()) return static_cast<double>(rounds) / static_cast<double>(options_.rounds);
        return now / options_.seconds;
    }
    int64_t rounds_in(double share) const { return static_cast<int64_t>(share * static_cast<double>(options_.rounds)); }
    Cost real(const Draft& draft) const { return draft.cost - static_cast<Cost>(draft.open_musts) * in_.must_cost; }

    // Whether to go on; tells what there is, now and then.
    bool report(const Draft& best, double now, int64_t rounds) {
        if (!options_.report || now < next_report_) return true;
        next_report_ = now + options_.report_every;
        stopped_ = !options_.report({now, real(best), best.open, rounds});
        return !stopped_;
    }

    // For `share` of the time or the rounds.
    void alone(Annealer& annealer, int number, double share = 1) {
        const int64_t last = by_rounds() ? rounds_in(share) : INT64_MAX;
        double temperature = 0;
        int64_t rounds = 0;
        for (; rounds < last; ++rounds) {
            if (rounds % kLookEvery == 0) {
                const double now = elapsed();
                if (now >= share * options_.seconds || stopped_) break;
                temperature = schedule_.at(progress(now, rounds), real(annealer.best()));
                if (number == 0 && !report(annealer.best(), now, rounds)) break;
            }
            annealer.round(temperature);
        }
        if (number == 0) {
            rounds_ += rounds;
            best_ = annealer.best();
        }
    }

    // Each thread searches all of the plan, with its own random numbers; the best plan wins. Where it stands then.
    Draft independently(Annealer& first, double share = 1) {
        std::vector<std::unique_ptr<Annealer>> others;
        for (int k = 1; k < options_.threads; ++k) {
            others.push_back(std::make_unique<Annealer>(in_, options_.seed + kApart * k));
            others.back()->build(options_.start);
        }
        side_by_side([&](int k) { alone(k == 0 ? first : *others[k - 1], k, share); });
        rounds_ *= options_.threads;
        const Annealer* won = &first;
        for (const auto& other : others)
            if (other->best().cost < won->best().cost) won = other.get();
        best_ = won->best();
        return won->now();
    }

    // A plan that one thread can search well comes out of the better of several beginnings; a larger one takes all of them
    // from the first.
    void apart_then_together(Annealer& first) {
        const bool apart = in_.d.visits <= kFewVisits;
        Draft draft = apart ? independently(first, kShareApart) : first.now();
        const int64_t left = apart && by_rounds() ? options_.rounds - rounds_in(kShareApart) : options_.rounds;
        together(std::move(draft), left);
    }

    // All threads work on one plan, each on a part of it, which is cut anew again and again, for the rounds that are left.
    void together(Draft draft, int64_t left) {
        const int threads = options_.threads;
        std::vector<std::unique_ptr<Annealer>> members;
        for (int k = 0; k < threads; ++k)
            members.push_back(std::make_unique<Annealer>(in_, options_.seed + kApart * (k + 1)));
        Random cuts(options_.seed ^ kApart);
        const std::vector<uint8_t> nothing_held(in_.d.visits, 0);
        const double length = std::clamp(options_.seconds / kEpochs, kShortest, kLongest);
        const int64_t share = std::max<int64_t>(1, options_.rounds / kEpochs);
        while (left > 0 && !stopped_) {
            const int64_t turn = std::min(share, left);
            const double now = elapsed();
            if (now >= options_.seconds || !report(best_, now, rounds_)) break;
            const double until = std::min(options_.seconds, now + length);
            const double temperature = schedule_.at(progress(now, options_.rounds - left), real(best_));
            const std::vector<Part> parts = cut(in_, draft, threads, cuts);
            std::vector<int64_t> done(threads, 0);
            side_by_side([&](int k) {
                members[k]->take(draft, parts[k]);
                for (int64_t& n = done[k]; by_rounds() ? n < turn : n % kLookEvery != 0 || elapsed() < until; ++n)
                    members[k]->round(temperature);
            });
            std::vector<const Draft*> begun, best;
            std::vector<Draft> ended;
            for (const auto& one : members) {
                begun.push_back(&one->begun());
                best.push_back(&one->best());
                ended.push_back(one->now());
            }
            std::vector<const Draft*> at_end;
            for (const Draft& one : ended) at_end.push_back(&one);
            if (Draft whole = joined(in_, draft, parts, begun, best, nothing_held); whole.cost < best_.cost)
                best_ = std::move(whole);
            draft = joined(in_, draft, parts, begun, at_end, nothing_held);
            for (const int64_t n : done) rounds_ += n;
            if (by_rounds()) left -= turn;
        }
    }

    void side_by_side(const std::function<void(int)>& work) {
        std::vector<std::exception_ptr> failures(options_.threads);
        const auto guarded = [&](int k) {
            try {
                work(k);
            } catch (...) {
                failures[k] = std::current_exception();
                stopped_ = true;
            }
        };
        std::vector<std::thread> others;
        for (int k = 1; k < options_.threads; ++k) others.emplace_back(guarded, k);
        guarded(0);
        for (std::thread& other : others) other.join();
        for (const auto& failure : failures)
            if (failure) std::rethrow_exception(failure);
    }

    SearchResult result() const {
        SearchResult result;
        result.cost = real(best_);
        result.weight = best_.cost;
        result.rounds = rounds_;
        result.stopped = stopped_;
        std::vector<Time> ready;
        for (size_t r = 0; r < in_.routes.size(); ++r) {
            Route route;
            route.init(static_cast<int>(r), in_);
            route.tasks = best_.tasks[r];
            route.refresh(in_, best_.links);
            std::vector<int> gaps;
            route.trace(in_, &ready, &gaps);
            result.decision.tasks.push_back(best_.tasks[r]);
            result.decision.gaps.push_back(gaps);
        }
        return result;
    }

    const Instance& in_;
    const SearchOptions& options_;
    Schedule schedule_;
    Clock::time_point began_;
    double next_report_ = 0;
    std::atomic<bool> stopped_{false};
    int64_t rounds_ = 0;
    Draft best_;
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
    SearchResult result = Search(instance, options, began).run();
    finish(instance, options, result);
    return result;
}

}  // namespace fieldwright
