// A plan under change: routes, what is left open, what it all costs; with the way back from every change of one round.
#pragma once
#include <algorithm>
#include <vector>

#include "instance.h"
#include "random.h"
#include "route.h"

namespace fieldwright {

inline constexpr unsigned kBlink = 128;  // one in so many best options is overlooked (Christiaens & Vanden Berghe 2020)

// When a visit may start, given those that it comes after, and when it has to have ended, given those that come after it.
struct Limits {
    Time floor = kEarlier, ceiling = kLater, until = kLater;
    Time latest(Time service) const { return until == kLater ? ceiling : std::min(ceiling, until - service); }
};

class State {
public:
    State(const Instance& instance, uint64_t seed);

    // From now on visits are put into these routes only.
    void only(const std::vector<uint8_t>& routes) { active_ = routes; }

    // One round of changes: begin, change, then keep or undo.
    void begin();
    void keep();
    void undo();

    void remove(int visit);               // with everything that has to come after it
    bool removable(int visit) const;
    bool refresh_stale();                 // routes whose tasks were removed; false: one cannot be driven
    bool insert(int visit, bool touched_only);
    // Lets two routes swap strings of stops, either of which may be empty; false: somebody may not do their part.
    bool exchange(int one, int from, int count, int other, int other_from, int other_count);
    bool settle();                        // lets appointments fall to where nothing holds them; false: undo
    bool settle_everything();             // the same whatever this round has changed
    bool start_route(int route, int visit);  // an unused route begins with an open visit of one role; false: undo
    int unused_for(int task) const;       // an unused route that may do the task, near where there are many
    void place_raw(int route, int slot, int task);  // for building a first plan: no check, no refresh
    bool refresh(int route);
    void set_link(int visit, Time start, Time service);
    void close(int visit);                // the visit is planned from now on
    Time slowest(int visit) const;
    // The cheapest route for an open visit of one role, whatever leaving it out costs; false: it fits nowhere.
    bool cheapest(int visit, int* route, Cost* change) const;
    Cost crew_cost(int visit) const;

    bool assigned(int visit) const { return open_at_[visit] == kNever; }
    const std::vector<int>& open() const { return open_; }
    Cost total() const { return total_; }
    int open_musts() const { return open_musts_; }
    int used_routes() const { return static_cast<int>(routes.size() - empty_.size()); }

    const Instance& in;
    Random random;
    std::vector<Route> routes;
    std::vector<int> route_of;            // [task]
    std::vector<int> first_route;         // [visit] route of its first task
    std::vector<uint8_t> anchored;        // [visit] committed: stays where it is
    Links links;
    std::vector<int> touched;
    std::vector<uint8_t> fresh;           // [visit] removed in this round
    int planned_tasks = 0;
    bool broken = false;                  // a route could not be driven in this round: only undo() helps

private:
    struct Option {  // where a task may stand, with a lower bound of what that changes
        Cost value;
        int route, slot;
    };
    struct Choice {  // where a task may stand, at which start, and what that changes
        Cost value = kImpossible;
        int route = kNever, slot = kNever;
        Time start = 0;
    };
    struct LinkBefore {
        int visit;
        Time start, service;
        Cost crew;
    };

    void touch(int route);
    void move_task(int task, int route);
    void set_route(int task, int route);
    void open_visit(int visit);
    void insert_task(int route, int slot, int task);
    Cost balance_cost(Time work) const;
    bool has_room(const Route& route, int visit) const;
    void scan(const Route& route, const Candidate& candidate, Cost extra, Cost limit, std::vector<Option>& out) const;
    template <bool METRES>
    void scan_slots(const Route& route, const Candidate& candidate, Cost extra, Cost limit,
                    std::vector<Option>& out) const;
    Cost exact_change(const Option& option, const Candidate& candidate, Time* start = nullptr) const;
    void note_use(int route);
    const std::vector<int>& candidate_routes(int task, bool touched_only, int alike = 1);
    bool insert_single(int visit, bool touched_only);
    bool limits(int visit, Limits* when) const;
    bool price(int route, int visit, int task, Time floor, Time ceiling, Time service, Cost limit, Choice* best) const;
    Cost worth(int visit) const;
    bool insert_after(int visit, const Limits& when);
    bool insert_crew(int visit, const Limits& when);

    std::vector<uint8_t> active_;         // [route] that may be given visits
    std::vector<Route> saved_;
    std::vector<int> mark_;               // [route] last round that touched it
    std::vector<uint8_t> stale_;          // [route] tasks were removed, caches are not yet renewed
    std::vector<int> open_, open_at_;
    std::vector<Time> work_;              // [owner]
    std::vector<Cost> crew_;              // [visit] what a crew's visit costs beyond its routes
    std::vector<int> seen_, twin_seen_, twins_, candidates_, empty_, empty_at_;
    std::vector<Option> options_;
    std::vector<int> moved_;
    mutable std::vector<Option> bounds_;
    std::vector<std::pair<int, int>> task_log_;   // task, route before
    std::vector<std::pair<int, uint8_t>> open_log_;  // visit, open before
    std::vector<LinkBefore> link_log_;
    Cost total_ = 0, total_before_ = 0;
    int open_musts_ = 0, musts_before_ = 0, planned_before_ = 0;
    int round_ = 0, seen_round_ = 0;
};

}  // namespace fieldwright
