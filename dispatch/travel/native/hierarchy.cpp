#include "hierarchy.h"

#include <algorithm>
#include <stdexcept>

namespace ways {
namespace {

constexpr uint32_t kAbsent = UINT32_MAX;
// So many starts are swept down together: one cache line of costs for each vertex.
constexpr size_t kAbreast = 8;

}  // namespace

Hierarchy::Hierarchy(const std::vector<uint32_t>& rank, const std::vector<uint32_t>& tail,
                     const std::vector<uint32_t>& head)
    : rank_(rank), vertex_(rank.size(), kAbsent) {
    for (uint32_t vertex = 0; vertex < rank.size(); ++vertex) {
        if (rank[vertex] >= rank.size() || vertex_[rank[vertex]] != kAbsent) {
            throw std::invalid_argument("ranks must be the numbers from 0, each once");
        }
        vertex_[rank[vertex]] = vertex;
    }
    for (size_t i = 0; i < tail.size(); ++i) {
        if (tail[i] >= rank.size() || head[i] >= rank.size() || tail[i] == head[i]) {
            throw std::invalid_argument("an edge leads from one vertex to another");
        }
    }
    join(tail, head);
}

void Hierarchy::join(const std::vector<uint32_t>& tail, const std::vector<uint32_t>& head) {
    const auto count = static_cast<uint32_t>(rank_.size());
    std::vector<std::vector<uint32_t>> above(count);
    for (size_t i = 0; i < tail.size(); ++i) {
        const auto [low, high] = std::minmax(rank_[tail[i]], rank_[head[i]]);
        above[low].push_back(high);
    }
    // Contracting a vertex joins all above it; it is enough to tell the lowest of them, which will tell the others.
    parent_.assign(count, count);
    first_.assign(count + 1, 0);
    std::vector<uint32_t> merged;
    for (uint32_t v = 0; v < count; ++v) {
        auto& mine = above[v];
        std::sort(mine.begin(), mine.end());
        mine.erase(std::unique(mine.begin(), mine.end()), mine.end());
        first_[v + 1] = first_[v] + static_cast<uint32_t>(mine.size());
        head_.insert(head_.end(), mine.begin(), mine.end());
        if (mine.empty()) continue;
        parent_[v] = mine.front();
        auto& theirs = above[mine.front()];
        theirs.insert(theirs.end(), mine.begin() + 1, mine.end());
        // A vertex with many children would keep all that they say until its turn.
        if (theirs.size() > 4096) {
            std::sort(theirs.begin(), theirs.end());
            theirs.erase(std::unique(theirs.begin(), theirs.end()), theirs.end());
        }
        std::vector<uint32_t>().swap(mine);
    }
    below_.assign(count + 1, 0);
    for (uint32_t high : head_) ++below_[high + 1];
    for (uint32_t v = 0; v < count; ++v) below_[v + 1] += below_[v];
    from_.resize(head_.size());
    via_.resize(head_.size());
    std::vector<uint32_t> at(below_.begin(), below_.end() - 1);
    for (uint32_t v = 0; v < count; ++v) {
        for (uint32_t e = first_[v]; e < first_[v + 1]; ++e) {
            from_[at[head_[e]]] = v;
            via_[at[head_[e]]++] = e;
        }
    }
    turn_edge_.resize(tail.size());
    turn_up_.resize(tail.size());
    for (size_t i = 0; i < tail.size(); ++i) {
        const uint32_t a = rank_[tail[i]], b = rank_[head[i]];
        turn_edge_[i] = between(std::min(a, b), std::max(a, b));
        turn_up_[i] = a < b;
    }
}

uint32_t Hierarchy::between(uint32_t low, uint32_t high) const {
    const auto begin = head_.begin() + first_[low], end = head_.begin() + first_[low + 1];
    const auto found = std::lower_bound(begin, end, high);
    return found != end && *found == high ? static_cast<uint32_t>(found - head_.begin()) : kAbsent;
}

Metric::Metric(std::shared_ptr<const Hierarchy> shape, const std::vector<Cost>& weights)
    : shape_(std::move(shape)), up_(shape_->head_.size(), kNoWay), down_(shape_->head_.size(), kNoWay) {
    const Hierarchy& h = *shape_;
    if (weights.size() != h.turn_edge_.size()) throw std::invalid_argument("there must be one weight for each edge");
    for (size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] < 0 || weights[i] >= kNoWay) throw std::invalid_argument("a weight is out of range");
        Cost& known = (h.turn_up_[i] ? up_ : down_)[h.turn_edge_[i]];
        known = std::min(known, weights[i]);
    }
    // Each edge from x up is the fastest way through vertices below x, found by its lower triangles.
    std::vector<uint32_t> edge_to(h.vertex_count(), kAbsent);
    for (uint32_t x = 0; x < h.vertex_count(); ++x) {
        for (uint32_t e = h.first_[x]; e < h.first_[x + 1]; ++e) edge_to[h.head_[e]] = e;
        for (uint32_t at = h.below_[x]; at < h.below_[x + 1]; ++at) {
            const uint32_t v = h.from_[at], vx = h.via_[at];
            const Cost down_to_v = down_[vx], up_from_v = up_[vx];
            for (uint32_t vy = vx + 1; vy < h.first_[v + 1]; ++vy) {  // heads are sorted: these are above x
                const uint32_t xy = edge_to[h.head_[vy]];
                up_[xy] = std::min(up_[xy], down_to_v + up_[vy]);
                down_[xy] = std::min(down_[xy], down_[vy] + up_from_v);
            }
        }
    }
    for (Cost& cost : up_) cost = std::min(cost, kNoWay);
    for (Cost& cost : down_) cost = std::min(cost, kNoWay);
}

