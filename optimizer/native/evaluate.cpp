#include "evaluate.h"

#include <algorithm>
#include <numeric>
#include <string>

namespace fieldwright {

namespace {

struct Walk {                   // one route driven once
    std::vector<Time> start, end;  // by position
    Time finish = 0;
    int closed = 0;             // stops without an open window
    int late_breaks = 0;        // taken too late, or left until after a route that ends too late
    bool over = false;          // more overtime than allowed
    int problems() const { return closed + late_breaks + (over ? 1 : 0); }
};

class Evaluator {
public:
    Evaluator(const Data& data, const Decision& decision) : d_(data), plan_(decision) {}

    Evaluation run() {
        collect();
        settle();
        leave();
        Evaluation result;
        result.settled = settled_;
        result.channels.assign(d_.channels.size(), 0);
        result.depart = depart_;
        result.finish.resize(d_.routes, kLater);
        for (int r = 0; r < d_.routes; ++r)
            if (!plan_.tasks[r].empty()) result.finish[r] = walks_[r].finish;
        when();
        result.start = start_;
        result.end = end_;
        out_ = &result.channels;
        count_hard();
        count_cost();
        return result;
    }

private:
    struct Member {
        int route, position, task;
    };

    void add(const char* name, Cost amount) {
        if (const int channel = d_.channel(name); channel != kNever) (*out_)[channel] += amount;
    }
    bool used(int route) const { return !plan_.tasks[route].empty(); }
    int visit_at(int route, size_t position) const { return d_.task_visit[plan_.tasks[route][position]]; }

    void collect() {
        members_.resize(d_.visits);
        for (int r = 0; r < d_.routes; ++r)
            for (size_t k = 0; k < plan_.tasks[r].size(); ++k)
                members_[visit_at(r, k)].push_back({r, static_cast<int>(k), plan_.tasks[r][k]});
        service_.assign(d_.visits, 0);
        linked_.assign(d_.visits, 0);
        for (int v = 0; v < d_.visits; ++v) {
            for (const Member& m : members_[v])
                service_[v] = std::max(service_[v], d_.service[d_.route_pace[m.route]][v]);
            if (members_[v].empty()) continue;
            if (members_[v].size() > 1 || !d_.after_of[v].empty()) linked_[v] = 1;
            for (const int a : d_.after_of[v]) linked_[d_.after[a].before] = 1;
        }
    }

    Walk drive(int r, Time depart) const {
        const auto& tasks = plan_.tasks[r];
        const auto& gaps = plan_.gaps[r];
        const auto& breaks = d_.breaks[r];
        const TravelTable& travel = d_.travel[d_.route_travel[r]];
        const int n = static_cast<int>(tasks.size());
        std::vector<int> order(breaks.size());
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(),
                         [&](int a, int b) { return breaks[a].earliest < breaks[b].earliest; });
        Walk walk;
        Time clock = depart;
        auto through = [&](int gap, Time travel_time) {
            for (const int b : order) {
                if (gaps[b] != gap) continue;
                if (clock < breaks[b].earliest) {
                    travel_time -= std::min(travel_time, breaks[b].earliest - clock);
                    clock = breaks[b].earliest;
                }
                if (clock > breaks[b].latest) ++walk.late_breaks;
                clock += breaks[b].duration;
            }
            clock += travel_time;
        };
        int here = d_.route_from[r];
        for (int k = 0; k < n; ++k) {
            const int v = d_.task_visit[tasks[k]], there = d_.visit_location[v];
            through(k, travel.seconds(here, there));
            Time start = open_at(d_.windows[v], std::max(clock, floor_.empty() ? kEarlier : floor_[v]));
            if (start == kLater) {
                ++walk.closed;
                start = clock;
            }
            clock = start + service_[v];
            walk.start.push_back(start);
            walk.end.push_back(clock);
            here = there;
        }
        through(n, d_.route_to[r] == kNever ? 0 : travel.seconds(here, d_.route_to[r]));
        for (size_t b = 0; b < breaks.size(); ++b)
            if (gaps[b] == n + 1 && clock > breaks[b].latest) ++walk.late_breaks;
        walk.finish = clock;
        walk.over = clock - d_.route_end[r] > d_.max_overtime[r];
        return walk;
    }

