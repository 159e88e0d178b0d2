// Where a search works for now. In a large plan it stays with some neighbouring visits for a while before it goes on to
// others: what it reads is then still in the processor's cache, and visits that are open nearby are tried where there
// has just been made room. Over time every visit has its turn equally often.
#pragma once
#include <vector>

#include "instance.h"
#include "random.h"

namespace fieldwright {

class Focus {
public:
    explicit Focus(const Instance& instance) : in_(instance) {}

    // From now on it works on these.
    void on(std::vector<int> visits);
    // One more round: goes on to other visits when these have had theirs.
    void round(Random& random) {
        if (narrow_ && --left_ < 0) move(random);
    }

    const std::vector<int>& visits() const { return narrow_ ? inside_ : all_; }
    bool holds(int visit) const { return !narrow_ || is_inside_[visit]; }

private:
    void move(Random& random);

    const Instance& in_;
    std::vector<int> all_, inside_;
    std::vector<uint8_t> is_inside_;  // [visit]
    std::vector<std::pair<Time, int>> along_;
    bool narrow_ = false;
    int left_ = 0;  // rounds until it moves
};

}  // namespace fieldwright
