// Reads what Python has lowered (optimizer.kernel.data.KernelData) into plain C++.
#pragma once
#include <nanobind/nanobind.h>

#include <vector>

#include "data.h"

namespace fieldwright {

struct Places {  // as the kernel numbers them, which is not as the problem does
    std::vector<int> number;       // [place of the problem]
    std::vector<double> lat, lon;  // [place of the kernel]
};

// All of it. `kept` are arrays that the data point into.
Places read_data(nanobind::handle source, Data& data, std::vector<nanobind::object>& kept);

// The same without travel: places are numbered as the problem does.
void read_all_but_travel(nanobind::handle source, Data& data, std::vector<nanobind::object>& kept);

}  // namespace fieldwright
