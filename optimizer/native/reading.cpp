#include "reading.h"

#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>

#include <algorithm>

namespace nb = nanobind;

namespace fieldwright {

namespace {

template <class Out, class In>
std::vector<Out> numbers(nb::handle owner, const char* name) {
    const auto array = nb::cast<nb::ndarray<const In, nb::c_contig, nb::device::cpu>>(owner.attr(name));
    return std::vector<Out>(array.data(), array.data() + array.size());
}

std::vector<int> ints(nb::handle owner, const char* name) { return numbers<int, int32_t>(owner, name); }
std::vector<uint8_t> flags(nb::handle owner, const char* name) { return numbers<uint8_t, uint8_t>(owner, name); }
std::vector<int64_t> longs(nb::handle owner, const char* name) { return numbers<int64_t, int64_t>(owner, name); }

std::vector<Time> times(nb::handle owner, const char* name) {
    std::vector<Time> result;
    for (const int64_t value : longs(owner, name))
        result.push_back(static_cast<Time>(std::clamp<int64_t>(value, kEarlier, kLater)));
    return result;
}

template <class T>
nb::object dense_pointer(nb::handle object, const T*& pointer) {
    pointer = nullptr;
    if (object.is_none()) return nb::none();
    auto array = nb::cast<nb::ndarray<const T, nb::ndim<2>, nb::c_contig, nb::device::cpu>>(object);
    pointer = array.data();
    return nb::borrow(object);
}

void read_visits(nb::handle source, Data& d) {
    d.visit_location = ints(source, "visit_location");
    d.task_offset = ints(source, "task_offset");
    d.visits = static_cast<int>(d.visit_location.size());
    d.tasks = d.task_offset.back();
    d.task_visit.resize(d.tasks);
    for (int v = 0; v < d.visits; ++v)
        for (int t = d.task_offset[v]; t < d.task_offset[v + 1]; ++t) d.task_visit[t] = v;
    const auto service = ints(source, "service");
    const size_t paces = d.visits ? service.size() / d.visits : 0;
    for (size_t p = 0; p < paces; ++p)
        d.service.emplace_back(service.begin() + p * d.visits, service.begin() + (p + 1) * d.visits);
    if (d.service.empty()) d.service.resize(64);
    const auto offset = ints(source, "window_offset");
    const auto earliest = times(source, "window_earliest"), latest = times(source, "window_latest");
    d.windows.resize(d.visits);
    for (int v = 0; v < d.visits; ++v)
        for (int w = offset[v]; w < offset[v + 1]; ++w) d.windows[v].push_back({earliest[w], latest[w]});
    d.demand = longs(source, "demand");
    d.must = flags(source, "must");
    d.drop_cost = longs(source, "drop_cost");
}

void read_routes(nb::handle source, Data& d) {
    d.route_owner = ints(source, "route_owner");
    d.routes = static_cast<int>(d.route_owner.size());
    d.owners = nb::cast<int>(source.attr("owners"));
    d.route_travel = ints(source, "route_travel");
    d.route_pace = ints(source, "route_pace");
    d.route_from = ints(source, "route_from");
    d.route_to = ints(source, "route_to");
    d.route_start = times(source, "route_start");
    d.route_end = times(source, "route_end");
    d.max_overtime = times(source, "max_overtime");
    d.max_duty = times(source, "max_duty");
    d.capacity = longs(source, "capacity");
    d.resources = d.routes ? static_cast<int>(d.capacity.size() / d.routes) : 0;
    d.leave_late = flags(source, "leave_late");
    d.route_cost = longs(source, "route_cost");
    d.travel_rate = longs(source, "travel_rate");
    d.metre_rate = longs(source, "metre_rate");
    d.duty_rate = longs(source, "duty_rate");
    d.overtime_rate = longs(source, "overtime_rate");
    const auto break_offset = ints(source, "break_offset"), committed_offset = ints(source, "committed_offset");
    const auto earliest = times(source, "break_earliest"), latest = times(source, "break_latest"),
               duration = times(source, "break_duration");
    const auto committed = ints(source, "committed_visit");
    d.breaks.resize(d.routes);
    d.committed.resize(d.routes);
    for (int r = 0; r < d.routes; ++r) {
        for (int b = break_offset[r]; b < break_offset[r + 1]; ++b)
            d.breaks[r].push_back({earliest[b], latest[b], duration[b]});
        d.committed[r].assign(committed.begin() + committed_offset[r], committed.begin() + committed_offset[r + 1]);
    }
}

void read_links_and_costs(nb::handle source, Data& d, std::vector<nb::object>& kept) {
    const auto visit = ints(source, "after_visit"), before = ints(source, "after_before");
    const auto min_gap = times(source, "after_min"), max_gap = times(source, "after_max");
    d.after_of.resize(d.visits);
    d.before_of.resize(d.visits);
    for (size_t a = 0; a < visit.size(); ++a) {
        d.after.push_back({visit[a], before[a], min_gap[a], max_gap[a]});
        d.after_of[visit[a]].push_back(static_cast<int>(a));
        d.before_of[before[a]].push_back(static_cast<int>(a));
    }
    d.holds.resize(d.visits);
    const auto hold_visit = ints(source, "hold_visit");
    const auto hold_on_end = flags(source, "hold_on_end");
    const auto hold_at = times(source, "hold_at");
    for (size_t h = 0; h < hold_visit.size(); ++h) d.holds[hold_visit[h]].push_back({hold_on_end[h] != 0, hold_at[h]});
    for (nb::handle name : source.attr("channels")) d.channels.push_back(nb::cast<std::string>(name));
    d.ramps.resize(d.visits);
    for (auto [name, table] : nb::cast<nb::dict>(source.attr("ramps"))) {
        const int channel = d.channel(nb::cast<std::string>(name));
        const auto at = ints(table, "visit");
        const auto on_end = flags(table, "on_end");
        const auto knee = times(table, "knee");
        const auto jump = longs(table, "jump"), slope = longs(table, "slope");
        for (size_t i = 0; i < at.size(); ++i)
            d.ramps[at[i]].push_back({channel, on_end[i] != 0, {knee[i], jump[i], slope[i]}});
    }
    d.unless.resize(d.visits);
    for (auto [name, table] : nb::cast<nb::dict>(source.attr("unless"))) {
        const int channel = d.channel(nb::cast<std::string>(name));
        const auto at = ints(table, "visit"), offset = ints(table, "owner_offset"), owner = ints(table, "owner");
        const auto cost = longs(table, "cost");
        const auto when_dropped = flags(table, "when_dropped");
        for (size_t i = 0; i < at.size(); ++i)
            d.unless[at[i]].push_back({channel, {owner.begin() + offset[i], owner.begin() + offset[i + 1]}, cost[i],
                                       when_dropped[i] != 0});
    }
    for (auto [name, table] : nb::cast<nb::dict>(source.attr("forbidden"))) {
        const int16_t* breaches = nullptr;
        kept.push_back(dense_pointer<int16_t>(table, breaches));
        d.forbidden.push_back({d.channel(nb::cast<std::string>(name)), breaches});
    }
    d.balance_target = static_cast<Time>(std::min<int64_t>(nb::cast<int64_t>(source.attr("balance_target")), kLater));
    d.balance_rate = nb::cast<Cost>(source.attr("balance_rate"));
}

// Neighbours on the ground become neighbours in memory: locations are renumbered along a Morton curve, so that looking
// up the way to nearby places stays in the cache. Nothing outside the kernel sees these numbers.
std::vector<int> along_curve(const std::vector<double>& lat, const std::vector<double>& lon) {
    const auto scaled = [](const std::vector<double>& values) {
        std::vector<uint32_t> result(values.size());
        if (values.empty()) return result;
        const auto [low, high] = std::minmax_element(values.begin(), values.end());
        const double step = (*high - *low) / 65535.0;
        for (size_t i = 0; i < values.size(); ++i)
            result[i] = step > 0 ? static_cast<uint32_t>((values[i] - *low) / step) : 0;
        return result;
    };
    const auto y = scaled(lat), x = scaled(lon);
    std::vector<std::pair<uint64_t, int>> order(lat.size());
    for (size_t i = 0; i < lat.size(); ++i) {
        uint64_t key = 0;
        for (int bit = 15; bit >= 0; --bit) key = key << 2 | (y[i] >> bit & 1) << 1 | (x[i] >> bit & 1);
        order[i] = {key, static_cast<int>(i)};
    }
    std::sort(order.begin(), order.end());
    std::vector<int> from(lat.size());
    for (size_t k = 0; k < order.size(); ++k) from[k] = order[k].second;
    return from;
}

std::vector<int32_t> renumbered(const int32_t* cells, const std::vector<int>& from) {
    const size_t n = from.size();
    std::vector<int32_t> result(cells ? n * n : 0);
    if (cells)
        for (size_t a = 0; a < n; ++a)
            for (size_t b = 0; b < n; ++b) result[a * n + b] = cells[from[a] * n + from[b]];
    return result;
}

Places read_travel(nb::handle source, Data& d) {
    auto lat = numbers<double, double>(source, "lat"), lon = numbers<double, double>(source, "lon");
    const std::vector<int> from = along_curve(lat, lon);
    std::vector<int> number(from.size());
    for (size_t k = 0; k < from.size(); ++k) number[from[k]] = static_cast<int>(k);
    for (std::vector<int>* places : {&d.visit_location, &d.route_from, &d.route_to})
        for (int& place : *places)
            if (place != kNever) place = number[place];
    const auto lat_before = lat, lon_before = lon;
    for (size_t k = 0; k < from.size(); ++k) {
        lat[k] = lat_before[from[k]];
        lon[k] = lon_before[from[k]];
    }
    int profile = 0;
    for (nb::handle table : source.attr("travel")) {
        bool paid = false;
        for (int r = 0; r < d.routes; ++r) paid |= d.route_travel[r] == profile && d.metre_rate[r] != 0;
        const int32_t *durations = nullptr, *distances = nullptr;
        dense_pointer<int32_t>(table.attr("durations"), durations);
        dense_pointer<int32_t>(table.attr("distances"), distances);
        if (durations)
            d.travel.push_back(TravelTable::dense(static_cast<int>(lat.size()), renumbered(durations, from).data(),
                                                  paid && distances ? renumbered(distances, from).data() : nullptr));
        else
            d.travel.push_back(TravelTable::geodesic(lat, lon, nb::cast<double>(table.attr("speed_kmh")),
                                                     nb::cast<double>(table.attr("detour_factor")), paid));
        ++profile;
    }
    return {std::move(number), std::move(lat), std::move(lon)};
}

}  // namespace

void read_all_but_travel(nb::handle source, Data& data, std::vector<nb::object>& kept) {
    read_visits(source, data);
    read_routes(source, data);
    read_links_and_costs(source, data, kept);
}

Places read_data(nb::handle source, Data& data, std::vector<nb::object>& kept) {
    read_all_but_travel(source, data, kept);
    return read_travel(source, data);
}

}  // namespace fieldwright
