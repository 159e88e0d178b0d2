// What the kernel is given: the arrays of optimizer/kernel/data.py as plain C++ vectors, and travel tables.
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace fieldwright {

using Time = int32_t;  // seconds since the epoch of the data
using Cost = int64_t;  // whole numbers of 1 / unit

inline constexpr int kNever = -1;
inline constexpr Time kLater = std::numeric_limits<Time>::max() / 4;
inline constexpr Time kEarlier = -kLater;
inline constexpr Cost kImpossible = std::numeric_limits<Cost>::max() / 8;

struct Leg {
    int32_t seconds, metres;
    bool operator==(const Leg&) const = default;
};

// Along the great circle, as TravelTable::geodesic() has it.
Leg geodesic_leg(double lat_a, double lon_a, double lat_b, double lon_b, double speed_kmh, double detour_factor);

// Travel of one profile: seconds and, only where somebody pays for them, metres, side by side in memory.
class TravelTable {
public:
    static TravelTable dense(int places, const int32_t* durations, const int32_t* distances);
    // Great circle on a sphere of radius 6371.009 km; rounds exactly as planning-model.md does.
    static TravelTable geodesic(const std::vector<double>& lat, const std::vector<double>& lon, double speed_kmh,
                                double detour_factor, bool with_metres);

    Time seconds(int from, int to) const { return cells_[(static_cast<size_t>(from) * places_ + to) * stride_]; }
    int32_t metres(int from, int to) const {
        return stride_ == 1 ? 0 : cells_[(static_cast<size_t>(from) * places_ + to) * 2 + 1];
    }
    bool has_metres() const { return stride_ == 2; }
    int stride() const { return stride_; }
    const int32_t* row(int from) const { return cells_.data() + static_cast<size_t>(from) * places_ * stride_; }
    // Row `to` of the transposed table: what it takes to get there from everywhere.
    const int32_t* column(int to) const {
        return (back_.empty() ? cells_ : back_).data() + static_cast<size_t>(to) * places_ * stride_;
    }
    // For places that come later: room for so many, and the way between two of them, there and back.
    void widen(int places);
    void set(int one, int other, Leg there, Leg back);
    int room() const { return places_; }

private:
    void transpose();

    int places_ = 0;
    int stride_ = 1;
    std::vector<int32_t> cells_;
    std::vector<int32_t> back_;  // empty where the table is symmetric
};

struct Ramp {  // after `knee`: jump + slope * (time - knee)
    Time knee;
    Cost jump, slope;
    Cost at(Time time) const { return time > knee ? jump + slope * (time - knee) : 0; }
};

struct VisitRamp {
    int channel;
    bool on_end;
    Ramp ramp;
};

struct Hold {
    bool on_end;
    Time at;
};

struct Unless {
    int channel;
    std::vector<int> owners;  // sorted
    Cost cost;
    bool when_dropped;
    bool holds(int owner) const {
        for (int one : owners)
            if (one == owner) return true;
        return false;
    }
};

struct Window {
    Time earliest, latest;
};

struct Break {
    Time earliest, latest, duration;
};

struct After {
    int visit, before;
    Time min_gap, max_gap;  // max_gap kNever: none
};

// Hard channels the kernel knows by name; soft ones are the nine terms of the cost.
struct Data {
    int visits = 0, tasks = 0, routes = 0, owners = 0, resources = 0;
    std::vector<TravelTable> travel;

    std::vector<int> visit_location, task_offset, task_visit;
    std::vector<std::vector<Time>> service;  // [pace][visit]
    std::vector<std::vector<Window>> windows;
    std::vector<int64_t> demand;  // [visit * resources + resource]
    std::vector<uint8_t> must;
    std::vector<Cost> drop_cost;

    std::vector<int> route_owner, route_travel, route_pace, route_from, route_to;
    std::vector<Time> route_start, route_end, max_overtime, max_duty;
    std::vector<int64_t> capacity;
    std::vector<std::vector<Break>> breaks;
    std::vector<uint8_t> leave_late;
    std::vector<std::vector<int>> committed;
    std::vector<Cost> route_cost, travel_rate, metre_rate, duty_rate, overtime_rate;

    std::vector<After> after;
    std::vector<std::vector<int>> after_of;   // [visit] indices into `after` where it waits
    std::vector<std::vector<int>> before_of;  // [visit] indices into `after` where it is waited for
    std::vector<std::vector<Hold>> holds;
    std::vector<std::vector<VisitRamp>> ramps;
    std::vector<std::vector<Unless>> unless;
    Time balance_target = kNever;
    Cost balance_rate = 0;

    struct Forbidden {
        int channel;
        const int16_t* breaches;  // [task * owners + owner], kept alive by the binding
    };
    std::vector<Forbidden> forbidden;
    std::vector<std::string> channels;

    int channel(const std::string& name) const {
        for (size_t i = 0; i < channels.size(); ++i)
            if (channels[i] == name) return static_cast<int>(i);
        return kNever;
    }
    int roles(int visit) const { return task_offset[visit + 1] - task_offset[visit]; }
    bool linked(int visit) const { return roles(visit) > 1 || !after_of[visit].empty() || !before_of[visit].empty(); }
    int breaches(int task, int owner) const {
        int sum = 0;
        for (const auto& f : forbidden) sum += f.breaches[static_cast<size_t>(task) * owners + owner];
        return sum;
    }
};

// First moment at or after `ready` at which service may start, or kLater: no window any more.
inline Time open_at(const std::vector<Window>& windows, Time ready) {
    if (windows.empty()) return ready;
    for (const Window& w : windows)
        if (ready <= w.latest) return ready > w.earliest ? ready : w.earliest;
    return kLater;
}

}  // namespace fieldwright
