// SPDX-License-Identifier: Apache-2.0
// Counts the faults and events of a simulation.
#include "tests/sim/simulation.hpp"

namespace roost::sim {

simulation_result simulation::result() {
  simulation_result out;
  out.broken = found_.first();
  out.trace = trace_;
  out.moves = moves_;
  out.kills = kills_;
  out.power_cuts = power_cuts_;
  count_faults();
  out.faults = counts_;
  out.lasted = time_.since_start();
  for (const auto& each : truths_) out.events += each.events();
  for (const auto& each : clients_) {
    out.frames += each.frames();
    out.overflows += each.overflows();
    for (std::size_t i = 0; i < plan_.topics; ++i)
      out.recovered += each.view(i).resumes_recovered();
  }
  if (network_) {
    out.lost = network_->lost();
    out.duplicated = network_->duplicated();
    out.breaks = network_->breaks();
    out.owner_changes = owner_changes_;
  }
  if (frames_) {
    out.lost = frames_->lost();
    out.duplicated = frames_->duplicated();
    out.owner_changes = store_check_->markers();
  }
  return out;
}

void simulation::count_faults() {
  for (const auto& each : nodes_) {
    if (each) each->count(counts_);
  }
  for (const auto& each : clients_) add(each.heard(), counts_);
  if (frames_) {
    counts_["frames and heartbeats lost"] = frames_->lost();
    counts_["frames and heartbeats late"] = frames_->late();
    counts_["frames and heartbeats doubled"] = frames_->duplicated();
    counts_["frames and heartbeats cut one way"] = frames_->cut();
  }
  if (network_) counts_["messages lost with links and owners"] = network_->lost_after();
  if (!stores_) return;
  const auto& of = stores_->counts();
  counts_["stores: late requests"] = of.late;
  counts_["stores: late purges"] = of.late_purges;
  counts_["stores: lost requests"] = of.lost;
  counts_["stores: lost answers"] = of.lost_answers;
  counts_["stores: late copies"] = of.copies;
  counts_["stores: late copies stored"] = of.copies_stored;
  counts_["stores: refused writes"] = of.refusals;
  counts_["stores: false conflicts"] = of.false_conflicts;
  counts_["stores: full at writes"] = of.full;
  counts_["stores: stale reads"] = of.stale_reads;
  counts_["stores: removed rests"] = of.removed;
  counts_["stores: log messages lost with power"] = of.messages_cut;
  counts_["stores: snapshots lost with power"] = of.snapshots_cut;
}

}  // namespace roost::sim
