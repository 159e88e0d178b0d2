#include "nearby.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <stdexcept>
#include <utility>

namespace ways {

Nearby::Nearby(size_t vertices, const std::vector<uint32_t>& tail, const std::vector<uint32_t>& head,
               const std::vector<Cost>& weights)
    : first_(vertices + 1, 0), to_(tail.size()), weight_(tail.size()) {
    if (head.size() != tail.size() || weights.size() != tail.size()) {
        throw std::invalid_argument("each edge has a tail, a head and a weight");
    }
    for (size_t i = 0; i < tail.size(); ++i) {
        if (tail[i] >= vertices || head[i] >= vertices) throw std::invalid_argument("an edge leads nowhere");
        ++first_[tail[i] + 1];
    }
    for (size_t v = 0; v < vertices; ++v) first_[v + 1] += first_[v];
    std::vector<uint32_t> at(first_.begin(), first_.end() - 1);
    for (size_t i = 0; i < tail.size(); ++i) {
        to_[at[tail[i]]] = head[i];
        weight_[at[tail[i]]++] = weights[i];
    }
}

std::vector<Cost> Nearby::steps(const int64_t* first, size_t groups, const uint32_t* vertices,
                                const Cost* limits) const {
    std::vector<Cost> cost(first_.size() - 1, kNoWay), found;
    std::vector<uint32_t> touched;
    using Entry = std::pair<Cost, uint32_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
    for (size_t g = 0; g + 1 < groups; ++g) {
        const uint32_t* ends = vertices + first[g + 1];
        const auto end_count = static_cast<size_t>(first[g + 2] - first[g + 1]);
        for (int64_t s = first[g]; s < first[g + 1]; ++s) {
            if (limits[g] >= 0) {
                cost[vertices[s]] = 0;
                touched.push_back(vertices[s]);
                queue.emplace(0, vertices[s]);
            }
            while (!queue.empty()) {
                const auto [here, v] = queue.top();
                queue.pop();
                if (here > cost[v]) continue;
                for (uint32_t e = first_[v]; e < first_[v + 1]; ++e) {
                    const Cost there = here + weight_[e];
                    Cost& known = cost[to_[e]];
                    if (there > limits[g] || there >= known) continue;
                    if (known == kNoWay) touched.push_back(to_[e]);
                    known = there;
                    queue.emplace(there, to_[e]);
                }
            }
            for (size_t e = 0; e < end_count; ++e) found.push_back(cost[ends[e]]);
            for (uint32_t v : touched) cost[v] = kNoWay;
            touched.clear();
        }
    }
    return found;
}

}  // namespace ways
