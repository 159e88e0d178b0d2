// What is still to come: for each node and moment a lower bound of what any way of ending the route costs from there.
#pragma once
#include <cstddef>
#include <vector>

#include "pricing.h"

namespace fieldwright {

// Worked out backwards over spans of time, without breaks and demands, and with nobody going straight back to where
// they come from (Houck and others 1980). A moment counts as the beginning of its span, so every bound is safe.
class Rest {
public:
    Rest(const Shape& shape, const std::vector<Cost>& worth, const std::vector<Time>& last_start);

    // After a service that ends at `time` at `node`. `visited(node)`: where the route cannot go any more.
    template <class Visited>
    Cost after(int node, Time time, Visited visited) const {
        if (spans_.empty()) return -kImpossible;
        const Span& span = at(node, time);
        return span.next < nodes_ && visited(span.next) ? span.second : span.best;
    }

private:
    struct Span {
        Cost best = kImpossible, second = kImpossible;  // second: where the next node is another one
        int next = -1;                                  // `nodes`: the end
        void offer(Cost cost, int node) {
            if (cost < best) {
                second = best;
                best = cost;
                next = node;
            } else if (cost < second) {
                second = cost;
            }
        }
    };
    const Span& at(int node, Time time) const {
        return spans_[static_cast<size_t>(node) * count_ + static_cast<size_t>((time - start_) / width_)];
    }

    int nodes_;
    Time start_, width_ = 1;
    size_t count_ = 0;
    std::vector<Span> spans_;  // [node * count]; empty: services or legs without length, and nothing is known
};

}  // namespace fieldwright
