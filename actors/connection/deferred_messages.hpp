// SPDX-License-Identifier: Apache-2.0
// The messages of one connection that wait for an authorization. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "actors/runtime/fifo.hpp"
#include "config/base/indexed_vector.hpp"
#include "config/schema/settings.hpp"
#include "net/protocol/inbound.hpp"

namespace roost::actors {

/// A message that waits. It keeps its credit.
struct deferred_message {
  net::inbound in;
  std::uint32_t bytes_in = 0;
};

/// Keeps the messages of each topic in order: the answer about the first one is pending, and the
/// others wait behind it. Messages of other topics pass, and so do heartbeats.
///
/// Pushes, and all messages other than joins and leaves, take at most half of the credit, so that
/// one slow topic cannot stop the session from reading the others. Joins and leaves always wait,
/// because a refused one would change the channel before the messages in front of it; the whole
/// credit bounds their number.
/// Owns: the messages. Runs on: the connection's loop. Ends: when no message waits, or with the
/// connection.
class deferred_messages {
 public:
  using limit_settings = settings::limit_settings;

  /// Whether the message must wait behind another one of its topic.
  bool must_wait(const net::message& message);
  /// Whether the message may wait. If not, refuse it with rate_limited.
  bool has_space_for(const net::message& message, std::uint32_t bytes_in,
                     const limit_settings& limits) const;
  /// Adds the first message of a topic, with the number of its pending question.
  void add_first(deferred_message message, std::uint64_t question);
  /// Adds a message for which must_wait() is true.
  void add(deferred_message message);
  bool is_asking(std::string_view topic_name, std::uint64_t question);
  /// Whether the topic waits for an answer about a message that is no join.
  bool is_asking_for_push(std::string_view topic_name);
  /// Calls `decide(message, is_first)` for each message of the topic in order. `decide` returns 0,
  /// or the number of the question that the message has to wait for; then the others wait too.
  template <class Decide>
  void resume(const std::string& topic_name, Decide decide) {
    bool is_first = true;
    for (auto* found = topics_.find(topic_name); found;) {
      found->question = decide(found->messages.front(), is_first);
      if (found->question != 0) return;
      is_first = false;
      count(found->messages.front(), false);
      found->messages.pop_front();
      if (!found->messages.empty()) continue;
      topics_.erase(*found);
      return;
    }
  }
  std::vector<std::string> topics() const;
  bool is_empty() const { return topics_.empty(); }

 private:
  struct waiting_topic {
    std::string name;
    std::uint64_t question = 0;
    fifo<deferred_message> messages;  // empty only in a gap

    std::string_view key() const { return name; }
    bool is_gap() const { return messages.empty(); }
    void make_gap() { *this = {}; }
  };
  void count(const deferred_message& message, bool is_added);

  indexed_vector<waiting_topic> topics_;
  std::uint32_t pushes_ = 0;  // messages other than joins and leaves
  std::uint64_t push_bytes_ = 0;
};

}  // namespace roost::actors
