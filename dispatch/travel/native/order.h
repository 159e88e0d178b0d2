// The order in which arcs are contracted.
#pragma once

#include <cstdint>
#include <vector>

namespace ways {

// A rank for each arc of a road network: arcs of rank 0 are contracted first.
//
// Junctions are cut in two, again and again, where few streets lead across; the arcs along the streets of a cut rank
// above all arcs on either side (nested dissection; George 1973). Where to cut is found by maximum flow between the
// junctions farthest out in each of four directions (inertial flow; Schild & Sommer 2015). A cut through streets of the
// junctions is a cut through vertices of the graph of turns (Buchhold, Wagner, Zeitz & Zündorf 2020).
std::vector<uint32_t> order_of_arcs(const std::vector<double>& lat, const std::vector<double>& lon,
                                    const std::vector<uint32_t>& tail, const std::vector<uint32_t>& head);

}  // namespace ways
