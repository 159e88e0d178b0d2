// Ruin and recreate under simulated annealing (Schrimpf et al. 2000; string removals after Christiaens & Vanden Berghe
// 2020, "Slack induction by string removals"), mixed with swaps of strings and of tails between two routes (Taillard et
// al. 1997, "A tabu search heuristic for the vehicle routing problem with soft time windows": CROSS exchanges).
//
// An annealer works on all of a plan, or on a part of it: some routes, and the visits that only these may do meanwhile.
#pragma once
#include <optional>
#include <vector>

#include "evaluate.h"
#include "focus.h"
#include "instance.h"
#include "state.h"

namespace fieldwright {

// What has to be known of a plan to go on with it.
struct Draft {
    std::vector<std::vector<int>> tasks;  // [route] in order
    Links links;
    Cost cost = 0;                        // with what musts weigh
    int open_musts = 0, open = 0;
};

// Some routes, and the visits on them or open that are theirs for now.
struct Part {
    std::vector<uint8_t> routes;   // [route]
    std::vector<int> visits;
    std::vector<uint8_t> held;     // [visit] left as it is: not ours, or it hangs together with routes of other parts
};

class Annealer {
public:
    Annealer(const Instance& instance, uint64_t seed);

    // Builds a first plan: what is committed, what can be taken over of a given plan, the rest by cheapest insertion.
    void build(const Decision* given);
    // Goes on with a draft, changing nothing but the part.
    void take(const Draft& draft, const Part& part);
    void round(double temperature);

    const Draft& begun() const { return begun_; }  // what take() began with; only the part counts in it
    const Draft& best() const { return best_; }
    Draft now() const;

private:
    bool ours(int route) const { return routes_.empty() || routes_[route]; }
    void begin_with_everything();
    void note_changes();
    void adopt_best();
    bool accept(Cost before, double temperature);
    void swap(double temperature);
    void ruin_and_recreate(double temperature);
    int draw_seed();
    int unused_beside(int seed);
    double average_route() const;
    void ruin(int seed, double share);
    Cost late(int visit) const;
    void remove_string(int route, int through, double longest);
    void thin(int route, int through, double share);
    void remove_drawn();
    void recreate();
    void order(std::vector<int>& visits, int way);
    double key(int visit, int way) const;

    const Instance& in_;
    Random seeds_;
    std::optional<State> state_;
    Focus focus_;                      // on the visits that may be changed
    std::vector<uint8_t> routes_;      // [route] that may be changed; empty: all
    Draft begun_, best_;
    std::vector<uint8_t> dirty_, is_ruined_;
    std::vector<int> dirty_list_, ruined_, removed_, old_, string_, open_here_;
    std::vector<std::pair<double, int>> keyed_;
};

}  // namespace fieldwright
