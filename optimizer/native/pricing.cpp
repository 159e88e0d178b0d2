#include "pricing.h"

#include <algorithm>
#include <stdexcept>

#include "pricing_labels.h"
#include "pricing_time.h"

namespace fieldwright {

Time Shape::last_start(int node) const {
    Time last = windows[node].empty() ? kLater : kEarlier;
    for (const Window& window : windows[node]) last = std::max(last, window.latest);
    return std::min(last, limit - service[node]);
}

Pricer::Pricer(Shape shape) : shape_(std::move(shape)) {
    if (shape_.nodes > kMostNodes) throw std::invalid_argument("a shift may do more than 1024 tasks");
    if (shape_.breaks.size() > 6) throw std::invalid_argument("a shift has more than 6 breaks");
    neighbours_.resize(shape_.nodes);
}

void Pricer::remember(const std::vector<std::vector<int>>& neighbours) {
    if (static_cast<int>(neighbours.size()) != shape_.nodes)
        throw std::invalid_argument("neighbours need one list for each node");
    neighbours_ = neighbours;
}

Priced Pricer::price(const Ask& ask) const {
    if (shape_.nodes <= 64) return Labelling<1>(shape_, neighbours_, ask).run();
    if (shape_.nodes <= 128) return Labelling<2>(shape_, neighbours_, ask).run();
    if (shape_.nodes <= 256) return Labelling<4>(shape_, neighbours_, ask).run();
    return Labelling<kMostNodes / 64>(shape_, neighbours_, ask).run();
}

namespace {

struct Step {
    Moment moment;
    int parent;
};

// Of two ways to have come to the same stop, the one that is no worse in anything leaves the other without use.
bool no_worse(const Shape& shape, const Moment& a, const Moment& b) {
    if (a.time > b.time || a.cost > b.cost || (b.mask & ~a.mask)) return false;
    return !shape.duty || (a.base <= b.base && a.free >= b.free);
}

}  // namespace

Walked Pricer::walk(const std::vector<int>& order) const {
    const int breaks = static_cast<int>(shape_.breaks.size());
    for (size_t k = 0; k < order.size(); ++k)
        if (order[k] < 0 || order[k] >= shape_.nodes) throw std::invalid_argument("no such node");
    if (order.empty()) return {};
    for (int q = 0; q < shape_.resources; ++q) {
        int64_t load = 0;
        for (const int node : order) load += shape_.demand[static_cast<size_t>(node) * shape_.resources + q];
        if (load > shape_.capacity[q]) return {};
    }
    std::vector<std::vector<Step>> ways{{{{shape_.fixed, shape_.start, shape_.start, kLater, 0, 0}, kNever}}};
    int here = shape_.nodes;
    for (const int node : order) {
        std::vector<Step> next;
        for (size_t w = 0; w < ways.back().size(); ++w)
            go_on(shape_, ways.back()[w].moment, here, node, shape_.last_start(node), [&](const Moment& made) {
                for (const Step& other : next)
                    if (no_worse(shape_, other.moment, made)) return;
                std::erase_if(next, [&](const Step& other) { return no_worse(shape_, made, other.moment); });
                next.push_back({made, static_cast<int>(w)});
            });
        if (next.empty()) return {};
        ways.push_back(std::move(next));
        here = node;
    }
    Walked best;
    int way = kNever;
    unsigned last = 0;
    for (size_t w = 0; w < ways.back().size(); ++w)
        if (const Ending ending = finish(shape_, ways.back()[w].moment, here); ending.cost < best.cost) {
            best.cost = ending.cost;
            last = ending.taken;
            way = static_cast<int>(w);
        }
    if (way == kNever) return {};
    const int stops = static_cast<int>(order.size());
    best.gaps.assign(breaks, kNever);
    const unsigned before_end = ways[stops][way].moment.mask;
    for (int b = 0; b < breaks; ++b)
        if (!(before_end >> b & 1)) best.gaps[b] = (last >> b & 1) ? stops : stops + 1;
    for (int k = stops; k > 0; --k) {
        const Step& at = ways[k][way];
        for (int b = 0; b < breaks; ++b)
            if (at.moment.taken >> b & 1) best.gaps[b] = k - 1;
        way = at.parent;
    }
    return best;
}

}  // namespace fieldwright
