// The Python face of pricing: optimizer._kernel.Pricer(shape: optimizer.bound.shapes.Shape).
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <new>
#include <tuple>

#include "pricing.h"

namespace nb = nanobind;
using namespace fieldwright;

void bind_pricing(nb::module_& m);

namespace {

template <class Out, class In>
std::vector<Out> numbers(nb::handle owner, const char* name) {
    const auto array = nb::cast<nb::ndarray<const In, nb::c_contig, nb::device::cpu>>(owner.attr(name));
    return std::vector<Out>(array.data(), array.data() + array.size());
}

std::vector<int64_t> longs(nb::handle owner, const char* name) { return numbers<int64_t, int64_t>(owner, name); }

std::vector<Time> times(nb::handle owner, const char* name) {
    std::vector<Time> result;
    for (const int64_t value : longs(owner, name))
        result.push_back(static_cast<Time>(std::clamp<int64_t>(value, kEarlier, kLater)));
    return result;
}

Time time(nb::handle owner, const char* name) {
    return static_cast<Time>(std::clamp<int64_t>(nb::cast<int64_t>(owner.attr(name)), kEarlier, kLater));
}

Shape read_shape(nb::handle source) {
    Shape s;
    s.service = times(source, "service");
    s.nodes = static_cast<int>(s.service.size());
    s.travel = times(source, "travel");
    s.arc = longs(source, "arc");
    const size_t cells = static_cast<size_t>(s.nodes + 1) * (s.nodes + 1);
    if (s.travel.size() != cells || s.arc.size() != cells) throw nb::value_error("travel and arc must be square");
    s.windows.resize(s.nodes);
    const auto window_node = numbers<int, int64_t>(source, "window_node");
    const auto earliest = times(source, "window_earliest"), latest = times(source, "window_latest");
    for (size_t w = 0; w < window_node.size(); ++w)
        s.windows.at(window_node[w]).push_back({earliest.at(w), latest.at(w)});
    s.ramps.resize(s.nodes);
    const auto ramp_node = numbers<int, int64_t>(source, "ramp_node");
    const auto knee = times(source, "ramp_knee");
    const auto jump = longs(source, "ramp_jump"), slope = longs(source, "ramp_slope");
    for (size_t r = 0; r < ramp_node.size(); ++r)
        s.ramps.at(ramp_node[r]).push_back({knee.at(r), jump.at(r), slope.at(r)});
    s.demand = longs(source, "demand");
    s.capacity = longs(source, "capacity");
    s.resources = static_cast<int>(s.capacity.size());
    if (s.demand.size() != s.capacity.size() * s.nodes) throw nb::value_error("demand needs a row for each node");
    const auto rest_earliest = times(source, "break_earliest"), rest_latest = times(source, "break_latest"),
               rest_duration = times(source, "break_duration");
    for (size_t b = 0; b < rest_earliest.size(); ++b)
        s.breaks.push_back({rest_earliest[b], rest_latest.at(b), rest_duration.at(b)});
    s.committed = numbers<int, int64_t>(source, "committed");
    s.start = time(source, "start");
    s.end = time(source, "end");
    s.limit = time(source, "limit");
    s.max_duty = time(source, "max_duty");
    s.duty = nb::cast<bool>(source.attr("duty"));
    s.fixed = nb::cast<Cost>(source.attr("fixed"));
    s.overtime_rate = nb::cast<Cost>(source.attr("overtime_rate"));
    s.duty_rate = nb::cast<Cost>(source.attr("duty_rate"));
    return s;
}

using CutTuple = std::tuple<std::vector<int>, std::vector<int>, Cost>;

Ask asked(const Pricer& pricer, std::vector<Cost> worth, const std::vector<CutTuple>& cuts) {
    const int nodes = pricer.shape().nodes;
    if (static_cast<int>(worth.size()) != nodes) throw nb::value_error("worth needs one number for each node");
    if (cuts.size() > static_cast<size_t>(kMostCuts)) throw nb::value_error("there are more than 128 cuts");
    Ask ask;
    ask.worth = std::move(worth);
    for (const auto& [members, memory, price] : cuts) {
        for (const auto* list : {&members, &memory})
            for (const int node : *list)
                if (node < 0 || node >= nodes) throw nb::index_error("no such node");
        if (price < 0) throw nb::value_error("a cut has a price below zero");
        ask.cuts.push_back({members, memory, price});
    }
    return ask;
}

nb::tuple price(const Pricer& pricer, std::vector<Cost> worth, const std::vector<CutTuple>& cuts, Cost below,
                bool exact, bool every, int64_t most_labels, int most_routes, double seconds) {
    Ask ask = asked(pricer, std::move(worth), cuts);
    ask.below = below;
    ask.exact = exact;
    ask.every = every;
    ask.most_labels = std::min<int64_t>(most_labels, 1 << 30);
    ask.most_routes = most_routes;
    ask.seconds = seconds;
    Priced priced;
    {
        nb::gil_scoped_release release;
        priced = pricer.price(ask);
    }
    return nb::make_tuple(priced.routes, priced.least, priced.complete, priced.labels);
}

nb::object walk(const Pricer& pricer, const std::vector<int>& order) {
    const Walked walked = pricer.walk(order);
    if (walked.cost >= kImpossible) return nb::none();
    return nb::make_tuple(walked.cost, walked.gaps);
}

}  // namespace

void bind_pricing(nb::module_& m) {
    nb::class_<Pricer>(m, "Pricer")
        .def("__init__", [](Pricer* self, nb::handle shape) { new (self) Pricer(read_shape(shape)); },
             nb::arg("shape"))
        .def("remember", &Pricer::remember, nb::arg("neighbours"))
        .def("price", &price, nb::arg("worth"), nb::arg("cuts"), nb::arg("below"), nb::arg("exact") = true,
             nb::arg("every") = false, nb::arg("most_labels") = 2'000'000, nb::arg("most_routes") = 50,
             nb::arg("seconds") = 1e9)
        .def("walk", &walk, nb::arg("order"));
}
