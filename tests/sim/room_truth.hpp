// The order of one room, put together from all that any client was told.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "tests/sim/findings.hpp"
#include "tests/sim/heard.hpp"

namespace roost::sim {

/// Which push of which client, by what its payload says.
struct push_id {
  int client = 0;
  std::uint64_t number = 0;  ///< 1, 2, 3 … for each client and topic, whatever its connections
  std::uint64_t connection = 0;  ///< which of the client's: only within one is order promised
  friend auto operator<=>(const push_id&, const push_id&) = default;
};

/// Owns: what is known. Runs on: one thread. Ends: with the simulation.
class room_truth {
 public:
  room_truth(std::string topic, findings& found) : topic_(std::move(topic)), found_(found) {}
  /// Somebody was given this event.
  void seen(const position& where, const std::string& content, const push_id& who);
  /// Its sender was told that it stands there.
  void acknowledged(const position& where, const push_id& who);
  /// Its sender says it again over another connection: only its place must stay the same.
  void repeats(const push_id& who) { repeated_.insert(who); }
  bool is_repeated(const push_id& who) const { return repeated_.contains(who); }
  /// An ephemeral event, which has no place.
  void says(const push_id& who) { said_.insert(who); }
  bool was_said(const push_id& who) const { return said_.contains(who); }
  /// A client says that it has read up to there.
  void marks(const position& where) { marked_.insert({where.epoch, where.at}); }
  bool is_marked(const position& where) const { return marked_.contains({where.epoch, where.at}); }
  /// Its sender was told that it did not happen.
  void refused(const push_id& who);
  std::size_t events() const { return contents_.size(); }

 private:
  using key = std::pair<std::string, std::uint64_t>;
  void stands(const position& where, const push_id& who);

  std::string topic_;
  findings& found_;
  std::map<key, std::string> contents_;
  std::map<key, push_id> pushes_;
  std::map<push_id, key> places_;
  std::set<push_id> refused_;
  std::set<push_id> repeated_;
  std::set<push_id> said_;
  std::set<key> marked_;
  /// By epoch, client and connection: the number of the push at each offset.
  using sender = std::tuple<std::string, int, std::uint64_t>;
  std::map<sender, std::map<std::uint64_t, std::uint64_t>> orders_;
};

}  // namespace roost::sim
