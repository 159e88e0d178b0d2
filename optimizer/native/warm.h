// A kernel that stays warm: a problem and a plan of it, both kept in memory as the search wants them, so that what
// changes in a day costs milliseconds and not the making of everything anew.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "annealer.h"
#include "evaluate.h"
#include "instance.h"
#include "patch.h"
#include "route.h"
#include "search.h"
#include "state.h"

namespace fieldwright {

struct Offer {  // where a visit could stand
    Cost change;            // of everything but its own drop cost
    int route, position;
    std::vector<int> gaps;  // of the route's breaks with the visit on it
};

struct Improving {
    double seconds = 1e18;
    int64_t rounds = INT64_MAX;
    uint64_t seed = 1;
    std::vector<int> around;  // visits where the search begins; none: everywhere at once
    std::function<bool(const Progress&)> report;  // called several times a second; false: stop
    double report_every = 0.1;
};

struct Improved {
    int64_t rounds = 0;
    bool stopped = false;
};

class Warm {
public:
    Warm(Data data, std::vector<double> lat, std::vector<double> lon);

    const Data& data() const { return lowered_.data(); }
    int places() const { return lowered_.places(); }

    // Changes. settle() ends a row of them: only then is everything else as it has to be.
    int add_place(double lat, double lon, const std::vector<Ways>& ways);
    void add_pace(const std::vector<Time>& service) { lowered_.add_pace(service); }
    void write_visit(int number, const Data& part, int index, const std::vector<int>& numbers);
    void drop_visit(int number);
    void write_route(int number, const Data& part, int index, int owner, const std::vector<int>& numbers);
    void drop_route(int number);
    void settle();

    // The plan as it stands.
    void take_over(const Decision& given);  // what can be taken over of it
    // Goes over to another plan that leaves at most so many tasks open; false: it cannot, and nothing has changed.
    bool go_over_to(const Decision& given, size_t most_open);
    // Gives an open visit that stands for itself a place; false: it has none there, and nothing has changed.
    bool put(int visit, int route, int position);
    Decision decision() const;
    const std::vector<int>& tasks(int route) const { return routes_[route].tasks; }
    std::vector<int> gaps(int route) const;
    std::vector<int> where(int visit) const;
    bool appointment(int visit, Time* start, Time* service) const;  // false: it has none
    std::vector<int> open() const;  // tasks that nobody does

    // Every place for a visit of one role that keeps every limit, the cheapest first; where it stands on a route, as if
    // it did not.
    std::vector<Offer> offers(int visit, size_t most) const;
    // The same for visits of a part that are not in the problem.
    std::vector<std::vector<Offer>> offers_of(const Data& part, const std::vector<int>& numbers, size_t most);

    Improved improve(const Improving& options);
    void halt() { halted_ = true; }      // a search that runs ends within a millisecond or two, one to come at once
    void go_on() { halted_ = false; }

private:
    bool is_simple(int visit) const;      // hangs together with nothing, committed nowhere
    void disturb();                       // from here on only settle() can make things whole
    void renew();
    void shake(int route);
    void shake_routes_of(int visit);
    bool stand_on(const Decision& given);
    Decision without_linked(const Decision& given, const std::vector<uint8_t>& routes) const;
    bool still_stands(int visit, int route);
    void learn(int visit);
    void unlearn(int visit);
    void join(int visit, bool added);
    void learn_nearness(int visit, bool added);
    Time end_of(int visit) const;
    bool limits(int visit, Limits* when) const;
    Part everything() const;
    Part around(const std::vector<int>& visits) const;
    void stand(const Draft& draft);

    Lowered lowered_;
    std::unique_ptr<Instance> in_;
    std::vector<Route> routes_;
    Links links_;
    std::vector<int> route_of_;           // [task]
    int learnt_ = 0, visits_at_first_ = 0;  // since everything was made anew
    Cost more_for_musts_ = 0;             // of the visit learnt last
    std::vector<int> twins_to_it_;        // [route]
    bool disturbed_ = false;
    Decision before_;                     // what stood when it was disturbed
    std::vector<uint8_t> shaken_;         // [route] that was changed since
    std::atomic<bool> halted_{false};
};

}  // namespace fieldwright
