// A small, fast, seedable random source: the same seed gives the same numbers on every machine.
#pragma once
#include <cstdint>

namespace fieldwright {

// xoroshiro128+ (Blackman & Vigna 2018), seeded through splitmix64 so that neighbouring seeds do not resemble each other.
class Random {
public:
    explicit Random(uint64_t seed) {
        for (uint64_t* word : {&a_, &b_}) {
            uint64_t z = (seed += 0x9E3779B97F4A7C15ull);
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
            *word = z ^ (z >> 31);
        }
    }
    uint64_t bits() {
        const uint64_t result = a_ + b_;
        b_ ^= a_;
        a_ = ((a_ << 24) | (a_ >> 40)) ^ b_ ^ (b_ << 16);
        b_ = (b_ << 37) | (b_ >> 27);
        return result;
    }
    double unit() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }                    // in [0, 1)
    int below(int bound) {                                                                      // in 0 .. bound - 1
        return static_cast<int>((bits() >> 32) * static_cast<uint64_t>(bound) >> 32);
    }
    bool one_in(unsigned power_of_two) { return (bits() & (static_cast<uint64_t>(power_of_two - 1) << 20)) == 0; }

private:
    uint64_t a_, b_;
};

}  // namespace fieldwright
