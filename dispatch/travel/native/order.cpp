#include "order.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ways {
namespace {

constexpr uint32_t kNobody = UINT32_MAX;
// Of the junctions, the share at each end that must come to lie on different sides of a cut.
constexpr double kShareAtEachEnd = 0.25;
constexpr double kPi = 3.14159265358979323846;

// Both directions of the streets between two junctions; `room` is what still flows from the lower junction to the
// upper one, `back` the other way.
struct Link {
    uint32_t a, b;
    int32_t streets, room, back;
};

class Dissection {
  public:
    Dissection(const std::vector<double>& lat, const std::vector<double>& lon, const std::vector<uint32_t>& tail,
               const std::vector<uint32_t>& head)
        : x_(lon), y_(lat), side_(lat.size(), 0), level_(lat.size()), next_(lat.size()), first_(lat.size() + 1),
          local_(lat.size(), kNobody), rank_(tail.size()), remaining_(static_cast<uint32_t>(tail.size())) {
        if (!lat.empty()) {
            const double middle = (*std::min_element(lat.begin(), lat.end()) + *std::max_element(lat.begin(), lat.end())) / 2;
            for (double& x : x_) x *= std::cos(middle * kPi / 180);
        }
        std::vector<uint32_t> arcs(tail.size());
        std::iota(arcs.begin(), arcs.end(), 0);
        const auto ends = [&](uint32_t arc) { return std::minmax(tail[arc], head[arc]); };
        std::stable_sort(arcs.begin(), arcs.end(), [&](uint32_t p, uint32_t q) {
            const auto [a, b] = ends(p);
            const auto [c, d] = ends(q);
            return a != c ? a < c : b < d;
        });
        for (uint32_t arc : arcs) {
            const auto [a, b] = ends(arc);
            if (a == b) {
                loops_.push_back(arc);  // no cut goes through a loop
            } else if (!links_.empty() && links_.back().a == a && links_.back().b == b) {
                ++links_.back().streets;
                arcs_.push_back(arc);
            } else {
                links_.push_back({a, b, 1, 0, 0});
                first_arc_.push_back(static_cast<uint32_t>(arcs_.size()));
                arcs_.push_back(arc);
            }
        }
        first_arc_.push_back(static_cast<uint32_t>(arcs_.size()));
    }

    std::vector<uint32_t> ranks() {
        std::vector<uint32_t> nodes(x_.size()), links(links_.size());
        std::iota(nodes.begin(), nodes.end(), 0);
        std::iota(links.begin(), links.end(), 0);
        dissect(nodes, links);
        for (uint32_t arc : loops_) rank_[arc] = --remaining_;
        return rank_;
    }

  private:
    void dissect(std::vector<uint32_t>& nodes, std::vector<uint32_t>& links) {
        if (links.empty()) return;
        const std::vector<uint8_t> on_far_side = nodes.size() == 2 ? std::vector<uint8_t>{0, 1} : best_cut(nodes, links);
        for (size_t i = 0; i < nodes.size(); ++i) side_[nodes[i]] = on_far_side[i];
        std::vector<uint32_t> near_nodes, far_nodes, near_links, far_links;
        for (size_t i = 0; i < nodes.size(); ++i) (on_far_side[i] ? far_nodes : near_nodes).push_back(nodes[i]);
        for (uint32_t link : links) {
            const bool a = side_[links_[link].a], b = side_[links_[link].b];
            if (a == b) {
                (a ? far_links : near_links).push_back(link);
            } else {
                for (uint32_t at = first_arc_[link]; at < first_arc_[link + 1]; ++at) rank_[arcs_[at]] = --remaining_;
            }
        }
        std::vector<uint32_t>().swap(nodes);
        std::vector<uint32_t>().swap(links);
        dissect(near_nodes, near_links);
        dissect(far_nodes, far_links);
    }

    // For each junction, whether it lies on the far side of the best of four cuts.
    std::vector<uint8_t> best_cut(const std::vector<uint32_t>& nodes, const std::vector<uint32_t>& links) {
        const auto count = static_cast<uint32_t>(nodes.size());
        for (uint32_t i = 0; i < count; ++i) local_[nodes[i]] = i;
        gather(count, links);
        const uint32_t at_each_end = std::max<uint32_t>(1, static_cast<uint32_t>(count * kShareAtEachEnd));
        std::vector<uint8_t> best;
        double least = INFINITY;
        std::vector<uint32_t> sorted(count);
        std::vector<double> along(count);
        constexpr double kDirections[4][2] = {{1, 0}, {0, 1}, {1, 1}, {1, -1}};
        for (const auto& direction : kDirections) {
            for (uint32_t i = 0; i < count; ++i) {
                along[i] = direction[0] * x_[nodes[i]] + direction[1] * y_[nodes[i]];
            }
            std::iota(sorted.begin(), sorted.end(), 0);
            std::sort(sorted.begin(), sorted.end(),
                      [&](uint32_t p, uint32_t q) { return along[p] != along[q] ? along[p] < along[q] : p < q; });
            std::vector<int8_t> terminal(count, 0);
            for (uint32_t i = 0; i < at_each_end; ++i) {
                terminal[sorted[i]] = 1;
                terminal[sorted[count - 1 - i]] = -1;
            }
            const int flow = most_flow(terminal, sorted, at_each_end, static_cast<int>(std::min(least * count, 1e9)));
            // Both the cut next to the sources and the one next to the sinks are least; the more even one is better.
            for (const bool from_source : {true, false}) {
                std::vector<uint8_t> far = side_of_cut(terminal, from_source);
                const auto far_count = static_cast<double>(std::count(far.begin(), far.end(), 1));
                const double score = (flow + 1e-3) / std::min(far_count, count - far_count);
                if (score < least) {
                    least = score;
                    best = std::move(far);
                }
            }
        }
        return best;
    }

