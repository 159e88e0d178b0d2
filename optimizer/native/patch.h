// Lowered data that can be changed: visits and routes are rewritten, dropped or added where they stand, and all the rest
// stays as it is. Numbers never move; what was dropped keeps its number and can do no harm.
#pragma once
#include <cstdint>
#include <vector>

#include "data.h"

namespace fieldwright {

// How one profile gets to a new place and away from it: to and from every place known, or along great circles.
struct Ways {
    std::vector<Leg> there, back;  // [place of the kernel]
    double speed_kmh = 0, detour_factor = 0;
    bool geodesic() const { return speed_kmh > 0; }
};

class Lowered {
public:
    // Coordinates by the kernel's numbers of places.
    Lowered(Data data, std::vector<double> lat, std::vector<double> lon);
    Lowered(const Lowered&) = delete;

    const Data& data() const { return d_; }
    int places() const { return static_cast<int>(lat_.size()); }

    int add_place(double lat, double lon, const std::vector<Ways>& ways);  // [profile]; answers its number
    void add_pace(const std::vector<Time>& service);                       // [visit]
    // Writes visit `index` of `part` as `number`, which is the next one where it is new. `numbers` says what the visits
    // of the part are called here; places are already ours. A visit keeps its count of roles.
    void write_visit(int number, const Data& part, int index, const std::vector<int>& numbers);
    void drop_visit(int number);
    void forget_last_visit();
    void write_route(int number, const Data& part, int index, int owner, const std::vector<int>& numbers);
    void drop_route(int number);

    bool dropped(int visit) const { return dropped_[visit] != 0; }
    // A problem of this visit alone, with all routes but nothing committed; travel stays behind.
    Data alone(int visit) const;
    // Lends travel to other data and takes it back.
    class Lent {
    public:
        Lent(Lowered& owner, Data& borrower) : owner_(owner.d_), borrower_(borrower) { swap(); }
        ~Lent() { swap(); }
        Lent(const Lent&) = delete;

    private:
        void swap() { owner_.travel.swap(borrower_.travel); }
        Data &owner_, &borrower_;
    };

private:
    void make_room(TravelTable& travel) const;
    void add_visit(int roles);
    void add_route();
    void unlink(int visit, bool also_followers);
    void index_links();
    int16_t* breaches(int channel);

    Data d_;
    std::vector<double> lat_, lon_;
    std::vector<std::vector<int16_t>> breaches_;  // [forbidden][task * owners + owner]
    std::vector<uint8_t> dropped_;                // [visit]
};

}  // namespace fieldwright
