// How an edge passes on notices (presence, receipts), and makes good the lost ones.
#include <utility>

#include "actors/room/room_edge.hpp"

namespace roost::actors {

void room_edge::take_notice(const cluster::event& what, edge_effects& out) {
  if (!is_known_ || what.notices <= notices_) return;
  if (what.notices == notices_ + 1) {
    notices_ = what.notices;
    out.casts.push_back(make_cast(what));
  }
  look_for_lost_notices(what, out);
}

/// Notices have no offset and cannot be fetched one by one: after a loss the edge fetches the whole
/// side state and broadcasts it.
void room_edge::look_for_lost_notices(const cluster::event& what, edge_effects& out) {
  if (!is_known_ || what.notices <= notices_ || asked_told_) return;
  asked_told_ = true;
  auto question = queue_.question(cluster::command::kind::fetch, ring_.head());
  question.wants_told = true;
  out.commands.push_back(std::move(question));
}

void room_edge::take_told(const cluster::event& what, edge_effects& out) {
  if (!asked_told_ || !what.side_to || what.notices < notices_) return;
  asked_told_ = false;
  notices_ = what.notices;
  if (!what.side_to->is_end()) {  // too large for one broadcast: each member gets it in pages
    cluster::event each;
    each.what = cluster::event::kind::resync;
    out.casts.push_back(make_cast(each));
    return;
  }
  for (const auto& [name, payload] : what.told) {
    cluster::event each;
    each.what = cluster::event::kind::notice;
    each.name = name;
    each.payload = payload;
    out.casts.push_back(make_cast(each));
  }
}

}  // namespace roost::actors
