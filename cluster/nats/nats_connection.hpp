// SPDX-License-Identifier: Apache-2.0
// A connection to NATS with its own thread, and requests over it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cluster/nats/event_loop.hpp"
#include "cluster/nats/message_rules.hpp"
#include "cluster/nats/nats_options.hpp"
#include "cluster/nats/request_table.hpp"
#include "cluster/nats/server_greeting.hpp"
#include "config/base/bytes.hpp"

namespace roost::cluster {

class nats_session;

struct nats_request {
  std::string subject;
  message_rule rule;  ///< an empty name: none
  slice data;
  milliseconds timeout{5'000};
  reply_handler on_reply;
};

/// Hears about a connection, on its thread.
class nats_listener {
 public:
  virtual ~nats_listener() = default;
  /// Connected, at first or again.
  virtual void connected() = 0;
  /// Everything that was under way may be lost. Requests were answered with `lost` before.
  virtual void connection_lost() = 0;
  /// A message that is not the answer to a request. Only while connected.
  virtual void message_arrived(const nats_message& message) = 0;
  /// After some calls of message_arrived().
  virtual void burst_ended() = 0;
  /// Less may be unsent than before (nats_connection::unsent_bytes()).
  virtual void bytes_sent() = 0;
};

/// It connects in the background, and reconnects for ever. It counts as connected when the version
/// of the server was checked, or could not be had. While it is not connected nothing is sent, and
/// nothing is kept to be sent later, nor is anything that still waits when the connection is lost:
/// requests are answered with `not_sent`.
///
/// Bounds: nats_options. Owns: one thread, and below it the natsConnection. Runs on: any thread;
/// `on_reply` and the listener run on the connection's thread, or on the caller's for a request
/// that is refused at once, and hold no lock. Ends: the destructor answers every request first.
class nats_connection {
 public:
  explicit nats_connection(nats_options options);
  nats_connection(const nats_connection&) = delete;
  nats_connection& operator=(const nats_connection&) = delete;
  ~nats_connection();

  /// From now on this one hears, instead of the one before; null: none. It hears connected() soon
  /// if the connection is there. The connection keeps it until it has let go of it on its thread.
  void listen(std::shared_ptr<nats_listener> listener);
  void request(nats_request request);
  /// Sends a message without an answer. False: too much waits, or it is not connected. True: it
  /// may be sent.
  bool publish(std::string subject, slice data);

  /// Bytes that were not handed to the kernel yet, about. Above nats_options::unsent_bytes_max
  /// more is refused.
  std::size_t unsent_bytes() const;
  bool is_connected() const { return is_connected_.load(std::memory_order_relaxed); }
  /// Not on the connection's thread. False: not in time, or the server is too old.
  bool wait_until_connected(milliseconds timeout);
  /// The present server, or the last one. None: it could not be asked.
  std::optional<met_server> server() const;
  /// Why it is not connected; empty: it is, or nothing is known yet.
  std::string problem() const;
  const nats_options& options() const { return options_; }
  /// Bytes of headers and data that the server takes in one message; 1 MiB until connected.
  std::size_t message_bytes_max() const {
    return message_bytes_max_.load(std::memory_order_relaxed);
  }
  /// Runs it on the connection's thread, unless the connection ends before.
  void after(milliseconds delay, std::function<void()> run) { loop_.after(delay, std::move(run)); }

 private:
  bool push(nats_request& request);
  void send_all();
  void send(nats_request& request);
  static void fail(const nats_request& request, reply_kind kind, std::string_view why);
  void connect();
  void on_attached();
  void on_met(std::optional<met_server> met);
  void leave_old_server(const met_server& met, const std::string& why);
  void on_lost();
  void on_read();
  void on_detached();
  void note_sent(std::size_t taken_bytes);
  bool take_reply(const nats_message& message);
  void expire_later();
  void set_connected(bool is_connected);
  bool note_problem(const std::string& problem, bool has_old_server);
  bool is_stopping();

  const nats_options options_;
  const std::string reply_prefix_;
  std::atomic<bool> is_connected_{false};
  std::atomic<std::size_t> message_bytes_max_{1U << 20U};
  std::atomic<std::size_t> requests_{0};  // that wait or are under way

  mutable std::mutex mutex_;
  std::condition_variable changed_;  // is_connected_, has_old_server_, or is_stopped_
  std::optional<met_server> server_;
  std::string problem_;
  bool has_old_server_ = false;
  std::vector<nats_request> waiting_;
  std::size_t waiting_bytes_ = 0;   // of those that nats.c has not taken
  std::size_t buffered_bytes_ = 0;  // of those that it has, when it was asked last
  bool is_stopping_ = false;
  bool is_stopped_ = false;

  // Only on the loop's thread:
  request_table pending_;
  bool expires_later_ = false;
  std::shared_ptr<nats_listener> listener_;
  std::shared_ptr<nats_session> session_;
  event_loop loop_;  // last: its thread uses the others
};

}  // namespace roost::cluster
