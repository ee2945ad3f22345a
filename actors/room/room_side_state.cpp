// The side state of a room: presence and receipts, as pages for one member and as notices for all.
#include <utility>

#include "actors/room/room.hpp"

namespace roost::actors {

/// Adds a page of the side state from `from` on.
void room::tell(event& answer, const cluster::side_state_cursor& from, std::size_t bytes_max) {
  using stage = cluster::side_state_cursor::stage;
  answer.side_from = from;
  auto& at = answer.side_to.emplace(from);
  if (at.at == stage::start || at.at == stage::presence)
    answer.told = presence_.page(at, bytes_max);
  std::size_t bytes = 0;
  for (const auto& each : answer.told) bytes += each.second.data.size;
  if (at.at != stage::receipts || bytes > bytes_max / 2) return;
  if (auto all = receipts_.page(at, bytes_max - bytes)) {
    answer.told.emplace_back("read_receipts", std::move(*all));
  }
}

/// Adds the side state if all of presence fits into one page; otherwise the edge fetches it.
void room::tell_in_one(event& answer, std::size_t bytes_max) {
  answer.side_to.emplace();
  if (presence_.state_bytes() <= bytes_max) tell(answer, {}, bytes_max);
}

void room::notices(std::vector<notice>&& what, std::vector<cluster::event_ptr>& out) {
  for (auto& [name, payload] : what) {
    ++notices_;
    auto told = answer_to({});
    told.what = name.empty() ? event::kind::resync : event::kind::notice;
    told.where = where_;
    told.name = std::move(name);
    told.payload = std::move(payload);
    out.push_back(cluster::share(std::move(told)));
  }
}

}  // namespace roost::actors
