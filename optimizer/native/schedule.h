// How hot it is: temperatures in units of what a visit costs on average.
#pragma once
#include <algorithm>
#include <cmath>

#include "data.h"

namespace fieldwright {

class Schedule {
public:
    Schedule(int visits, bool from_plan)
        : visits_(std::max(1, visits)), hot_(from_plan ? kWarm : kHot),
          cold_(std::clamp(visits * kColdPerVisit, kColdest, kColdLarge)), cycles_(visits <= kFewVisits ? kCycles : 1) {}

    // `progress` from 0 to 1; `cost` is what the best plan costs.
    double at(double progress, Cost cost) const {
        const double scale = static_cast<double>(cost) / visits_ + 1;
        const double cycle = progress * cycles_ - std::floor(progress * cycles_);
        return scale * hot_ * std::pow(cold_ / hot_, cycle);
    }

private:
    // Small plans have the time to cool down further; up to so many visits it is heated up again so many times.
    static constexpr double kHot = 2.5, kColdPerVisit = 0.0002, kColdest = 0.015, kColdLarge = 0.1;
    static constexpr int kFewVisits = 100, kCycles = 4;
    static constexpr double kWarm = 0.4;  // where a plan is given, the search starts no hotter than this

    int visits_;
    double hot_, cold_;
    int cycles_;
};

}  // namespace fieldwright
