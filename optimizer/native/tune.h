#pragma once
#include <cstdlib>
namespace fieldwright {
#ifdef FIELDWRIGHT_TUNE
inline double tune(const char* name, double standard) { const char* t = std::getenv(name); return t ? std::atof(t) : standard; }
#else
constexpr double tune(const char*, double standard) { return standard; }
#endif
}
