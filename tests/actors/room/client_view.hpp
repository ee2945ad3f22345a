// What one client may conclude from the frames that it got: the promises of a room, checked.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace roost::actors {

/// What all clients of a room have seen together: which push got which position.
/// Owns: that. Runs on: the test's thread. Ends: with the test.
class room_record {
 public:
  using place = std::pair<std::string, std::uint64_t>;  // epoch, offset
  /// What does not agree with what was seen before, or nothing.
  std::optional<std::string> seen(const place& at, const std::string& push);

 private:
  std::map<place, std::string> pushes_;
  std::map<std::string, place> places_;
};

/// Owns: what a client knows. Runs on: the test's thread. Ends: with the test. The client's refs
/// are unique over all clients; the payload of each push is {"by": its name, "ref": the push's
/// ref}.
class client_view {
 public:
  struct request {
    bool is_join = false;
    std::optional<room_record::place> resume = {};  ///< of a join
    bool never_succeeds = false;  ///< its push is refused, or the room fails at it
    std::size_t order = 0;        // 0: none
  };

  client_view(std::string name, bool has_echo, room_record& together)
      : name_(std::move(name)), has_echo_(has_echo), together_(&together) {}
  /// The client asked and expects one answer, in this order among those with `keeps_order`.
  void asked(const std::string& reference, request what, bool keeps_order);
  /// A frame came; a promise that it breaks, or nothing.
  std::optional<std::string> got(const std::string& frame);
  /// Requests that are not answered.
  std::size_t unanswered() const { return unanswered_.size(); }
  std::size_t broadcasts() const { return broadcasts_; }
  bool is_in() const { return !open_.empty(); }
  /// What it would resume from: the last event that it got.
  const std::optional<room_record::place>& place() const { return place_; }
  /// The offset up to which it has all that it may expect, its own events apart.
  std::uint64_t seen() const;
  std::size_t recovered() const { return recovered_; }
  std::size_t missed() const { return missed_; }

 private:
  struct parsed;
  using verdict = std::optional<std::string>;
  verdict reply(const parsed& frame);
  verdict joined(const parsed& frame, const request& asked);
  verdict ended(const parsed& frame);
  verdict broadcast(const parsed& frame);
  verdict ordered(const parsed& frame, bool is_own);

  std::string name_;
  bool has_echo_;
  room_record* together_;
  std::map<std::string, request> unanswered_;
  std::set<std::string> answered_;
  std::set<std::string> ended_;  // join_refs
  std::size_t last_asked_ = 0;
  std::size_t last_answered_ = 0;
  std::string open_;                            // join_ref of the channel that is open
  std::uint64_t seen_ = 0;                      // of this channel
  std::uint64_t joined_ = 0;                    // the head when it was joined
  std::set<std::uint64_t> own_;                 // offsets of its pushes in this channel
  std::map<std::string, std::uint64_t> heads_;  // by epoch: the greatest offset that it knows of
  std::optional<room_record::place> place_;
  std::size_t broadcasts_ = 0;
  std::size_t recovered_ = 0;
  std::size_t missed_ = 0;
};

}  // namespace roost::actors
