// Labels of partial routes, one after another in time, until every route below the asked cost has been met.
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <numeric>
#include <unordered_map>
#include <vector>

#include "pricing_rest.h"
#include "pricing_time.h"

namespace fieldwright {

template <int W>
struct Bits {  // a set of nodes
    std::array<uint64_t, W> word{};
    bool has(int node) const { return word[node >> 6] >> (node & 63) & 1; }
    void add(int node) { word[node >> 6] |= uint64_t{1} << (node & 63); }
    bool within(const Bits& other) const {
        for (int w = 0; w < W; ++w)
            if (word[w] & ~other.word[w]) return false;
        return true;
    }
    void keep(const Bits& other) {
        for (int w = 0; w < W; ++w) word[w] &= other.word[w];
    }
    bool operator==(const Bits&) const = default;
};

inline constexpr int kMarkWords = kMostCuts / 64;
using Marks = Bits<kMarkWords>;  // a set of cuts

template <int W>
struct Place {  // where a label stands, for those that may only be compared with their like
    int node;
    Bits<W> visited;
    bool operator==(const Place&) const = default;
};

template <int W>
struct PlaceHash {
    size_t operator()(const Place<W>& place) const {
        uint64_t hash = static_cast<uint64_t>(place.node) + 1469598103934665603ull;
        for (const uint64_t word : place.visited.word) hash = (hash ^ word ^ word >> 29) * 0x9E3779B97F4A7C15ull;
        return hash ^ hash >> 31;
    }
};

template <int W>
class Labelling {
public:
    Labelling(const Shape& shape, const std::vector<std::vector<int>>& neighbours, const Ask& ask)
        : s_(shape), ask_(ask), last_start_(last_starts(shape)), rest_(shape, ask.worth, last_start_) {
        remembered_.resize(s_.nodes);
        for (int node = 0; node < s_.nodes; ++node) {
            remembered_[node].add(node);
            for (const int other : neighbours[node]) remembered_[node].add(other);
            // Going round in no time would never end: what takes none is always remembered by the same.
            for (int other = 0; other < s_.nodes; ++other)
                if (ask_.every || (s_.service[node] == 0 && s_.service[other] == 0)) remembered_[node].add(other);
        }
        counts_.resize(s_.nodes);
        recalls_.resize(s_.nodes);
        for (int c = 0; c < static_cast<int>(ask_.cuts.size()); ++c) {
            for (const int node : ask_.cuts[c].memory) recalls_[node].add(c);
            for (const int node : ask_.cuts[c].members) {
                counts_[node].add(c);
                recalls_[node].add(c);
            }
        }
        std::vector<uint8_t> first(s_.nodes, 0);
        for (const int node : s_.committed) first[node] = 1;
        for (int node = 0; node < s_.nodes; ++node)
            if (!first[node] && last_start_[node] >= s_.start) targets_.push_back(node);
        const Time horizon = std::max(0, s_.limit - s_.start);
        width_ = std::max(1, horizon / 4096);
        queue_.resize(static_cast<size_t>(horizon / width_) + 1);
        if (!ask_.every) kept_.resize(static_cast<size_t>(s_.nodes + 1) << s_.breaks.size());
    }

    Priced run() {
        begin();
        Priced result;
        result.complete = work();
        result.least = ask_.below;
        if (!result.complete) result.least = std::min(result.least, least_waiting());
        collect(result);
        result.labels = static_cast<int64_t>(labels_.size());
        return result;
    }

private:
    struct Label {
        Moment moment;      // its cost: less what the nodes are worth, and with what cuts have counted
        Cost paid;          // of that, to cuts
        Marks counted;      // cuts that have seen an odd number of their members
        Bits<W> visited;    // of those that are remembered here
        int32_t parent, node;
    };
    struct Kept {           // what a comparison needs of a label
        Cost cost;
        Marks counted;
        Bits<W> visited;
        Time base, free;
        int32_t label;
        uint8_t mask;
    };
    struct Found {
        Cost cost;
        int32_t label;
    };

    static std::vector<Time> last_starts(const Shape& shape) {
        std::vector<Time> result(shape.nodes);
        for (int node = 0; node < shape.nodes; ++node) result[node] = shape.last_start(node);
        return result;
    }

    // The start, or what is committed: nothing else stands before it.
    void begin() {
        std::vector<int32_t> front{enter({{s_.fixed, s_.start, s_.start, kLater, 0, 0}, 0, {}, {}, kNever, s_.nodes})};
        for (const int node : s_.committed) {
            std::vector<int32_t> next;
            for (const int32_t id : front)
                extend(labels_[id], id, node, [&](const Label& made) { next.push_back(enter(made)); });
            front = std::move(next);
        }
        for (const int32_t id : front) wait(id);
    }

