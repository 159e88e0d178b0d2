// Ways between places that lie close together, found by looking around.
#pragma once

#include <cstdint>
#include <vector>

#include "hierarchy.h"

namespace ways {

// The graph itself, for searches that stay near where they begin: there Dijkstra (1959) beats any hierarchy.
class Nearby {
  public:
    // Edge i leads from tail[i] to head[i] and costs weights[i].
    Nearby(size_t vertices, const std::vector<uint32_t>& tail, const std::vector<uint32_t>& head,
           const std::vector<Cost>& weights);

    size_t vertex_count() const { return first_.size() - 1; }

    // Groups of vertices follow each other: group g is vertices[first[g]] to vertices[first[g + 1]] (exclusive).
    // The costs from each vertex of a group to each vertex of the next, row by row, group after group; kNoWay where
    // that is more than the limit of the group. Where `limits[g]` is below zero, nothing is looked for.
    std::vector<Cost> steps(const int64_t* first, size_t groups, const uint32_t* vertices, const Cost* limits) const;

  private:
    std::vector<uint32_t> first_, to_;
    std::vector<Cost> weight_;
};

}  // namespace ways
