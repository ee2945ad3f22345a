// What one client may conclude from the frames that it got: the promises of a room, checked.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace roost::actors {

/// Owns: what a client knows. Runs on: the test's thread. Ends: with the test. The client's refs
/// are unique, the payload of each of its pushes is {"by": its name, "ref": the push's ref}.
class client_view {
 public:
  client_view(std::string name, bool has_echo) : name_(std::move(name)), has_echo_(has_echo) {}
  /// The client asked and expects one answer, in this order among those with `keeps_order`.
  void asked(const std::string& reference, bool is_join, bool keeps_order);
  /// A frame came; a promise that it breaks, or nothing.
  std::optional<std::string> got(const std::string& frame);
  /// Requests that are not answered.
  std::size_t unanswered() const { return unanswered_.size(); }
  std::size_t broadcasts() const { return broadcasts_; }
  bool is_in() const { return !open_.empty(); }

 private:
  struct request {
    bool is_join = false;
    std::size_t order = 0;  // 0: none
  };
  struct parsed;
  std::optional<std::string> reply(const parsed& frame);
  std::optional<std::string> broadcast(const parsed& frame);

  std::string name_;
  bool has_echo_;
  std::map<std::string, request> unanswered_;
  std::set<std::string> answered_;
  std::size_t last_asked_ = 0;
  std::size_t last_answered_ = 0;
  std::string open_;  // join_ref of the channel that is open
  std::string epoch_;
  std::uint64_t seen_ = 0;
  std::set<std::uint64_t> own_;  // offsets of its pushes in this epoch
  std::size_t broadcasts_ = 0;
};

}  // namespace roost::actors