    bool work() {
        const auto began = std::chrono::steady_clock::now();
        int64_t steps = 0;
        for (; span_ < queue_.size(); ++span_) {
            auto& due = queue_[span_];
            std::make_heap(due.begin(), due.end(), [this](int32_t a, int32_t b) { return later(a, b); });
            while (!due.empty()) {
                if (static_cast<int64_t>(labels_.size()) > ask_.most_labels) return false;
                if ((++steps & 1023) == 0) {
                    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - began;
                    if (spent.count() > ask_.seconds) return false;
                }
                std::pop_heap(due.begin(), due.end(), [this](int32_t a, int32_t b) { return later(a, b); });
                const int32_t id = due.back();
                due.pop_back();
                go_on_from(id);
            }
        }
        return true;
    }

    void go_on_from(int32_t id) {
        const Label label = labels_[id];  // a copy: labels_ grows
        if (dominated(label, id)) return;
        keep(label, id);
        if (label.node != s_.nodes) {
            const Cost cost = finish(s_, label.moment, label.node).cost;
            if (cost < ask_.below) found_.push_back({cost, id});
        }
        for (const int node : targets_)
            if (!label.visited.has(node))
                extend(label, id, node, [&](const Label& made) {
                    if (made.moment.cost + to_come(made) >= ask_.below) return;
                    const int32_t number = enter(made);
                    if (dominated(made, number))
                        leave();
                    else
                        wait(number);
                });
    }

    template <class Made>
    void extend(const Label label, int32_t id, int node, Made made) {
        if (label.moment.time + s_.seconds(label.node, node) > last_start_[node] || !has_room(id, node)) return;
        go_on(s_, label.moment, label.node, node, last_start_[node], [&](const Moment& moment) {
            if (s_.duty && moment.base - s_.start > s_.max_duty) return;
            Label next{moment, label.paid, label.counted, label.visited, id, node};
            for (int w = 0; w < kMarkWords; ++w) {
                uint64_t& counted = next.counted.word[w];
                counted &= recalls_[node].word[w];
                next.paid += price_of(counted & counts_[node].word[w], w);
                counted ^= counts_[node].word[w];
            }
            next.moment.cost += next.paid - label.paid - ask_.worth[node];
            next.visited.keep(remembered_[node]);
            next.visited.add(node);
            made(next);
        });
    }

    Cost price_of(uint64_t cuts, int word) const {
        Cost price = 0;
        for (; cuts; cuts &= cuts - 1) price += ask_.cuts[64 * word + std::countr_zero(cuts)].price;
        return price;
    }

    bool has_room(int32_t id, int node) const {
        for (int q = 0; q < s_.resources; ++q)
            if (loads_[static_cast<size_t>(id) * s_.resources + q] +
                    s_.demand[static_cast<size_t>(node) * s_.resources + q] >
                s_.capacity[q])
                return false;
        return true;
    }

    // The least that ending the route from here costs, duty so far with it.
    Cost to_come(const Label& label) const {
        if (label.node == s_.nodes) return -kImpossible;
        const Cost rest = rest_.after(label.node, label.moment.time, [&](int node) { return label.visited.has(node); });
        return rest + s_.duty_rate * (label.moment.base - s_.start);
    }

    // All that is kept is no later than what is compared with it: labels are kept in the order of time.
    bool dominated(const Label& label, int32_t id) {
        if (ask_.every) {
            const auto at = alike_.find({label.node, label.visited});
            if (at == alike_.end()) return false;
            for (const Kept& other : at->second)
                if (other.cost <= label.moment.cost - label.paid && no_worse(other, label, id)) return true;
            return false;
        }
        const unsigned masks = 1u << s_.breaks.size();
        for (unsigned mask = label.moment.mask; mask < masks; mask = (mask + 1) | label.moment.mask)
            for (const Kept& other : kept_[static_cast<size_t>(label.node) * masks + mask]) {
                if (other.cost > label.moment.cost) break;
                if (no_worse(other, label, id)) return true;
            }
        return false;
    }

    bool no_worse(const Kept& other, const Label& label, int32_t id) const {
        if (label.moment.mask & ~other.mask) return false;
        if (s_.duty && (other.base > label.moment.base || other.free < label.moment.free)) return false;
        if (!ask_.exact || ask_.every) return true;  // with the same nodes visited all else is the same
        if (!other.visited.within(label.visited)) return false;
        Cost cost = other.cost;
        for (int w = 0; w < kMarkWords; ++w) cost += price_of(other.counted.word[w] & ~label.counted.word[w], w);
        if (cost > label.moment.cost) return false;
        for (int q = 0; q < s_.resources; ++q)
            if (loads_[static_cast<size_t>(other.label) * s_.resources + q] >
                loads_[static_cast<size_t>(id) * s_.resources + q])
                return false;
        return true;
    }

