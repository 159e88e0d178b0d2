// The Python face of the kernel that stays warm: optimizer._kernel.WarmKernel(data: KernelData).
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/function.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <functional>
#include <memory>
#include <optional>
#include <tuple>

#include "reading.h"
#include "warm.h"

namespace nb = nanobind;
using namespace fieldwright;

void bind_warm(nb::module_& m);

namespace {

using Lists = std::vector<std::vector<int>>;
using OfferTuple = std::tuple<Cost, int, int, std::vector<int>>;

class WarmKernel {
public:
    explicit WarmKernel(nb::handle source) {
        Data data;
        std::vector<nb::object> kept;
        Places places = read_data(source, data, kept);
        number_ = std::move(places.number);
        warm_ = std::make_unique<Warm>(std::move(data), std::move(places.lat), std::move(places.lon));
    }

    // Ways are those of each profile: (there, back, metres there or None, metres back or None) by place, the new one
    // last; or (speed, detour).
    void add_place(double lat, double lon, const nb::list& ways) {
        std::vector<Ways> all;
        for (nb::handle way : ways) all.push_back(read_ways(nb::cast<nb::tuple>(way)));
        number_.push_back(warm_->add_place(lat, lon, all));
    }

    void add_pace(const std::vector<Time>& service) {
        if (static_cast<int>(service.size()) != warm_->data().visits)
            throw nb::value_error("a pace needs one service time for each visit");
        warm_->add_pace(service);
    }

    void write_visits(nb::handle source, const std::vector<int>& numbers, const std::vector<int>& written) {
        std::vector<nb::object> kept;
        const Data part = read_part(source, numbers, kept);
        if (part.owners < warm_->data().owners) throw nb::value_error("the part has too few owners");
        for (const int index : written) {
            if (index < 0 || index >= part.visits || numbers[index] > warm_->data().visits || numbers[index] < 0)
                throw nb::index_error("no such visit to write");
            warm_->write_visit(numbers[index], part, index, numbers);
        }
    }

    void drop_visit(int visit) { warm_->drop_visit(known(visit, warm_->data().visits, "no such visit")); }

    void write_route(nb::handle source, const std::vector<int>& numbers, int index, int number, int owner) {
        std::vector<nb::object> kept;
        const Data part = read_part(source, numbers, kept);
        known(index, part.routes, "no such route in the part");
        known(number, warm_->data().routes + 1, "no such route");
        known(owner, warm_->data().owners, "no such owner");
        warm_->write_route(number, part, index, owner, numbers);
    }

    void drop_route(int route) { warm_->drop_route(known(route, warm_->data().routes, "no such route")); }
    void settle() { warm_->settle(); }
    void halt() { warm_->halt(); }
    void go_on() { warm_->go_on(); }

    void take_over(const Lists& tasks, const Lists& gaps) { warm_->take_over(checked(tasks, gaps)); }

    bool go_over_to(const Lists& tasks, const Lists& gaps, size_t most_open) {
        return warm_->go_over_to(checked(tasks, gaps), most_open);
    }

    bool put(int visit, int route, int position) {
        known(visit, warm_->data().visits, "no such visit");
        return warm_->put(visit, known(route, warm_->data().routes, "no such route"), position);
    }

    std::tuple<Lists, Lists> decision() const {
        Decision decision = warm_->decision();
        return {std::move(decision.tasks), std::move(decision.gaps)};
    }

    // One route's tasks and gaps.
    std::tuple<std::vector<int>, std::vector<int>> route(int number) const {
        known(number, warm_->data().routes, "no such route");
        std::vector<int> gaps = warm_->gaps(number);
        return {warm_->tasks(number), std::move(gaps)};
    }

    // The routes of a visit's roles, -1 where nobody does one.
    std::vector<int> where(int visit) const {
        return warm_->where(known(visit, warm_->data().visits, "no such visit"));
    }

    // When a planned visit that hangs together with others starts, and how long its service takes.
    std::optional<std::tuple<Time, Time>> appointment(int visit) const {
        known(visit, warm_->data().visits, "no such visit");
        Time start = 0, service = 0;
        if (!warm_->appointment(visit, &start, &service)) return std::nullopt;
        return std::tuple{start, service};
    }

    // Tasks that nobody does.
    std::vector<int> open() const { return warm_->open(); }

    nb::dict evaluate(const Lists& tasks, const Lists& gaps) const {
        const Evaluation result = fieldwright::evaluate(warm_->data(), checked(tasks, gaps));
        nb::dict channels;
        const auto& names = warm_->data().channels;
        for (size_t c = 0; c < names.size(); ++c) channels[names[c].c_str()] = result.channels[c];
        return channels;
    }

    std::vector<OfferTuple> offers(int visit, size_t most) const {
        known(visit, warm_->data().visits, "no such visit");
        return told(warm_->offers(visit, most));
    }

    std::vector<std::vector<OfferTuple>> offers_of(nb::handle source, const std::vector<int>& numbers, size_t most) {
        std::vector<nb::object> kept;
        const Data part = read_part(source, numbers, kept);
        if (part.owners < warm_->data().owners) throw nb::value_error("the part has too few owners");
        std::vector<std::vector<OfferTuple>> all;
        for (const auto& one : warm_->offers_of(part, numbers, most)) all.push_back(told(one));
        return all;
    }

