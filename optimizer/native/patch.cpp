#include "patch.h"

#include <algorithm>
#include <stdexcept>

namespace fieldwright {

namespace {
constexpr int kRoom = 256;  // places that are added at least where there is no room for another one
}  // namespace

Lowered::Lowered(Data data, std::vector<double> lat, std::vector<double> lon)
    : d_(std::move(data)), lat_(std::move(lat)), lon_(std::move(lon)), dropped_(d_.visits, 0) {
    for (Data::Forbidden& one : d_.forbidden) {  // what it points to belongs to somebody else
        breaches_.emplace_back(one.breaches, one.breaches + static_cast<size_t>(d_.tasks) * d_.owners);
        one.breaches = breaches_.back().data();
    }
    for (TravelTable& travel : d_.travel) make_room(travel);
}

void Lowered::make_room(TravelTable& travel) const { travel.widen(places() + std::max(kRoom, places() / 16)); }

int Lowered::add_place(double lat, double lon, const std::vector<Ways>& ways) {
    const int number = places();
    for (size_t p = 0; p < d_.travel.size(); ++p) {
        TravelTable& travel = d_.travel[p];
        if (number == travel.room()) make_room(travel);
        const Ways& way = ways[p];
        for (int other = 0; other < number; ++other) {
            if (way.geodesic()) {
                const Leg leg = geodesic_leg(lat, lon, lat_[other], lon_[other], way.speed_kmh, way.detour_factor);
                travel.set(number, other, leg, leg);
            } else {
                travel.set(number, other, way.back[other], way.there[other]);
            }
        }
        if (!way.geodesic()) travel.set(number, number, way.there[number], way.there[number]);
    }
    lat_.push_back(lat);
    lon_.push_back(lon);
    return number;
}

void Lowered::add_pace(const std::vector<Time>& service) { d_.service.push_back(service); }

int16_t* Lowered::breaches(int channel) {
    for (size_t k = 0; k < d_.forbidden.size(); ++k)
        if (d_.forbidden[k].channel == channel) return breaches_[k].data();
    breaches_.emplace_back(static_cast<size_t>(d_.tasks) * d_.owners, 0);
    d_.forbidden.push_back({channel, nullptr});
    for (size_t k = 0; k < d_.forbidden.size(); ++k) d_.forbidden[k].breaches = breaches_[k].data();
    return breaches_.back().data();
}

void Lowered::add_visit(int roles) {
    d_.visit_location.push_back(0);
    d_.task_visit.insert(d_.task_visit.end(), roles, d_.visits);
    d_.task_offset.push_back(d_.task_offset.back() + roles);
    d_.tasks += roles;
    ++d_.visits;
    for (auto& row : d_.service) row.resize(d_.visits, 0);
    d_.windows.resize(d_.visits);
    d_.demand.resize(static_cast<size_t>(d_.visits) * d_.resources, 0);
    d_.must.push_back(0);
    d_.drop_cost.push_back(0);
    d_.after_of.resize(d_.visits);
    d_.before_of.resize(d_.visits);
    d_.holds.resize(d_.visits);
    d_.ramps.resize(d_.visits);
    d_.unless.resize(d_.visits);
    dropped_.push_back(0);
    for (size_t k = 0; k < breaches_.size(); ++k) {
        breaches_[k].resize(static_cast<size_t>(d_.tasks) * d_.owners, 0);
        d_.forbidden[k].breaches = breaches_[k].data();
    }
}

void Lowered::forget_last_visit() {
    unlink(d_.visits - 1, true);
    --d_.visits;
    d_.visit_location.pop_back();
    d_.task_offset.pop_back();
    d_.tasks = d_.task_offset.back();
    d_.task_visit.resize(d_.tasks);
    for (auto& row : d_.service) row.resize(d_.visits);
    d_.windows.resize(d_.visits);
    d_.demand.resize(static_cast<size_t>(d_.visits) * d_.resources);
    d_.must.pop_back();
    d_.drop_cost.pop_back();
    d_.after_of.resize(d_.visits);
    d_.before_of.resize(d_.visits);
    d_.holds.resize(d_.visits);
    d_.ramps.resize(d_.visits);
    d_.unless.resize(d_.visits);
    dropped_.pop_back();
    for (auto& table : breaches_) table.resize(static_cast<size_t>(d_.tasks) * d_.owners);
}

void Lowered::write_visit(int number, const Data& part, int index, const std::vector<int>& numbers) {
    const int roles = part.roles(index);
    if (number == d_.visits) add_visit(roles);
    if (d_.roles(number) != roles) throw std::invalid_argument("a visit keeps its count of roles");
    dropped_[number] = 0;
    d_.visit_location[number] = part.visit_location[index];
    for (size_t p = 0; p < d_.service.size(); ++p) d_.service[p][number] = part.service[p][index];
    d_.windows[number] = part.windows[index];
    std::copy_n(part.demand.begin() + static_cast<size_t>(index) * d_.resources, d_.resources,
                d_.demand.begin() + static_cast<size_t>(number) * d_.resources);
    d_.must[number] = part.must[index];
    d_.drop_cost[number] = part.drop_cost[index];
    d_.holds[number] = part.holds[index];
    d_.ramps[number] = part.ramps[index];
    d_.unless[number] = part.unless[index];
    const size_t owners = d_.owners, first = d_.task_offset[number] * owners;
    for (auto& table : breaches_) std::fill_n(table.begin() + first, roles * owners, int16_t{0});
    for (const Data::Forbidden& one : part.forbidden) {
        int16_t* const to = breaches(one.channel) + first;
        for (int k = 0; k < roles; ++k)
            std::copy_n(one.breaches + static_cast<size_t>(part.task_offset[index] + k) * part.owners, owners,
                        to + k * owners);
    }
    unlink(number, false);
    for (const int a : part.after_of[index]) {
        const After& link = part.after[a];
        d_.after.push_back({number, numbers[link.before], link.min_gap, link.max_gap});
    }
    if (!part.after_of[index].empty()) index_links();
}

void Lowered::drop_visit(int number) {
    dropped_[number] = 1;
    d_.windows[number] = {{kEarlier, kEarlier}};  // never open while anybody works
    d_.must[number] = 0;
    d_.drop_cost[number] = 0;
    d_.holds[number].clear();
    d_.ramps[number].clear();
    d_.unless[number].clear();
    std::fill_n(d_.demand.begin() + static_cast<size_t>(number) * d_.resources, d_.resources, 0);
    unlink(number, true);
}

void Lowered::unlink(int visit, bool also_followers) {
    const auto gone = [&](const After& a) { return a.visit == visit || (also_followers && a.before == visit); };
    if (std::erase_if(d_.after, gone) > 0) index_links();
}

void Lowered::index_links() {
    for (auto& one : d_.after_of) one.clear();
    for (auto& one : d_.before_of) one.clear();
    for (size_t a = 0; a < d_.after.size(); ++a) {
        d_.after_of[d_.after[a].visit].push_back(static_cast<int>(a));
        d_.before_of[d_.after[a].before].push_back(static_cast<int>(a));
    }
}

void Lowered::add_route() {
    ++d_.routes;
    for (std::vector<int>* one : {&d_.route_owner, &d_.route_travel, &d_.route_pace, &d_.route_from, &d_.route_to})
        one->push_back(0);
    for (std::vector<Time>* one : {&d_.route_start, &d_.route_end, &d_.max_overtime, &d_.max_duty}) one->push_back(0);
    for (std::vector<Cost>* one :
         {&d_.route_cost, &d_.travel_rate, &d_.metre_rate, &d_.duty_rate, &d_.overtime_rate})
        one->push_back(0);
    d_.capacity.resize(static_cast<size_t>(d_.routes) * d_.resources, 0);
    d_.breaks.emplace_back();
    d_.leave_late.push_back(0);
    d_.committed.emplace_back();
}

void Lowered::write_route(int number, const Data& part, int index, int owner, const std::vector<int>& numbers) {
    if (number == d_.routes) add_route();
    d_.route_owner[number] = owner;
    d_.route_travel[number] = part.route_travel[index];
    d_.route_pace[number] = part.route_pace[index];
    d_.route_from[number] = part.route_from[index];
    d_.route_to[number] = part.route_to[index];
    d_.route_start[number] = part.route_start[index];
    d_.route_end[number] = part.route_end[index];
    d_.max_overtime[number] = part.max_overtime[index];
    d_.max_duty[number] = part.max_duty[index];
    d_.route_cost[number] = part.route_cost[index];
    d_.travel_rate[number] = part.travel_rate[index];
    d_.metre_rate[number] = part.metre_rate[index];
    d_.duty_rate[number] = part.duty_rate[index];
    d_.overtime_rate[number] = part.overtime_rate[index];
    std::copy_n(part.capacity.begin() + static_cast<size_t>(index) * d_.resources, d_.resources,
                d_.capacity.begin() + static_cast<size_t>(number) * d_.resources);
    d_.breaks[number] = part.breaks[index];
    d_.leave_late[number] = part.leave_late[index];
    d_.committed[number].clear();
    for (const int visit : part.committed[index]) d_.committed[number].push_back(numbers[visit]);
}

void Lowered::drop_route(int number) {
    d_.route_end[number] = d_.route_start[number];
    d_.max_overtime[number] = kEarlier - d_.route_end[number];  // it must have ended before anything begins
    d_.max_duty[number] = kNever;
    d_.route_cost[number] = 0;
    d_.leave_late[number] = 0;
    d_.breaks[number].clear();
    d_.committed[number].clear();
}

Data Lowered::alone(int visit) const {
    Data one;
    one.visits = 1;
    one.tasks = d_.roles(visit);
    one.visit_location = {d_.visit_location[visit]};
    one.task_offset = {0, one.tasks};
    one.task_visit.assign(one.tasks, 0);
    for (const auto& row : d_.service) one.service.push_back({row[visit]});
    one.windows = {d_.windows[visit]};
    one.resources = d_.resources;
    one.demand.assign(d_.demand.begin() + static_cast<size_t>(visit) * d_.resources,
                      d_.demand.begin() + static_cast<size_t>(visit + 1) * d_.resources);
    one.must = {d_.must[visit]};
    one.drop_cost = {d_.drop_cost[visit]};
    one.after_of.resize(1);
    one.before_of.resize(1);
    one.holds = {d_.holds[visit]};
    one.ramps = {d_.ramps[visit]};
    one.unless = {d_.unless[visit]};
    one.routes = d_.routes;
    one.owners = d_.owners;
    one.route_owner = d_.route_owner;
    one.route_travel = d_.route_travel;
    one.route_pace = d_.route_pace;
    one.route_from = d_.route_from;
    one.route_to = d_.route_to;
    one.route_start = d_.route_start;
    one.route_end = d_.route_end;
    one.max_overtime = d_.max_overtime;
    one.max_duty = d_.max_duty;
    one.capacity = d_.capacity;
    one.breaks = d_.breaks;
    one.leave_late = d_.leave_late;
    one.committed.resize(d_.routes);
    one.route_cost = d_.route_cost;
    one.travel_rate = d_.travel_rate;
    one.metre_rate = d_.metre_rate;
    one.duty_rate = d_.duty_rate;
    one.overtime_rate = d_.overtime_rate;
    const size_t first = static_cast<size_t>(d_.task_offset[visit]) * d_.owners;
    for (const Data::Forbidden& f : d_.forbidden) one.forbidden.push_back({f.channel, f.breaches + first});
    one.channels = d_.channels;
    return one;
}

}  // namespace fieldwright