    // Crews and `after` raise the earliest start of a visit until nothing moves any more.
    void settle() {
        floor_.assign(d_.visits, kEarlier);
        walks_.resize(d_.routes);
        std::vector<uint8_t> stale(d_.routes, 1);
        std::vector<int> linked;
        for (int v = 0; v < d_.visits; ++v)
            if (linked_[v] && !members_[v].empty()) linked.push_back(v);
        for (int pass = 0; pass < 2 * d_.visits + 10; ++pass) {
            for (int r = 0; r < d_.routes; ++r)
                if (stale[r] && used(r)) walks_[r] = drive(r, d_.route_start[r]);
            std::fill(stale.begin(), stale.end(), 0);
            bool changed = false;
            for (const int v : linked) {
                Time first = kLater, need = kEarlier;
                for (const Member& m : members_[v]) {
                    const Time start = walks_[m.route].start[m.position];
                    first = std::min(first, start);
                    need = std::max(need, start);
                }
                for (const int a : d_.after_of[v]) {
                    Time other_end = kEarlier;
                    for (const Member& m : members_[d_.after[a].before])
                        other_end = std::max(other_end, walks_[m.route].end[m.position]);
                    if (other_end != kEarlier) need = std::max(need, other_end + d_.after[a].min_gap);
                }
                if (need > first && need > floor_[v]) {
                    floor_[v] = need;
                    changed = true;
                    for (const Member& m : members_[v]) stale[m.route] = 1;
                }
            }
            if (!changed) return;
        }
        settled_ = false;
    }

    // What leaving late must not change: the finish, linked starts, lateness of every promise, what is wrong already.
    std::vector<Time> outcome(int r, const Walk& walk) const {
        std::vector<Time> result{walk.finish, walk.problems()};
        for (size_t k = 0; k < walk.start.size(); ++k) {
            const int v = visit_at(r, k);
            if (linked_[v]) result.push_back(walk.start[k]);
            for (const Hold& hold : d_.holds[v])
                result.push_back(std::max(0, (hold.on_end ? walk.end[k] : walk.start[k]) - hold.at));
        }
        return result;
    }

    void leave() {
        depart_ = d_.route_start;
        for (int r = 0; r < d_.routes; ++r) {
            if (!used(r) || !d_.leave_late[r]) continue;
            const auto wanted = outcome(r, walks_[r]);
            Time low = d_.route_start[r], high = walks_[r].finish;
            while (low < high) {
                const Time middle = static_cast<Time>((static_cast<int64_t>(low) + high + 1) >> 1);
                if (outcome(r, drive(r, middle)) == wanted)
                    low = middle;
                else
                    high = middle - 1;
            }
            depart_[r] = low;
            walks_[r] = drive(r, low);
        }
    }

    void when() {
        start_.assign(d_.visits, kLater);
        end_.assign(d_.visits, kLater);
        for (int v = 0; v < d_.visits; ++v)
            for (const Member& m : members_[v]) {
                const Time s = walks_[m.route].start[m.position], e = walks_[m.route].end[m.position];
                start_[v] = start_[v] == kLater ? s : std::max(start_[v], s);
                end_[v] = end_[v] == kLater ? e : std::max(end_[v], e);
            }
    }