// The costs from, or to, one point, of all vertices above it in the elimination tree.
struct Metric::Climb {
    const Hierarchy& h;
    const std::vector<Cost>& weights;
    std::vector<Cost> cost;
    std::vector<uint32_t> chain, before, at;  // `before`: from which vertex each was reached, where it is asked for
    bool remembers;

    Climb(const Hierarchy& shape, const std::vector<Cost>& upward, bool remember = false)
        : h(shape), weights(upward), cost(shape.vertex_count(), kNoWay), remembers(remember) {
        if (remember) before.assign(shape.vertex_count(), kAbsent);
    }

    void from(const Ends& ends, size_t i) {
        at.clear();
        for (int64_t e = ends.first[i]; e < ends.first[i + 1]; ++e) {
            const uint32_t v = h.rank_[ends.vertices[e]];
            cost[v] = std::min(cost[v], ends.labels[e]);
            at.push_back(v);
        }
        while (!at.empty()) {
            const uint32_t v = *std::min_element(at.begin(), at.end());
            chain.push_back(v);
            const Cost here = cost[v];
            for (uint32_t e = h.first_[v]; e < h.first_[v + 1]; ++e) {
                const Cost there = here + weights[e];
                Cost& known = cost[h.head_[e]];
                if (there < known) {
                    known = there;
                    if (remembers) before[h.head_[e]] = v;
                }
            }
            for (size_t i_at = 0; i_at < at.size();) {
                if (at[i_at] == v) at[i_at] = h.parent_[v];
                const bool done = at[i_at] == h.vertex_count() ||
                                  std::find(at.begin(), at.begin() + static_cast<std::ptrdiff_t>(i_at), at[i_at]) !=
                                      at.begin() + static_cast<std::ptrdiff_t>(i_at);
                if (done) {
                    at[i_at] = at.back();
                    at.pop_back();
                } else {
                    ++i_at;
                }
            }
        }
    }

    void forget() {
        for (uint32_t v : chain) cost[v] = kNoWay;
        if (remembers) {
            for (uint32_t v : chain) before[v] = kAbsent;
        }
        chain.clear();
    }
};

