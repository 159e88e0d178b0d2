#include "focus.h"

#include <algorithm>

#include "axis.h"

namespace fieldwright {

namespace {

// Measured on plain problems of 200 to 5,000 visits: with fewer than some 500 visits it makes no difference.
constexpr size_t kFrom = 400;      // with fewer visits it works everywhere at once
constexpr size_t kMost = 100;      // visits it works on for a while
constexpr int kRoundsEach = 10;    // rounds for each of them before it moves

}  // namespace

void Focus::on(std::vector<int> visits) {
    all_ = std::move(visits);
    narrow_ = all_.size() >= kFrom;
    left_ = 0;
    inside_.clear();
    is_inside_.assign(narrow_ ? in_.d.visits : 0, 0);
}

// Halves all visits across the way between two that are far apart, and again the half that the draw falls on, until few
// are left: each visit is among them with the same chance, and borders are never the same twice.
void Focus::move(Random& random) {
    for (const int v : inside_) is_inside_[v] = 0;
    inside_ = all_;
    while (inside_.size() > kMost) {
        const Axis axis(in_, inside_, random);
        along_.clear();
        for (const int v : inside_) along_.emplace_back(axis.of_visit(v), v);
        const auto middle = along_.begin() + static_cast<std::ptrdiff_t>(along_.size() / 2);
        std::nth_element(along_.begin(), middle, along_.end());
        const bool far = random.below(2) == 1;
        inside_.clear();
        for (auto it = far ? middle : along_.begin(); it != (far ? along_.end() : middle); ++it)
            inside_.push_back(it->second);
    }
    for (const int v : inside_) is_inside_[v] = 1;
    left_ = kRoundsEach * static_cast<int>(inside_.size());
}

}  // namespace fieldwright
