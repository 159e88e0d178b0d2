// The roads engine as a Python module. All that takes time lets other threads run.

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <stdexcept>
#include <utility>
#include <vector>

#include "hierarchy.h"
#include "nearby.h"
#include "order.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace ways {
namespace {

template <typename T>
using Column = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

template <typename T>
std::vector<T> copied(const Column<T>& column) {
    return std::vector<T>(column.data(), column.data() + column.size());
}

template <typename T, typename... Shape>
nb::ndarray<nb::numpy, T> array(std::vector<T>&& values, Shape... shape) {
    auto* kept = new std::vector<T>(std::move(values));
    nb::capsule owner(kept, [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
    const size_t sizes[] = {static_cast<size_t>(shape)...};
    return nb::ndarray<nb::numpy, T>(kept->data(), sizeof...(shape), sizes, owner);
}

// Throws unless `first` cuts the vertices into groups, and all of them exist.
void check_groups(const Column<int64_t>& first, const Column<uint32_t>& vertices, size_t vertex_count) {
    if (first.size() == 0 || first.data()[0] != 0 ||
        first.data()[first.size() - 1] != static_cast<int64_t>(vertices.size())) {
        throw std::invalid_argument("the vertices are not as many as they should be");
    }
    for (size_t i = 1; i < first.size(); ++i) {
        if (first.data()[i] < first.data()[i - 1]) throw std::invalid_argument("the points are out of order");
    }
    for (size_t i = 0; i < vertices.size(); ++i) {
        if (vertices.data()[i] >= vertex_count) throw std::invalid_argument("there is no such vertex");
    }
}

// The columns of Ends, looked at before anybody trusts them.
struct Points {
    Points(Column<int64_t> first, Column<uint32_t> vertices, Column<Cost> labels, size_t vertex_count)
        : first_(std::move(first)), vertices_(std::move(vertices)), labels_(std::move(labels)) {
        check_groups(first_, vertices_, vertex_count);
        if (vertices_.size() != labels_.size()) throw std::invalid_argument("each vertex of a point has a label");
    }
    Ends ends() const { return {first_.data(), vertices_.data(), labels_.data(), first_.size() - 1}; }

  private:
    Column<int64_t> first_;
    Column<uint32_t> vertices_;
    Column<Cost> labels_;
};

// A metric beside the number of its vertices, which the questions are checked against.
struct Ways {
    Metric metric;
    size_t vertices;

    Points points(nb::handle columns) const {
        const auto tuple = nb::cast<nb::tuple>(columns);
        if (tuple.size() != 3) throw std::invalid_argument("points are three columns: first, vertices, labels");
        return Points(nb::cast<Column<int64_t>>(tuple[0]), nb::cast<Column<uint32_t>>(tuple[1]),
                      nb::cast<Column<Cost>>(tuple[2]), vertices);
    }
};

}  // namespace

NB_MODULE(_ways, m) {
    m.doc() = "Contraction hierarchies over the arcs of a road network.";
    m.attr("NO_WAY") = kNoWay;

    m.def(
        "order_of_arcs",
        [](Column<double> lat, Column<double> lon, Column<uint32_t> tail, Column<uint32_t> head) {
            const auto y = copied(lat), x = copied(lon);
            const auto a = copied(tail), b = copied(head);
            if (x.size() != y.size() || a.size() != b.size()) throw std::invalid_argument("columns differ in length");
            for (size_t i = 0; i < a.size(); ++i) {
                if (a[i] >= x.size() || b[i] >= x.size()) throw std::invalid_argument("an arc leads nowhere");
            }
            std::vector<uint32_t> rank;
            {
                nb::gil_scoped_release others_run;
                rank = order_of_arcs(y, x, a, b);
            }
            const size_t size = rank.size();
            return array(std::move(rank), size);
        },
        "lat"_a, "lon"_a, "tail"_a, "head"_a);

    nb::class_<Hierarchy>(m, "Hierarchy")
        .def(
            "__init__",
            [](Hierarchy* self, Column<uint32_t> rank, Column<uint32_t> tail, Column<uint32_t> head) {
                const auto r = copied(rank), a = copied(tail), b = copied(head);
                if (a.size() != b.size()) throw std::invalid_argument("columns differ in length");
                nb::gil_scoped_release others_run;
                new (self) Hierarchy(r, a, b);
            },
            "rank"_a, "tail"_a, "head"_a)
        .def_prop_ro("joined", &Hierarchy::joined_count)
        .def(
            "weighed",
            [](const Hierarchy& self, Column<Cost> weights) {
                const auto w = copied(weights);
                nb::gil_scoped_release others_run;
                // Python keeps the hierarchy alive as long as the metric (keep_alive).
                const std::shared_ptr<const Hierarchy> borrowed(&self, [](const Hierarchy*) {});
                return new Ways{Metric(borrowed, w), self.vertex_count()};
            },
            "weights"_a, nb::keep_alive<0, 1>(), nb::rv_policy::take_ownership);

    nb::class_<Ways>(m, "Ways")
        .def(
            "table",
            [](const Ways& self, nb::handle from, nb::handle to) {
                const Points starts = self.points(from), ends = self.points(to);
                const Ends a = starts.ends(), b = ends.ends();
                std::vector<Cost> costs(a.count * b.count);
                {
                    nb::gil_scoped_release others_run;
                    self.metric.table(a, b, costs.data());
                }
                return array(std::move(costs), a.count, b.count);
            },
            "starts"_a, "ends"_a)
        .def(
            "pairs",
            [](const Ways& self, nb::handle from, nb::handle to) {
                const Points starts = self.points(from), ends = self.points(to);
                const Ends a = starts.ends(), b = ends.ends();
                if (a.count != b.count) throw std::invalid_argument("pairs have as many ends as starts");
                std::vector<Cost> costs(a.count);
                {
                    nb::gil_scoped_release others_run;
                    self.metric.pairs(a, b, costs.data());
                }
                return array(std::move(costs), a.count);
            },
            "starts"_a, "ends"_a)
        .def(
            "path",
            [](const Ways& self, nb::handle from, nb::handle to) {
                const Points starts = self.points(from), ends = self.points(to);
                const Ends a = starts.ends(), b = ends.ends();
                if (a.count != 1 || b.count != 1) throw std::invalid_argument("a path has one start and one end");
                std::vector<uint32_t> way;
                {
                    nb::gil_scoped_release others_run;
                    way = self.metric.path(a, b);
                }
                const size_t size = way.size();
                return array(std::move(way), size);
            },
            "start"_a, "end"_a);

    nb::class_<Nearby>(m, "Nearby")
        .def(
            "__init__",
            [](Nearby* self, size_t vertices, Column<uint32_t> tail, Column<uint32_t> head, Column<Cost> weights) {
                new (self) Nearby(vertices, copied(tail), copied(head), copied(weights));
            },
            "vertices"_a, "tail"_a, "head"_a, "weights"_a)
        .def(
            "steps",
            [](const Nearby& self, Column<int64_t> first, Column<uint32_t> vertices, Column<Cost> limits) {
                check_groups(first, vertices, self.vertex_count());
                const size_t groups = first.size() - 1;
                if (limits.size() + 1 < groups) {
                    throw std::invalid_argument("there must be a limit for each step from group to group");
                }
                std::vector<Cost> costs;
                {
                    nb::gil_scoped_release others_run;
                    costs = self.steps(first.data(), groups, vertices.data(), limits.data());
                }
                const size_t size = costs.size();
                return array(std::move(costs), size);
            },
            "first"_a, "vertices"_a, "limits"_a);
}

}  // namespace ways
