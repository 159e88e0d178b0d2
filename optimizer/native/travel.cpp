#include <algorithm>
#include <cmath>

#include "data.h"

namespace fieldwright {

namespace {

constexpr double kEarthRadius = 6371009.0;
constexpr double kRadiansPerDegree = 3.14159265358979323846 / 180.0;

double haversine_metres(double lat_a, double lon_a, double lat_b, double lon_b, double detour) {
    const double la = lat_a * kRadiansPerDegree, lb = lat_b * kRadiansPerDegree;
    const double dl = (lon_b - lon_a) * kRadiansPerDegree;
    const double sin_lat = std::sin((lb - la) / 2), sin_lon = std::sin(dl / 2);
    const double h = sin_lat * sin_lat + std::cos(la) * std::cos(lb) * (sin_lon * sin_lon);
    return 2 * kEarthRadius * std::asin(std::min(1.0, std::sqrt(h))) * detour;
}

// True when a value known to about 1e-8 of itself may round either way.
bool near_half(double value) { return std::abs(value - std::floor(value) - 0.5) < 1e-6 + value * 1e-7; }

}  // namespace

TravelTable TravelTable::dense(int places, const int32_t* durations, const int32_t* distances) {
    TravelTable table;
    table.places_ = places;
    const size_t cells = static_cast<size_t>(places) * places;
    if (distances == nullptr) {
        table.cells_.assign(durations, durations + cells);
    } else {
        table.stride_ = 2;
        table.cells_.resize(cells * 2);
        for (size_t i = 0; i < cells; ++i) {
            table.cells_[2 * i] = durations[i];
            table.cells_[2 * i + 1] = distances[i];
        }
    }
    table.transpose();
    return table;
}

TravelTable TravelTable::geodesic(const std::vector<double>& lat, const std::vector<double>& lon, double speed_kmh,
                                  double detour_factor, bool with_metres) {
    TravelTable table;
    const int n = static_cast<int>(lat.size());
    table.places_ = n;
    table.stride_ = with_metres ? 2 : 1;
    table.cells_.assign(static_cast<size_t>(n) * n * table.stride_, 0);
    const double speed = speed_kmh / 3.6;
    // Chords of unit vectors are cheap and agree with the haversine to 1e-9; only values that this could round to the
    // wrong whole number are worked out the slow way.
    std::vector<double> x(n), y(n), z(n);
    for (int i = 0; i < n; ++i) {
        const double la = lat[i] * kRadiansPerDegree, lo = lon[i] * kRadiansPerDegree;
        x[i] = std::cos(la) * std::cos(lo);
        y[i] = std::cos(la) * std::sin(lo);
        z[i] = std::sin(la);
    }
    for (int a = 0; a < n; ++a)
        for (int b = a + 1; b < n; ++b) {
            const double dx = x[a] - x[b], dy = y[a] - y[b], dz = z[a] - z[b];
            const double half_chord = std::sqrt(dx * dx + dy * dy + dz * dz) / 2;
            const double s2 = half_chord * half_chord;
            const double angle = half_chord < 0.01 ? half_chord * (1 + s2 * (1.0 / 6 + s2 * (3.0 / 40))) : 1e9;
            double metres = 2 * kEarthRadius * angle * detour_factor;
            if (half_chord >= 0.01 || half_chord < 1e-7 || near_half(metres) || near_half(metres / speed))
                metres = haversine_metres(lat[a], lon[a], lat[b], lon[b], detour_factor);
            const auto seconds = static_cast<int32_t>(std::nearbyint(metres / speed));
            for (const size_t cell : {static_cast<size_t>(a) * n + b, static_cast<size_t>(b) * n + a}) {
                table.cells_[cell * table.stride_] = seconds;
                if (with_metres) table.cells_[cell * 2 + 1] = static_cast<int32_t>(std::nearbyint(metres));
            }
        }
    return table;
}

Leg geodesic_leg(double lat_a, double lon_a, double lat_b, double lon_b, double speed_kmh, double detour_factor) {
    const double metres = haversine_metres(lat_a, lon_a, lat_b, lon_b, detour_factor);
    return {static_cast<int32_t>(std::nearbyint(metres / (speed_kmh / 3.6))),
            static_cast<int32_t>(std::nearbyint(metres))};
}

void TravelTable::widen(int places) {
    const size_t before = places_, now = places, line = before * stride_;
    for (std::vector<int32_t>* table : {&cells_, &back_}) {
        if (table->empty()) continue;
        std::vector<int32_t> wider(now * now * stride_, 0);
        for (size_t a = 0; a < before; ++a)
            std::copy_n(table->begin() + a * line, line, wider.begin() + a * now * stride_);
        *table = std::move(wider);
    }
    places_ = places;
}

void TravelTable::set(int one, int other, Leg there, Leg back) {
    if (back_.empty() && !(there == back)) back_ = cells_;
    const auto put = [&](std::vector<int32_t>& table, int from, int to, Leg leg) {
        const size_t cell = (static_cast<size_t>(from) * places_ + to) * stride_;
        table[cell] = leg.seconds;
        if (stride_ == 2) table[cell + 1] = leg.metres;
    };
    put(cells_, one, other, there);
    put(cells_, other, one, back);
    if (back_.empty()) return;
    put(back_, other, one, there);
    put(back_, one, other, back);
}

void TravelTable::transpose() {
    const size_t n = places_, s = stride_;
    bool symmetric = true;
    for (size_t a = 0; a < n && symmetric; ++a)
        for (size_t b = 0; b < a && symmetric; ++b)
            for (size_t k = 0; k < s; ++k) symmetric &= cells_[(a * n + b) * s + k] == cells_[(b * n + a) * s + k];
    if (symmetric) return;
    back_.resize(cells_.size());
    for (size_t a = 0; a < n; ++a)
        for (size_t b = 0; b < n; ++b)
            for (size_t k = 0; k < s; ++k) back_[(b * n + a) * s + k] = cells_[(a * n + b) * s + k];
}

}  // namespace fieldwright
