// A contraction hierarchy over the arcs of a road network, and the fastest ways in it.
//
// Customisable contraction hierarchies (Dibbelt, Strasser & Wagner 2016): the shape of the hierarchy depends on the
// order of contraction alone, so new weights need no new contraction. Queries climb the elimination tree; tables sweep
// down that part of the hierarchy from which the ends can be reached (Delling, Goldberg & Werneck 2011).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace ways {

// Time in the upper bits, length in the lower ones (dispatch/travel/fastest.py packs them): sums add up both at once, and
// of two ways the lesser is the faster one, of equally fast ones the shorter. So a table of times knows the lengths of
// its fastest ways without looking at the ways.
using Cost = int64_t;

// No way; more than any way that there is. Two of them can be added up.
constexpr Cost kNoWay = Cost{1} << 61;

// Points from which, or to which, ways lead: point i begins at vertices[first[i]] to vertices[first[i + 1]]
// (exclusive), each of which costs its label beforehand, or afterwards.
struct Ends {
    const int64_t* first;
    const uint32_t* vertices;
    const Cost* labels;
    size_t count;
};

// The shape: which vertices are joined once all of lower rank are contracted. Vertices are renumbered by rank.
class Hierarchy {
  public:
    // `rank` of each vertex; edge i leads from tail[i] to head[i].
    Hierarchy(const std::vector<uint32_t>& rank, const std::vector<uint32_t>& tail, const std::vector<uint32_t>& head);

    size_t vertex_count() const { return rank_.size(); }
    size_t edge_count() const { return turn_edge_.size(); }
    size_t joined_count() const { return head_.size(); }

  private:
    friend class Metric;
    void join(const std::vector<uint32_t>& tail, const std::vector<uint32_t>& head);
    uint32_t between(uint32_t low, uint32_t high) const;

    std::vector<uint32_t> rank_, vertex_;
    std::vector<uint32_t> parent_;             // in the elimination tree; the count of vertices at a root
    std::vector<uint32_t> first_, head_;       // from each vertex up
    std::vector<uint32_t> below_, from_, via_; // from each vertex down: the lower vertex, and the edge that leads up
    std::vector<uint32_t> turn_edge_;          // where each edge of the graph went
    std::vector<uint8_t> turn_up_;             // and which way it leads there
};

// A hierarchy with weights.
class Metric {
  public:
    Metric(std::shared_ptr<const Hierarchy> shape, const std::vector<Cost>& weights);

    // The cost from each start (rows) to each end (columns).
    void table(const Ends& starts, const Ends& ends, Cost* costs) const;
    // The cost from start i to end i.
    void pairs(const Ends& starts, const Ends& ends, Cost* costs) const;
    // The vertices of the fastest way from one start to one end, both included; none where there is no way.
    std::vector<uint32_t> path(const Ends& start, const Ends& end) const;

  private:
    struct Climb;
    void unpack(uint32_t from, uint32_t to, std::vector<uint32_t>& way) const;

    std::shared_ptr<const Hierarchy> shape_;
    std::vector<Cost> up_, down_;
};

}  // namespace ways