void Metric::table(const Ends& starts, const Ends& ends, Cost* costs) const {
    const Hierarchy& h = *shape_;
    // The fewer climb, the more are swept: down from the top to the starts, where there are more of those.
    const bool forward = starts.count <= ends.count;
    const Ends& climbing = forward ? starts : ends;
    const Ends& swept = forward ? ends : starts;
    const std::vector<Cost>& down = forward ? down_ : up_;
    Climb climb(h, forward ? up_ : down_);

    std::vector<uint32_t> local(h.vertex_count(), kAbsent), needed;
    for (int64_t e = swept.first[0]; e < swept.first[swept.count]; ++e) {
        for (uint32_t v = h.rank_[swept.vertices[e]]; v != h.vertex_count() && local[v] == kAbsent; v = h.parent_[v]) {
            local[v] = 0;
            needed.push_back(v);
        }
    }
    std::sort(needed.rbegin(), needed.rend());
    struct Step {
        Cost weight;
        uint32_t above;
    };
    std::vector<Step> steps;
    std::vector<size_t> first_step{0};
    for (uint32_t i = 0; i < needed.size(); ++i) {
        const uint32_t v = needed[i];
        local[v] = i;
        for (uint32_t e = h.first_[v]; e < h.first_[v + 1]; ++e) {
            if (down[e] < kNoWay) steps.push_back({down[e], local[h.head_[e]]});
        }
        first_step.push_back(steps.size());
    }

    std::vector<Cost> cost(needed.size() * kAbreast);
    for (size_t batch = 0; batch < climbing.count; batch += kAbreast) {
        const size_t width = std::min(kAbreast, climbing.count - batch);
        std::fill(cost.begin(), cost.end(), kNoWay);
        for (size_t lane = 0; lane < width; ++lane) {
            climb.from(climbing, batch + lane);
            for (uint32_t v : climb.chain) {
                if (local[v] != kAbsent) cost[local[v] * kAbreast + lane] = climb.cost[v];
            }
            climb.forget();
        }
        for (size_t i = 0; i < needed.size(); ++i) {
            Cost best[kAbreast];
            std::copy_n(&cost[i * kAbreast], kAbreast, best);
            for (size_t s = first_step[i]; s < first_step[i + 1]; ++s) {
                const Cost* above = &cost[steps[s].above * kAbreast];
                const Cost weight = steps[s].weight;
                for (size_t lane = 0; lane < kAbreast; ++lane) best[lane] = std::min(best[lane], above[lane] + weight);
            }
            std::copy_n(best, kAbreast, &cost[i * kAbreast]);
        }
        for (size_t end = 0; end < swept.count; ++end) {
            for (size_t lane = 0; lane < width; ++lane) {
                Cost best = kNoWay;
                for (int64_t e = swept.first[end]; e < swept.first[end + 1]; ++e) {
                    const Cost there = cost[local[h.rank_[swept.vertices[e]]] * kAbreast + lane];
                    if (there < kNoWay) best = std::min(best, there + swept.labels[e]);
                }
                costs[forward ? (batch + lane) * ends.count + end : end * ends.count + batch + lane] = best;
            }
        }
    }
}

void Metric::pairs(const Ends& starts, const Ends& ends, Cost* costs) const {
    Climb out(*shape_, up_), back(*shape_, down_);
    for (size_t i = 0; i < starts.count; ++i) {
        out.from(starts, i);
        back.from(ends, i);
        Cost best = kNoWay;
        for (uint32_t v : out.chain) {
            if (out.cost[v] < kNoWay && back.cost[v] < kNoWay) best = std::min(best, out.cost[v] + back.cost[v]);
        }
        costs[i] = best;
        out.forget();
        back.forget();
    }
}

std::vector<uint32_t> Metric::path(const Ends& start, const Ends& end) const {
    Climb out(*shape_, up_, true), back(*shape_, down_, true);
    out.from(start, 0);
    back.from(end, 0);
    Cost best = kNoWay;
    uint32_t top = kAbsent;
    for (uint32_t v : out.chain) {
        if (out.cost[v] < kNoWay && back.cost[v] < kNoWay && out.cost[v] + back.cost[v] < best) {
            best = out.cost[v] + back.cost[v];
            top = v;
        }
    }
    if (top == kAbsent) return {};
    std::vector<uint32_t> corners{top};
    while (out.before[corners.back()] != kAbsent) corners.push_back(out.before[corners.back()]);
    std::reverse(corners.begin(), corners.end());
    while (back.before[corners.back()] != kAbsent) corners.push_back(back.before[corners.back()]);
    std::vector<uint32_t> way{corners.front()};
    for (size_t i = 0; i + 1 < corners.size(); ++i) unpack(corners[i], corners[i + 1], way);
    for (uint32_t& v : way) v = shape_->vertex_[v];
    return way;
}

// Appends the vertices after `from` up to `to`.
void Metric::unpack(uint32_t from, uint32_t to, std::vector<uint32_t>& way) const {
    const Hierarchy& h = *shape_;
    const uint32_t low = std::min(from, to);
    const uint32_t edge = h.between(low, std::max(from, to));
    const Cost whole = (from < to ? up_ : down_)[edge];
    for (uint32_t at = h.below_[low]; at < h.below_[low + 1]; ++at) {
        const uint32_t v = h.from_[at], other = h.between(v, std::max(from, to));
        if (other == kAbsent) continue;
        const uint32_t in = from == low ? h.via_[at] : other, out = from == low ? other : h.via_[at];
        if (down_[in] + up_[out] == whole) {
            unpack(from, v, way);
            unpack(v, to, way);
            return;
        }
    }
    way.push_back(to);
}

}  // namespace ways
