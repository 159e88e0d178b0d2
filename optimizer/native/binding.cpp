// The Python face of the kernel: optimizer._kernel.Kernel(data: KernelData).
#include <nanobind/nanobind.h>
#include <nanobind/stl/function.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <functional>
#include <optional>

#include "data.h"
#include "evaluate.h"
#include "reading.h"
#include "search.h"

namespace nb = nanobind;
using namespace fieldwright;

namespace {

class Kernel {
public:
    explicit Kernel(nb::object source) {
        read_data(source, data_, kept_);
    }

    nb::dict evaluate(const std::vector<std::vector<int>>& tasks, const std::vector<std::vector<int>>& gaps) const {
        const Decision decision = checked(tasks, gaps);
        const Evaluation result = fieldwright::evaluate(data_, decision);
        nb::dict channels;
        for (size_t c = 0; c < data_.channels.size(); ++c) channels[data_.channels[c].c_str()] = result.channels[c];
        return channels;
    }

    nb::dict search(double seconds, std::optional<int64_t> rounds, uint64_t seed, int threads,
                    std::optional<std::pair<std::vector<std::vector<int>>, std::vector<std::vector<int>>>> start,
                    std::optional<std::function<bool(double, Cost, int, int64_t)>> report) const {
        SearchOptions options;
        options.seconds = seconds;
        if (rounds) options.rounds = *rounds;
        options.seed = seed;
        Decision given;
        if (start) {
            given = checked(start->first, start->second);
            options.start = &given;
        }
        options.threads = std::max(1, threads);
        if (report)
            options.report = [&report](const Progress& p) {
                nb::gil_scoped_acquire acquire;
                return (*report)(p.elapsed, p.best, p.unassigned, p.rounds);
            };
        SearchResult best;
        {
            nb::gil_scoped_release release;
            best = fieldwright::search(data_, options);
        }
        nb::dict result;
        result["tasks"] = best.decision.tasks;
        result["gaps"] = best.decision.gaps;
        result["cost"] = best.cost;
        result["rounds"] = best.rounds;
        result["stopped"] = best.stopped;
        nb::list placements;
        for (const Placement& p : best.placements) placements.append(nb::make_tuple(p.visit, p.route, p.change));
        result["placements"] = placements;
        return result;
    }

private:
    Decision checked(const std::vector<std::vector<int>>& tasks, const std::vector<std::vector<int>>& gaps) const {
        if (static_cast<int>(tasks.size()) != data_.routes || static_cast<int>(gaps.size()) != data_.routes)
            throw nb::value_error("tasks and gaps need one list for each route");
        for (int r = 0; r < data_.routes; ++r) {
            if (gaps[r].size() != data_.breaks[r].size())
                throw nb::value_error("gaps need one number for each break of the route");
            for (const int task : tasks[r])
                if (task < 0 || task >= data_.tasks) throw nb::index_error("no such task");
        }
        return {tasks, gaps};
    }

    Data data_;
    std::vector<nb::object> kept_;
};

}  // namespace

void bind_pricing(nb::module_& m);  // binding_pricing.cpp
void bind_warm(nb::module_& m);     // binding_warm.cpp

NB_MODULE(_kernel, m) {
    m.doc() = "The native kernel: knows integers and arrays, and not one word of field service.";
    nb::class_<Kernel>(m, "Kernel")
        .def(nb::init<nb::object>(), nb::arg("data"))
        .def("evaluate", &Kernel::evaluate, nb::arg("tasks"), nb::arg("gaps"))
        .def("search", &Kernel::search, nb::arg("seconds"), nb::arg("rounds").none(), nb::arg("seed"),
             nb::arg("threads"), nb::arg("start").none(), nb::arg("report").none());
    bind_pricing(m);
    bind_warm(m);
}
