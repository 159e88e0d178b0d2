#include "instance.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <stdexcept>
#include <tuple>

namespace fieldwright {

Instance::Instance(const Data& data) : d(data) {
    linked.resize(d.visits);
    for (int v = 0; v < d.visits; ++v) {
        linked[v] = d.linked(v);
        has_links |= linked[v] != 0;
        has_unless |= !d.unless[v].empty();
    }
    has_balance = d.balance_target != kNever && d.balance_rate > 0;
    make_routes();
    make_kinds();
    make_allowed();
    make_near();
    real_absent.resize(d.visits);
    Cost sum = 1;
    for (int v = 0; v < d.visits; ++v) {
        real_absent[v] = d.drop_cost[v];
        for (const Unless& u : d.unless[v])
            if (u.when_dropped) real_absent[v] += u.cost;
        sum += real_absent[v];
    }
    // A must weighs more than everything a plan could save by leaving it out: what others cost when they are dropped,
    // late or with the wrong people because of it, and a route. But sums of musts must not overflow.
    Time last = 0;
    for (const RouteInfo& r : routes) last = std::max(last, r.limit);
    for (int v = 0; v < d.visits; ++v) {
        for (const VisitRamp& one : d.ramps[v]) sum = std::min(sum + one.ramp.at(last), kImpossible);
        for (const Unless& u : d.unless[v])
            if (!u.when_dropped) sum = std::min(sum + u.cost, kImpossible);
    }
    Cost dearest = sum;
    for (const RouteInfo& r : routes) {
        const Cost day = static_cast<Cost>(r.limit - r.start) + 1;
        dearest = std::max(dearest, r.fixed + day * (r.travel_rate + r.duty_rate + r.overtime_rate + 30 * r.metre_rate));
    }
    must_cost = std::min<Cost>(std::min(dearest, kImpossible / 20) * 20, kImpossible / (2 * (d.visits + 1)));
    absent = real_absent;
    for (int v = 0; v < d.visits; ++v)
        if (d.must[v]) absent[v] += must_cost;
}

void Instance::make_routes() {
    using Twin = std::vector<int64_t>;
    std::map<Twin, int> twins;
    std::map<std::tuple<int, Time, Time, bool>, int> kind_of;
    routes.resize(d.routes);
    for (int r = 0; r < d.routes; ++r) {
        RouteInfo& info = routes[r];
        info.owner = d.route_owner[r];
        info.from = d.route_from[r];
        info.to = d.route_to[r];
        info.travel = &d.travel[d.route_travel[r]];
        info.start = d.route_start[r];
        info.end = d.route_end[r];
        info.limit = d.route_end[r] + d.max_overtime[r];
        info.max_duty = d.max_duty[r] == kNever ? kLater : d.max_duty[r];
        info.duty = d.leave_late[r] != 0;
        info.metres = d.metre_rate[r] != 0 && info.travel->has_metres();
        info.fixed = d.route_cost[r];
        info.travel_rate = d.travel_rate[r];
        info.metre_rate = d.metre_rate[r];
        info.duty_rate = d.duty_rate[r];
        info.overtime_rate = d.overtime_rate[r];
        for (size_t b = 0; b < d.breaks[r].size(); ++b) {
            const Break& one = d.breaks[r][b];
            info.breaks.push_back({one.earliest, one.latest, one.duration, static_cast<int>(b)});
        }
        if (info.breaks.size() > kMaxBreaks) throw std::invalid_argument("a shift has more than 6 breaks");
        std::stable_sort(info.breaks.begin(), info.breaks.end(),
                         [](const RouteBreak& a, const RouteBreak& b) { return a.earliest < b.earliest; });
        const size_t k = info.breaks.size();
        info.label_cap = k == 0 ? 1 : k == 1 ? 4 : k == 2 ? 10 : 20;
        const auto key = std::make_tuple(d.route_pace[r], info.start, info.limit, info.duty);
        info.kind = kind_of.emplace(key, static_cast<int>(kind_of.size())).first->second;
        Twin twin{info.from, info.to, info.kind, d.route_travel[r], info.end, info.max_duty, info.duty,
                  info.fixed, info.travel_rate, info.metre_rate, info.duty_rate, info.overtime_rate};
        for (const RouteBreak& b : info.breaks) twin.insert(twin.end(), {b.earliest, b.latest, b.duration});
        for (int q = 0; q < d.resources; ++q) twin.push_back(d.capacity[static_cast<size_t>(r) * d.resources + q]);
        uint64_t able_hash = 1469598103934665603ull;  // who may do what is part of what makes two routes alike
        for (int t = 0; t < d.tasks; ++t) {
            const int v = d.task_visit[t];
            uint64_t mark = d.breaches(t, info.owner) != 0;
            for (const Unless& u : d.unless[v]) mark = mark * 2 + u.holds(info.owner);
            able_hash = (able_hash ^ mark) * 1099511628211ull;
        }
        twin.push_back(static_cast<int64_t>(able_hash));
        if (has_balance || !d.committed[r].empty()) twin.push_back(r);
        info.twin = twins.emplace(std::move(twin), static_cast<int>(twins.size())).first->second;
    }
    kinds.resize(kind_of.size());
}

void Instance::make_kinds() {
    std::vector<int> example(kinds.size(), kNever);
    for (int r = 0; r < d.routes; ++r) example[routes[r].kind] = r;
    for (size_t k = 0; k < kinds.size(); ++k) {
        Kind& kind = kinds[k];
        const RouteInfo& route = routes[example[k]];
        const int pace = d.route_pace[example[k]];
        kind.nodes.resize(d.tasks);
        for (int t = 0; t < d.tasks; ++t) {
            const int v = d.task_visit[t];
            Node& node = kind.nodes[t];
            node.place = d.visit_location[v];
            node.service = d.service[pace][v];
            node.linked = linked[v] != 0;
            node.windows = static_cast<int>(kind.windows.size());
            for (const Window& w : d.windows[v])
                if (w.latest >= route.start && w.earliest <= route.limit) kind.windows.push_back(w);
            const size_t count = kind.windows.size() - node.windows;
            node.fits = d.windows[v].empty() || count > 0;
            if (count == 0) kind.windows.push_back({kEarlier, node.fits ? kLater : kEarlier});
            node.window_count = static_cast<uint8_t>(std::min<size_t>(255, std::max<size_t>(count, 1)));
            node.earliest = kind.windows[node.windows].earliest;
            node.latest = kind.windows.back().latest;
            for (size_t w = 0; w < count; ++w)  // windows may overlap: the last to open need not be the last to close
                node.latest = std::max(node.latest, kind.windows[node.windows + w].latest);
            node.ramps = static_cast<int>(kind.ramps.size());
            if (d.roles(v) == 1) {  // a crew's costs hang on the crew, not on a member
                for (const VisitRamp& r : d.ramps[v]) {
                    Ramp ramp = r.ramp;
                    if (r.on_end) ramp.knee -= node.service;
                    kind.ramps.push_back(ramp);
                }
                for (const Hold& hold : d.holds[v]) {
                    const Time knee = hold.at - (hold.on_end ? node.service : 0);
                    const bool known = std::any_of(kind.ramps.begin() + node.ramps, kind.ramps.end(),
                                                   [&](const Ramp& r) { return r.knee == knee; });
                    if (!known && route.duty) kind.ramps.push_back({knee, 0, 0});
                }
            }
            node.ramp_count = static_cast<uint8_t>(kind.ramps.size() - node.ramps);
            const Ramp first = node.ramp_count ? kind.ramps[node.ramps] : Ramp{kLater, 0, 0};
            node.knee = first.knee;
            node.jump = first.jump;
            node.slope = first.slope;
        }
    }
}

void Instance::make_allowed() {
    allowed.assign(static_cast<size_t>(d.tasks) * d.routes, 0);
    able.resize(d.tasks);
    for (int t = 0; t < d.tasks; ++t) {
        const int v = d.task_visit[t];
        std::vector<std::pair<Time, int>> order;
        for (int r = 0; r < d.routes; ++r) {
            const RouteInfo& route = routes[r];
            bool ok = d.breaches(t, route.owner) == 0;
            for (int q = 0; ok && q < d.resources; ++q)
                ok = d.demand[static_cast<size_t>(v) * d.resources + q] <=
                     d.capacity[static_cast<size_t>(r) * d.resources + q];
            const Node& node = kinds[route.kind].nodes[t];
            const Time way = route.travel->seconds(route.from, node.place);
            ok = ok && node.fits && route.start + way <= node.latest && route.start + way + node.service <= route.limit;
            allowed[static_cast<size_t>(t) * d.routes + r] = ok;
            if (ok) order.emplace_back(way, r);
        }
        std::sort(order.begin(), order.end());
        for (const auto& [way, r] : order) able[t].push_back(r);
    }
}

void Instance::make_near() {
    near_count = std::max(0, std::min(d.visits - 1, 200));
    near.resize(static_cast<size_t>(d.visits) * near_count);
    symmetric_key.assign(d.visits, 0);
    const TravelTable& travel = d.travel[d.routes ? d.route_travel[0] : 0];
    std::vector<std::pair<Time, int>> order(d.visits);
    for (int v = 0; v < d.visits; ++v) {
        order.clear();
        for (int w = 0; w < d.visits; ++w)
            if (w != v) order.emplace_back(travel.seconds(d.visit_location[v], d.visit_location[w]), w);
        std::nth_element(order.begin(), order.begin() + std::max(0, near_count - 1), order.end());
        std::sort(order.begin(), order.begin() + near_count);
        for (int k = 0; k < near_count; ++k) near[static_cast<size_t>(v) * near_count + k] = order[k].second;
        if (near_count) symmetric_key[v] = order[0].first;
    }
}

}  // namespace fieldwright