    std::tuple<int64_t, bool> improve(double seconds, std::optional<int64_t> rounds, uint64_t seed,
                                      const std::vector<int>& around,
                                      std::optional<std::function<bool(double, Cost, int, int64_t)>> report) {
        Improving options;
        options.seconds = seconds;
        if (rounds) options.rounds = *rounds;
        options.seed = seed;
        for (const int visit : around) options.around.push_back(known(visit, warm_->data().visits, "no such visit"));
        if (report)
            options.report = [&report](const Progress& p) {
                nb::gil_scoped_acquire acquire;
                return (*report)(p.elapsed, p.best, p.unassigned, p.rounds);
            };
        Improved found;
        {
            nb::gil_scoped_release release;
            found = warm_->improve(options);
        }
        return {found.rounds, found.stopped};
    }

private:
    static int known(int number, int count, const char* otherwise) {
        if (number < 0 || number >= count) throw nb::index_error(otherwise);
        return number;
    }

    static std::vector<OfferTuple> told(const std::vector<Offer>& offers) {
        std::vector<OfferTuple> all;
        for (const Offer& one : offers) all.emplace_back(one.change, one.route, one.position, one.gaps);
        return all;
    }

    // A part of a problem, in the kernel's numbers of places. `kept` are arrays that it points into.
    Data read_part(nb::handle source, const std::vector<int>& numbers, std::vector<nb::object>& kept) const {
        Data part;
        read_all_but_travel(source, part, kept);
        if (static_cast<int>(numbers.size()) != part.visits)
            throw nb::value_error("numbers needs one for each visit of the part");
        if (part.resources != warm_->data().resources)
            throw nb::value_error("the part has other resources than the problem");
        for (std::vector<int>* places : {&part.visit_location, &part.route_from, &part.route_to})
            for (int& place : *places)
                if (place != kNever) place = number_.at(place);
        return part;
    }

    Ways read_ways(const nb::tuple& given) const {
        Ways ways;
        if (given.size() == 2) {
            ways.speed_kmh = nb::cast<double>(given[0]);
            ways.detour_factor = nb::cast<double>(given[1]);
            return ways;
        }
        const size_t places = number_.size() + 1;
        ways.there.assign(places, {0, 0});
        ways.back.assign(places, {0, 0});
        const auto fill = [&](std::vector<Leg>& legs, nb::handle source, int32_t Leg::*field) {
            if (source.is_none()) return;
            const auto array = nb::cast<nb::ndarray<const int32_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>>(source);
            if (array.size() != places) throw nb::value_error("a new place needs a way to every place and to itself");
            for (size_t k = 0; k < places; ++k) legs[k < number_.size() ? number_[k] : k].*field = array.data()[k];
        };
        fill(ways.there, given[0], &Leg::seconds);
        fill(ways.back, given[1], &Leg::seconds);
        fill(ways.there, given[2], &Leg::metres);
        fill(ways.back, given[3], &Leg::metres);
        return ways;
    }

    Decision checked(const Lists& tasks, const Lists& gaps) const {
        const Data& data = warm_->data();
        if (static_cast<int>(tasks.size()) != data.routes || static_cast<int>(gaps.size()) != data.routes)
            throw nb::value_error("tasks and gaps need one list for each route");
        for (int r = 0; r < data.routes; ++r) {
            if (gaps[r].size() != data.breaks[r].size())
                throw nb::value_error("gaps need one number for each break of the route");
            for (const int task : tasks[r]) known(task, data.tasks, "no such task");
        }
        return {tasks, gaps};
    }

    std::unique_ptr<Warm> warm_;
    std::vector<int> number_;  // [place of the problem] its number in the kernel
};

}  // namespace

void bind_warm(nb::module_& m) {
    nb::class_<WarmKernel>(m, "WarmKernel")
        .def(nb::init<nb::handle>(), nb::arg("data"))
        .def("add_place", &WarmKernel::add_place, nb::arg("lat"), nb::arg("lon"), nb::arg("ways"))
        .def("add_pace", &WarmKernel::add_pace, nb::arg("service"))
        .def("write_visits", &WarmKernel::write_visits, nb::arg("part"), nb::arg("numbers"), nb::arg("written"))
        .def("drop_visit", &WarmKernel::drop_visit, nb::arg("visit"))
        .def("write_route", &WarmKernel::write_route, nb::arg("part"), nb::arg("numbers"), nb::arg("index"),
             nb::arg("number"), nb::arg("owner"))
        .def("drop_route", &WarmKernel::drop_route, nb::arg("route"))
        .def("settle", &WarmKernel::settle)
        .def("take_over", &WarmKernel::take_over, nb::arg("tasks"), nb::arg("gaps"))
        .def("go_over_to", &WarmKernel::go_over_to, nb::arg("tasks"), nb::arg("gaps"), nb::arg("most_open"))
        .def("put", &WarmKernel::put, nb::arg("visit"), nb::arg("route"), nb::arg("position"))
        .def("decision", &WarmKernel::decision)
        .def("route", &WarmKernel::route, nb::arg("route"))
        .def("where", &WarmKernel::where, nb::arg("visit"))
        .def("appointment", &WarmKernel::appointment, nb::arg("visit"))
        .def("open", &WarmKernel::open)
        .def("evaluate", &WarmKernel::evaluate, nb::arg("tasks"), nb::arg("gaps"))
        .def("offers", &WarmKernel::offers, nb::arg("visit"), nb::arg("most"))
        .def("offers_of", &WarmKernel::offers_of, nb::arg("part"), nb::arg("numbers"), nb::arg("most"))
        .def("improve", &WarmKernel::improve, nb::arg("seconds"), nb::arg("rounds").none(), nb::arg("seed"),
             nb::arg("around"), nb::arg("report").none())
        .def("halt", &WarmKernel::halt)
        .def("go_on", &WarmKernel::go_on);
}