    void keep(const Label& label, int32_t id) {
        const Kept fresh{label.moment.cost, label.counted, label.visited, label.moment.base, label.moment.free, id,
                         label.moment.mask};
        if (ask_.every) {
            alike_[{label.node, label.visited}].push_back(fresh);
            alike_[{label.node, label.visited}].back().cost -= label.paid;
            return;
        }
        auto& list = kept_[(static_cast<size_t>(label.node) << s_.breaks.size()) + label.moment.mask];
        list.insert(std::upper_bound(list.begin(), list.end(), fresh.cost,
                                     [](Cost cost, const Kept& one) { return cost < one.cost; }),
                    fresh);
    }

    int32_t enter(const Label& label) {
        labels_.push_back(label);
        const int32_t id = static_cast<int32_t>(labels_.size()) - 1;
        for (int q = 0; q < s_.resources; ++q)
            loads_.push_back(label.parent == kNever
                                 ? 0
                                 : loads_[static_cast<size_t>(label.parent) * s_.resources + q] +
                                       s_.demand[static_cast<size_t>(label.node) * s_.resources + q]);
        return id;
    }

    void leave() {  // forget the label that entered last
        labels_.pop_back();
        loads_.resize(loads_.size() - s_.resources);
    }

    bool later(int32_t a, int32_t b) const {
        const Moment &x = labels_[a].moment, &y = labels_[b].moment;
        return x.time != y.time ? x.time > y.time : x.cost > y.cost;
    }

    void wait(int32_t id) {
        const auto span = static_cast<size_t>((labels_[id].moment.time - s_.start) / width_);
        queue_[span].push_back(id);
        if (span == span_)  // only services and legs without length end in the span they begin in
            std::push_heap(queue_[span].begin(), queue_[span].end(), [this](int32_t a, int32_t b) { return later(a, b); });
    }

    // What the cheapest way of going on from a label that was not looked at any more may cost.
    Cost least_waiting() const {
        Cost least = kImpossible;
        for (const auto& due : queue_)
            for (const int32_t id : due) least = std::min(least, labels_[id].moment.cost + to_come(labels_[id]));
        return least;
    }

    std::vector<int> order_of(int32_t id) const {
        std::vector<int> order;
        for (; labels_[id].node != s_.nodes; id = labels_[id].parent) order.push_back(labels_[id].node);
        std::reverse(order.begin(), order.end());
        return order;
    }

    void collect(Priced& result) {
        std::sort(found_.begin(), found_.end(),
                  [](const Found& a, const Found& b) { return a.cost != b.cost ? a.cost < b.cost : a.label < b.label; });
        if (!found_.empty()) result.least = std::min(result.least, found_.front().cost);
        if (ask_.every) {
            keep_best_of_alike();
            result.complete = result.complete && found_.size() <= static_cast<size_t>(ask_.most_routes);
        }
        // Not too many that end alike: different routes teach the master more.
        std::vector<int> ends(s_.nodes + 1, 0);
        const int most_alike = ask_.every ? ask_.most_routes : std::max(2, ask_.most_routes / 8);
        for (const Found& found : found_) {
            if (static_cast<int>(result.routes.size()) >= ask_.most_routes) break;
            if (++ends[labels_[found.label].node] <= most_alike) result.routes.push_back(order_of(found.label));
        }
    }

    // Of routes with the same visits only the cheapest can be in a best plan.
    void keep_best_of_alike() {
        std::unordered_map<Place<W>, Found, PlaceHash<W>> best;
        for (const Found& found : found_) {
            const Cost cost = found.cost - labels_[found.label].paid;
            const auto [at, fresh] = best.try_emplace({0, labels_[found.label].visited}, Found{cost, found.label});
            if (!fresh && cost < at->second.cost) at->second = {cost, found.label};
        }
        found_.clear();
        for (const auto& [place, found] : best) found_.push_back(found);
        std::sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) { return a.label < b.label; });
    }

    const Shape& s_;
    const Ask& ask_;
    std::vector<Time> last_start_;
    Rest rest_;
    std::vector<Bits<W>> remembered_;
    std::vector<Marks> counts_, recalls_;      // [node] cuts that count it, and that survive it
    std::vector<int> targets_;
    Time width_ = 1;
    size_t span_ = 0;
    std::vector<std::vector<int32_t>> queue_;  // [time / width]
    std::vector<Label> labels_;
    std::vector<int64_t> loads_;               // [label * resources]
    std::vector<std::vector<Kept>> kept_;      // [node, mask] by cost
    std::unordered_map<Place<W>, std::vector<Kept>, PlaceHash<W>> alike_;
    std::vector<Found> found_;
};

}  // namespace fieldwright
