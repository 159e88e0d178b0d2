// Where things lie along the way between two visits that are far from each other.
#pragma once
#include <vector>

#include "instance.h"
#include "random.h"

namespace fieldwright {

class Axis {
public:
    // Through one of the visits and the farthest of some others; `visits` holds at least one.
    Axis(const Instance& in, const std::vector<int>& visits, Random& random)
        : in_(in), travel_(*in.routes[0].travel) {
        const auto draw = [&] { return in.d.visit_location[visits[random.below(static_cast<int>(visits.size()))]]; };
        from_ = to_ = draw();
        for (int k = 0; k < kDraws; ++k) {
            const int place = draw();
            if (travel_.seconds(from_, place) > travel_.seconds(from_, to_)) to_ = place;
        }
    }
    // Smaller is nearer to the first.
    Time of_place(int place) const { return travel_.seconds(from_, place) - travel_.seconds(to_, place); }
    Time of_visit(int visit) const { return of_place(in_.d.visit_location[visit]); }

private:
    static constexpr int kDraws = 20;

    const Instance& in_;
    const TravelTable& travel_;
    int from_, to_;
};

}  // namespace fieldwright