    void count_hard() {
        for (const auto& forbidden : d_.forbidden)
            for (int r = 0; r < d_.routes; ++r)
                for (const int task : plan_.tasks[r])
                    (*out_)[forbidden.channel] +=
                        forbidden.breaches[static_cast<size_t>(task) * d_.owners + d_.route_owner[r]];
        for (int r = 0; r < d_.routes; ++r) {
            const auto& committed = d_.committed[r];
            bool first = plan_.tasks[r].size() >= committed.size();
            for (size_t k = 0; first && k < committed.size(); ++k) first = visit_at(r, k) == committed[k];
            if (!first) add("committed_first", 1);
            if (!used(r)) continue;
            const Walk& walk = walks_[r];
            add("closed_window", walk.closed);
            const int n = static_cast<int>(plan_.tasks[r].size());
            int missed = walk.late_breaks;
            for (const int gap : plan_.gaps[r]) missed += gap < 0 || gap > n + 1;
            add("missed_break", missed);
            add("overtime_limit", walk.over);
            if (d_.max_duty[r] != kNever) add("duty_limit", walk.finish - depart_[r] > d_.max_duty[r]);
            for (int q = 0; q < d_.resources; ++q) {
                int64_t load = 0;
                for (const int task : plan_.tasks[r])
                    load += d_.demand[static_cast<size_t>(d_.task_visit[task]) * d_.resources + q];
                add("over_capacity", load > d_.capacity[static_cast<size_t>(r) * d_.resources + q]);
            }
        }
        if (!settled_) add("after_order", 1);
        for (int v = 0; v < d_.visits; ++v) {
            if (members_[v].empty()) {
                if (d_.must[v]) add("must_be_done", 1);
                continue;
            }
            std::vector<int> filled(d_.roles(v), 0), owners;
            for (const Member& m : members_[v]) {
                ++filled[m.task - d_.task_offset[v]];
                owners.push_back(d_.route_owner[m.route]);
            }
            for (const int times : filled) add("crew", std::abs(times - 1));
            std::sort(owners.begin(), owners.end());
            const auto distinct = std::unique(owners.begin(), owners.end()) - owners.begin();
            add("crew", static_cast<Cost>(owners.size()) - distinct);
            for (const int a : d_.after_of[v]) {
                const After& link = d_.after[a];
                if (members_[link.before].empty())
                    add("after_order", 1);
                else if (link.max_gap != kNever && start_[v] > end_[link.before] + link.max_gap)
                    add("after_order", 1);
            }
        }
    }

    void count_cost() {
        std::vector<Time> work(d_.owners, 0);
        for (int r = 0; r < d_.routes; ++r) {
            if (!used(r)) continue;
            const Walk& walk = walks_[r];
            const TravelTable& travel = d_.travel[d_.route_travel[r]];
            int here = d_.route_from[r];
            Cost driven = 0, metres = 0;
            for (size_t k = 0; k < plan_.tasks[r].size(); ++k) {
                const int there = d_.visit_location[visit_at(r, k)];
                driven += travel.seconds(here, there);
                metres += travel.metres(here, there);
                work[d_.route_owner[r]] += walk.end[k] - walk.start[k];
                here = there;
            }
            if (d_.route_to[r] != kNever) {
                driven += travel.seconds(here, d_.route_to[r]);
                metres += travel.metres(here, d_.route_to[r]);
            }
            work[d_.route_owner[r]] += static_cast<Time>(driven);
            add("shift", d_.route_cost[r]);
            add("travel", driven * d_.travel_rate[r] + metres * d_.metre_rate[r]);
            add("duty", (walk.finish - depart_[r]) * d_.duty_rate[r]);
            add("overtime", std::max(0, walk.finish - d_.route_end[r]) * d_.overtime_rate[r]);
        }
        for (int v = 0; v < d_.visits; ++v) {
            const bool done = !members_[v].empty();
            if (done)
                for (const VisitRamp& r : d_.ramps[v]) (*out_)[r.channel] += r.ramp.at(r.on_end ? end_[v] : start_[v]);
            else
                add("unassigned", d_.drop_cost[v]);
            for (const Unless& u : d_.unless[v]) {
                bool held = !done && !u.when_dropped;
                for (const Member& m : members_[v]) held = held || u.holds(d_.route_owner[m.route]);
                if (!held) (*out_)[u.channel] += u.cost;
            }
        }
        if (d_.balance_target != kNever)
            for (const Time worked : work) add("balance", std::max(0, worked - d_.balance_target) * d_.balance_rate);
    }

    const Data& d_;
    const Decision& plan_;
    std::vector<std::vector<Member>> members_;  // [visit]
    std::vector<Time> service_, floor_, depart_, start_, end_;
    std::vector<uint8_t> linked_;
    std::vector<Walk> walks_;
    bool settled_ = true;
    std::vector<Cost>* out_ = nullptr;
};

}  // namespace

Evaluation evaluate(const Data& data, const Decision& decision) { return Evaluator(data, decision).run(); }

}  // namespace fieldwright