    void gather(uint32_t count, const std::vector<uint32_t>& links) {
        std::fill(first_.begin(), first_.begin() + count + 1, 0);
        for (uint32_t link : links) {
            ++first_[local_[links_[link].a] + 1];
            ++first_[local_[links_[link].b] + 1];
        }
        for (uint32_t i = 0; i < count; ++i) first_[i + 1] += first_[i];
        around_.resize(2 * links.size());
        std::vector<uint32_t> at(first_.begin(), first_.begin() + count);
        for (uint32_t link : links) {
            around_[at[local_[links_[link].a]]++] = link;
            around_[at[local_[links_[link].b]]++] = link;
        }
    }

    uint32_t other_end(uint32_t link, uint32_t node) const {
        const uint32_t a = local_[links_[link].a];
        return a == node ? local_[links_[link].b] : a;
    }

    int32_t& room(uint32_t link, uint32_t node) {
        return local_[links_[link].a] == node ? links_[link].room : links_[link].back;
    }

    // Dinic's algorithm (1970). Stops where the flow is so large that the cut cannot be the best.
    int most_flow(const std::vector<int8_t>& terminal, const std::vector<uint32_t>& sorted, uint32_t sources, int enough) {
        const auto count = static_cast<uint32_t>(terminal.size());
        for (uint32_t i = 0; i < first_[count]; ++i) {
            Link& link = links_[around_[i]];
            link.room = link.back = link.streets;
        }
        int flow = 0;
        while (flow <= enough && levels(terminal, sorted, sources)) {
            std::copy(first_.begin(), first_.begin() + count, next_.begin());
            for (uint32_t i = 0; i < sources; ++i) {
                while (push(sorted[i], terminal)) ++flow;
            }
        }
        return flow;
    }

    bool levels(const std::vector<int8_t>& terminal, const std::vector<uint32_t>& sorted, uint32_t sources) {
        const auto count = static_cast<uint32_t>(terminal.size());
        std::fill(level_.begin(), level_.begin() + count, kNobody);
        queue_.assign(sorted.begin(), sorted.begin() + sources);
        for (uint32_t node : queue_) level_[node] = 0;
        bool reached = false;
        for (size_t at = 0; at < queue_.size() && !reached; ++at) {
            const uint32_t node = queue_[at];
            for (uint32_t i = first_[node]; i < first_[node + 1]; ++i) {
                const uint32_t to = other_end(around_[i], node);
                if (level_[to] != kNobody || room(around_[i], node) == 0) continue;
                level_[to] = level_[node] + 1;
                reached |= terminal[to] < 0;
                queue_.push_back(to);
            }
        }
        return reached;
    }

    // One unit of flow from a source along rising levels to any sink.
    bool push(uint32_t source, const std::vector<int8_t>& terminal) {
        trail_.clear();
        uint32_t node = source;
        while (terminal[node] >= 0) {
            bool advanced = false;
            for (; next_[node] < first_[node + 1]; ++next_[node]) {
                const uint32_t link = around_[next_[node]];
                const uint32_t to = other_end(link, node);
                if (room(link, node) > 0 && level_[to] == level_[node] + 1) {
                    trail_.emplace_back(link, node);
                    node = to;
                    advanced = true;
                    break;
                }
            }
            if (advanced) continue;
            if (trail_.empty()) return false;
            level_[node] = kNobody;
            node = trail_.back().second;
            trail_.pop_back();
        }
        for (const auto& [link, from] : trail_) {
            --room(link, from);
            ++room(link, other_end(link, from));
        }
        return true;
    }

    // For each junction, whether flow could still come to it from a source, or from it get to a sink.
    std::vector<uint8_t> side_of_cut(const std::vector<int8_t>& terminal, bool from_source) {
        const auto count = static_cast<uint32_t>(terminal.size());
        std::vector<uint8_t> seen(count, 0);
        queue_.clear();
        for (uint32_t i = 0; i < count; ++i) {
            if (terminal[i] == (from_source ? 1 : -1)) {
                seen[i] = 1;
                queue_.push_back(i);
            }
        }
        for (size_t at = 0; at < queue_.size(); ++at) {
            const uint32_t node = queue_[at];
            for (uint32_t i = first_[node]; i < first_[node + 1]; ++i) {
                const uint32_t to = other_end(around_[i], node);
                if (seen[to] || (from_source ? room(around_[i], node) : room(around_[i], to)) == 0) continue;
                // Where the flow was given up, the other end may be seen; it stays where it is.
                if (terminal[to] == (from_source ? -1 : 1)) continue;
                seen[to] = 1;
                queue_.push_back(to);
            }
        }
        return seen;
    }

    std::vector<double> x_, y_;
    std::vector<Link> links_;
    std::vector<uint32_t> first_arc_, arcs_, loops_;
    std::vector<uint8_t> side_;
    std::vector<uint32_t> level_, next_, first_, around_, local_, queue_;
    std::vector<std::pair<uint32_t, uint32_t>> trail_;
    std::vector<uint32_t> rank_;
    uint32_t remaining_;
};

}  // namespace

std::vector<uint32_t> order_of_arcs(const std::vector<double>& lat, const std::vector<double>& lon,
                                    const std::vector<uint32_t>& tail, const std::vector<uint32_t>& head) {
    return Dissection(lat, lon, tail, head).ranks();
}

}  // namespace ways
