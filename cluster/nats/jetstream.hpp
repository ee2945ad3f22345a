// SPDX-License-Identifier: Apache-2.0
// JetStream's API as plain requests over a connection.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cluster/log/store_result.hpp"
#include "cluster/nats/jetstream_answers.hpp"
#include "cluster/nats/nats_connection.hpp"

namespace roost::cluster {

/// A message that a direct get has returned.
struct direct_message {
  std::uint64_t at = 0;
  std::string subject;
  slice data;
};

/// Answer to a direct get.
struct direct_answer {
  std::vector<direct_message> messages;
  /// Up to which sequence the server had read; only for several subjects.
  std::optional<std::uint64_t> up_to;
  /// The server answered for as many messages as it was asked for; false: nats-server before 2.11
  /// returns one.
  bool is_batch = false;
  /// The server does not know such a request: nats-server before 2.11.
  bool is_unknown = false;
  std::string failure;  ///< why the server refused it otherwise; empty: it did not
};

/// The calls of js_... of nats.c would block or start threads. A direct get is answered by any
/// replica of a stream, everything else by its leader. Owns: nothing. Runs on: any thread;
/// callbacks as those of nats_connection::request(). Ends: before the connection, or together.
class jetstream {
 public:
  template <class Answer>
  using callback = std::function<void(Answer)>;

  jetstream(nats_connection& connection, milliseconds timeout)
      : connection_(&connection), timeout_(timeout) {}

  /// Stores a message, if what the rule says is so.
  void publish(std::string subject, message_rule rule, slice data,
               callback<write_result> done) const;
  /// Sends a request of the API, such as INFO; the handler gets each reply.
  void ask(const std::string& request, const std::string& body, reply_handler on_reply) const;
  /// Sends a request about a stream, such as STREAM.PURGE.NAME; `done` gets the JSON.
  void call(const std::string& request, const std::string& body,
            callback<result<std::string_view>> done) const;
  /// As call(), for a request that changes something. `json` is empty if there was no answer.
  void change(const std::string& request, const std::string& body,
              std::function<void(write_result, std::string_view json)> done) const;
  void info(const std::string& stream, const std::string& body,
            callback<result<stream_info>> done) const;
  void get_from_leader(const std::string& stream, const std::string& body,
                       callback<result<std::optional<stored_message>>> done) const;
  /// The newest message of a subject, from the leader.
  void get_newest(const std::string& stream, const std::string& subject,
                  callback<result<std::optional<stored_message>>> done) const;
  /// `expects_batch`: the body asks for several messages.
  void get_direct(const std::string& stream, const std::string& body, bool expects_batch,
                  callback<result<direct_answer>> done) const;

  nats_connection& connection() const { return *connection_; }

 private:
  nats_connection* connection_;
  milliseconds timeout_;
};

/// `"text"` in JSON; the text has no character that JSON escapes.
inline std::string json_text(std::string_view text) { return '"' + std::string(text) + '"'; }

}  // namespace roost::cluster
