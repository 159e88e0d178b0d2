#include "pricing_rest.h"

#include <algorithm>

namespace fieldwright {

namespace {

constexpr Time kWantedSpans = 1024, kMostSpans = 8192;

// No step from one service's end to the next one's is shorter.
Time shortest_step(const Shape& shape) {
    Time least = shape.limit - shape.start + 1;
    for (int i = 0; i < shape.nodes; ++i)
        for (int j = 0; j < shape.nodes; ++j)
            if (i != j) least = std::min(least, shape.seconds(i, j) + shape.service[j]);
    return least;
}

}  // namespace

Rest::Rest(const Shape& shape, const std::vector<Cost>& worth, const std::vector<Time>& last_start)
    : nodes_(shape.nodes), start_(shape.start) {
    const Time horizon = shape.limit - shape.start + 1, step = shortest_step(shape);
    if (horizon <= 0 || step < 1 || horizon / step >= kMostSpans) return;
    // A span is no longer than a step: then every step ends in a later span, and one pass backwards is enough.
    width_ = std::clamp<Time>(horizon / kWantedSpans, 1, step);
    count_ = static_cast<size_t>(horizon / width_) + 1;
    spans_.resize(count_ * nodes_);
    std::vector<uint8_t> first(nodes_, 0);
    for (const int node : shape.committed) first[node] = 1;
    for (size_t k = count_; k-- > 0;) {
        const Time time = shape.start + static_cast<Time>(k) * width_;
        for (int i = 0; i < nodes_; ++i) {
            Span& span = spans_[static_cast<size_t>(i) * count_ + k];
            if (const Time home = time + shape.seconds(i, nodes_); home <= shape.limit)
                span.offer(shape.price(i, nodes_) + shape.overtime_rate * std::max(0, home - shape.end) +
                               shape.duty_rate * (home - time),
                           nodes_);
            for (int j = 0; j < nodes_; ++j) {
                const Time travel = shape.seconds(i, j), arrival = time + travel;
                if (i == j || first[j] || arrival > last_start[j]) continue;
                const Time begin = open_at(shape.windows[j], arrival);
                if (begin > last_start[j]) continue;
                const Span& then = at(j, begin + shape.service[j]);
                const Cost rest = then.next == i ? then.second : then.best;
                if (rest >= kImpossible) continue;
                span.offer(shape.price(i, j) - worth[j] + shape.late(j, begin) +
                               shape.duty_rate * (travel + shape.service[j]) + rest,
                           j);
            }
        }
    }
}

}  // namespace fieldwright
