// Making the plan that stands better: first around what has changed, then everywhere.
#include <algorithm>
#include <chrono>
#include <cmath>

#include "annealer.h"
#include "construct.h"
#include "parts.h"
#include "state.h"
#include "warm.h"

namespace fieldwright {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kLookEvery = 16;         // rounds between two looks at the clock
constexpr double kShareAround = 0.5;   // of the time for what has changed, where that is known
constexpr size_t kRoutesAround = 16;   // so many routes are near what has changed
constexpr size_t kStartsAround = 4;    // of these so many that start nearby
// Temperatures in units of what a visit costs on average.
constexpr double kHotAround = 0.3, kColdAround = 0.03;
constexpr double kHot = 0.2, kCold = 0.05;

Draft draft_of(const State& state) {
    Draft draft;
    for (const Route& route : state.routes) draft.tasks.push_back(route.tasks);
    draft.links = state.links;
    draft.cost = state.total();
    draft.open_musts = state.open_musts();
    draft.open = static_cast<int>(state.open().size());
    return draft;
}

}  // namespace

Part Warm::everything() const {
    Part part;
    part.routes.assign(routes_.size(), 1);
    part.held.assign(data().visits, 0);
    for (int v = 0; v < data().visits; ++v) {
        part.held[v] = lowered_.dropped(v);
        if (!part.held[v]) part.visits.push_back(v);
    }
    return part;
}

// The routes of these visits and of their neighbours, with what stands on them and what they could take on.
Part Warm::around(const std::vector<int>& visits) const {
    const Instance& in = *in_;
    const Data& d = data();
    Part part;
    part.routes.assign(routes_.size(), 0);
    part.held.assign(d.visits, 1);
    size_t count = 0;
    const auto take = [&](int r) {
        if (r == kNever || part.routes[r]) return;
        part.routes[r] = 1;
        ++count;
    };
    for (const int v : visits)
        for (int t = d.task_offset[v]; t < d.task_offset[v + 1]; ++t) take(route_of_[t]);
    for (size_t k = 0; k < kStartsAround; ++k)
        for (const int v : visits)
            if (const auto& able = in.able[d.task_offset[v]]; k < able.size()) take(able[k]);
    for (int k = 0; k < in.near_count && count < kRoutesAround; ++k)
        for (const int v : visits) take(route_of_[d.task_offset[in.near[static_cast<size_t>(v) * in.near_count + k]]]);
    const auto could_take = [&](int v) {
        const auto& able = in.able[d.task_offset[v]];
        return std::any_of(able.begin(), able.end(), [&](int r) { return part.routes[r] != 0; });
    };
    for (int v = 0; v < d.visits; ++v) {
        bool ours = !lowered_.dropped(v), planned = false;
        for (int t = d.task_offset[v]; t < d.task_offset[v + 1]; ++t) {
            planned |= route_of_[t] != kNever;
            ours &= route_of_[t] == kNever || part.routes[route_of_[t]];
        }
        part.held[v] = !(ours && (planned || could_take(v)));
    }
    for (bool changed = true; changed;) {  // what hangs together is held together
        changed = false;
        for (const After& link : d.after)
            if (part.held[link.visit] != part.held[link.before]) {
                part.held[link.visit] = part.held[link.before] = 1;
                changed = true;
            }
    }
    for (int v = 0; v < d.visits; ++v)
        if (!part.held[v]) part.visits.push_back(v);
    return part;
}

Improved Warm::improve(const Improving& options) {
    const auto began = Clock::now();
    const auto elapsed = [&] { return std::chrono::duration<double>(Clock::now() - began).count(); };
    const Instance& in = *in_;
    std::vector<std::vector<int>> tasks;
    for (const Route& route : routes_) tasks.push_back(route.tasks);
    Part whole = everything();
    Draft draft;
    {
        State state(in, options.seed);
        restore(state, tasks, links_, whole.held);
        fill(state);
        draft = draft_of(state);
    }
    for (size_t r = 0; r < draft.tasks.size(); ++r)
        for (const int task : draft.tasks[r]) route_of_[task] = static_cast<int>(r);
    const auto real = [&](const Draft& one) { return one.cost - static_cast<Cost>(one.open_musts) * in.must_cost; };
    Improved result;
    result.stopped = halted_;
    const bool hopeless = whole.visits.empty() || routes_.empty();
    double next_report = 0;
    const bool by_rounds = options.rounds < INT64_MAX;
    const auto search = [&](const Part& part, double from, double to, double hot, double cold) {
        if (part.visits.empty() || hopeless || result.stopped) return;
        Annealer annealer(in, options.seed + static_cast<uint64_t>(from * 1000));
        annealer.take(draft, part);
        const double scale = static_cast<double>(real(draft)) / std::max(1, data().visits) + 1;
        const auto first = static_cast<int64_t>(from * static_cast<double>(options.rounds));
        const auto last = to >= 1 ? options.rounds : static_cast<int64_t>(to * static_cast<double>(options.rounds));
        const Cost outside = draft.cost - annealer.begun().cost;  // what the part does not count
        double temperature = 0;
        for (int64_t n = by_rounds ? first : 0; n < (by_rounds ? last : INT64_MAX); ++n) {
            if (result.rounds++ % kLookEvery == 0) {
                const double now = elapsed();
                if (halted_) result.stopped = true;
                if (options.report && now >= next_report) {
                    next_report = now + options.report_every;
                    const Draft& best = annealer.best();
                    const Cost cost =
                        real(best) + outside + (annealer.begun().open_musts - draft.open_musts) * in.must_cost;
                    result.stopped |= !options.report({now, cost, draft.open - annealer.begun().open + best.open,
                                                       result.rounds});
                }
                if (result.stopped || now >= options.seconds * to) break;
                const double at = by_rounds ? static_cast<double>(n) / static_cast<double>(options.rounds)
                                            : now / options.seconds;
                temperature = scale * hot * std::pow(cold / hot, std::clamp((at - from) / (to - from), 0.0, 1.0));
            }
            annealer.round(temperature);
        }
        draft = joined(in, draft, {part}, {&annealer.begun()}, {&annealer.best()}, whole.held);
    };
    if (!options.around.empty()) search(around(options.around), 0, kShareAround, kHotAround, kColdAround);
    search(whole, options.around.empty() ? 0 : kShareAround, 1, kHot, kCold);
    stand(draft);
    return result;
}

void Warm::stand(const Draft& draft) {
    links_ = draft.links;
    std::fill(route_of_.begin(), route_of_.end(), kNever);
    for (size_t r = 0; r < routes_.size(); ++r) {
        routes_[r].init(static_cast<int>(r), *in_);
        routes_[r].tasks = draft.tasks[r];
        routes_[r].changed(0);
        routes_[r].refresh(*in_, links_);
        for (const int task : draft.tasks[r]) route_of_[task] = static_cast<int>(r);
    }
}

}  // namespace fieldwright
