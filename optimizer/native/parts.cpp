#include "parts.h"

#include <algorithm>
#include <numeric>

#include "axis.h"
#include "construct.h"
#include "state.h"

namespace fieldwright {

namespace {

// Which part each owner is in, and up to where on the axis each part reaches.
struct Owners {
    std::vector<int> part;       // [owner]
    std::vector<double> until;   // [part]
};

Owners divided(const Instance& in, const Draft& draft, int count, const Axis& axis) {
    std::vector<double> sum(in.d.owners, 0), base(in.d.owners, 0);
    std::vector<int> stops(in.d.owners, 0);
    for (size_t r = 0; r < in.routes.size(); ++r) {
        const int owner = in.routes[r].owner;
        base[owner] = axis.of_place(in.routes[r].from);
        for (const int task : draft.tasks[r]) sum[owner] += axis.of_visit(in.d.task_visit[task]);
        stops[owner] += static_cast<int>(draft.tasks[r].size());
    }
    std::vector<double> where(in.d.owners);
    for (int o = 0; o < in.d.owners; ++o) where[o] = stops[o] ? sum[o] / stops[o] : base[o];
    std::vector<int> order(in.d.owners);
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(),
              [&](int a, int b) { return where[a] < where[b] || (where[a] == where[b] && a < b); });
    int all = in.d.owners;
    for (const int one : stops) all += one;
    Owners owners{std::vector<int>(in.d.owners, 0), std::vector<double>(count, 0)};
    int seen = 0;
    for (const int o : order) {
        const int part = std::min(count - 1, static_cast<int>(static_cast<int64_t>(seen) * count / all));
        owners.part[o] = part;
        owners.until[part] = where[o];
        seen += stops[o] + 1;
    }
    return owners;
}

// The visits that hang together, by one of them: [visit] → first visit of its group.
std::vector<int> groups(const Instance& in) {
    std::vector<int> first(in.d.visits);
    std::iota(first.begin(), first.end(), 0);
    const auto find = [&](int v) {
        while (first[v] != v) v = first[v] = first[first[v]];
        return v;
    };
    for (const After& link : in.d.after) {
        const int one = find(link.visit), other = find(link.before);
        first[std::max(one, other)] = std::min(one, other);
    }
    for (int v = 0; v < in.d.visits; ++v) first[v] = find(v);
    return first;
}

constexpr int kNobodys = -1, kAcross = -2;

// Adds to a draft what was made of a part.
void with(Draft& whole, const Part& part, const Draft& begun, const Draft& made) {
    for (size_t r = 0; r < whole.tasks.size(); ++r)
        if (part.routes[r]) whole.tasks[r] = made.tasks[r];
    for (const int v : part.visits) {
        whole.links.start[v] = made.links.start[v];
        whole.links.service[v] = made.links.service[v];
    }
    whole.cost += made.cost - begun.cost;
    whole.open += made.open - begun.open;
    whole.open_musts += made.open_musts - begun.open_musts;
}

// Lets all appointments fall to where nothing holds them; false: somebody would come too late then.
bool settled(const Instance& in, Draft& draft, const std::vector<uint8_t>& held) {
    State state(in, 1);
    restore(state, draft.tasks, draft.links, held);
    state.begin();
    if (!state.settle_everything()) return false;
    state.keep();
    draft.links = state.links;
    draft.cost = state.total();
    return true;
}

}  // namespace

std::vector<Part> cut(const Instance& in, const Draft& draft, int count, Random& random) {
    std::vector<int> asked(in.d.visits);  // [visit] whose place says where it belongs while it is open
    std::iota(asked.begin(), asked.end(), 0);
    const Axis axis(in, asked, random);
    const Owners owners = divided(in, draft, count, axis);
    std::vector<Part> parts(count);
    for (Part& part : parts) {
        part.routes.assign(in.routes.size(), 0);
        part.held.assign(in.d.visits, 0);
    }
    std::vector<int> of(in.d.visits, kNobodys);  // [visit] its part, as far as routes say
    for (size_t r = 0; r < in.routes.size(); ++r) {
        const int part = owners.part[in.routes[r].owner];
        parts[part].routes[r] = 1;
        for (const int task : draft.tasks[r]) {
            int& own = of[in.d.task_visit[task]];
            own = own == kNobodys || own == part ? part : kAcross;
        }
    }
    if (in.has_links) {
        const std::vector<int> group = groups(in);
        asked = group;
        std::vector<int> all(in.d.visits, kNobodys);
        for (int v = 0; v < in.d.visits; ++v) {
            if (!in.linked[v] || of[v] == kNobodys) continue;
            int& whole = all[group[v]];
            whole = whole == kNobodys || whole == of[v] ? of[v] : kAcross;
        }
        for (int v = 0; v < in.d.visits; ++v)
            if (in.linked[v]) of[v] = all[group[v]];
    }
    for (int v = 0; v < in.d.visits; ++v) {
        int own = of[v];
        if (own == kNobodys) {
            own = 0;
            const double where = axis.of_visit(asked[v]);
            while (own + 1 < count && where > owners.until[own]) ++own;
        }
        for (int p = 0; p < count; ++p) parts[p].held[v] = p != own;
        if (own >= 0) parts[own].visits.push_back(v);
    }
    return parts;
}

Draft joined(const Instance& in, const Draft& draft, const std::vector<Part>& parts,
             const std::vector<const Draft*>& begun, const std::vector<const Draft*>& made,
             const std::vector<uint8_t>& held) {
    Draft whole = draft;
    for (size_t p = 0; p < parts.size(); ++p) with(whole, parts[p], *begun[p], *made[p]);
    if (!in.has_links || settled(in, whole, held)) return whole;
    whole = draft;
    for (size_t p = 0; p < parts.size(); ++p) {
        Draft more = whole;
        with(more, parts[p], *begun[p], *made[p]);
        if (settled(in, more, held)) whole = std::move(more);
    }
    return whole;
}

}  // namespace fieldwright
