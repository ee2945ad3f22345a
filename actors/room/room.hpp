// The owner's side of one topic: who is in, what order, which position. Pure.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <memory>
#include <string>
#include <vector>

#include "actors/room/room_kind.hpp"
#include "cluster/envelope.hpp"
#include "config/settings.hpp"

namespace roost::actors {

/// Orders one topic. Owns: its members, its position, its kind. Runs on: whoever calls it (one
/// thread). Ends: with its actor. Every command gives exactly one answer in `out`, in order.
class room {
 public:
  room(topic where, const room_rule& rule, kind_factory kinds, std::string epoch_text);
  /// Does a command. May throw what the kind throws; then call crashed().
  void apply(const cluster::command& what, std::vector<cluster::event>& out);
  /// Ends every channel and starts anew with a fresh kind and epoch, nobody in.
  void crashed(std::string epoch_text, std::vector<cluster::event>& out);

  std::size_t members() const { return members_.size(); }
  offset head() const { return head_; }
  const std::string& epoch_text() const { return epoch_text_; }

 private:
  void join(const cluster::command& what, cluster::event& answer);
  void push(const cluster::command& what, cluster::event& answer);

  topic where_;
  room_rule rule_;
  kind_factory kinds_;
  std::unique_ptr<room_kind> kind_;
  std::string epoch_text_;
  offset head_;
  boost::unordered_flat_set<std::uint64_t> members_;  // connection ids
};

}  // namespace roost::actors
