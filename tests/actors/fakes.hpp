// Loops on threads, clients without sockets, and a whole node on them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "actors/node.hpp"
#include "net/auth/token_office.hpp"
#include "net/loop.hpp"
#include "net/transport/flusher.hpp"
#include "net/transport/session.hpp"

namespace roost::tests {

/// Loops, each on its thread. Owns: both. Runs on: the test's thread. Ends: stop().
class running_loops {
 public:
  explicit running_loops(std::size_t count, net::turn_budget budget = {});
  ~running_loops();
  void start();
  void stop();
  std::span<const std::unique_ptr<net::loop>> all() const { return loops_; }
  net::loop& at(std::size_t index) { return *loops_[index]; }
  /// Runs it on the loop and waits for it.
  void on(std::size_t index, const std::function<void()>& work);
  /// The loop has ended the turn that it is in, and with it the actors' share of it.
  void await_turn(std::size_t index);
  /// Asks on the loop, again and again, until it holds; a minute in vain fails the test.
  void wait_until(std::size_t index, const std::function<bool()>& holds);

 private:
  std::vector<std::unique_ptr<net::loop>> loops_;
  std::vector<std::thread> threads_;
};

/// A client's link that keeps what it is sent and writes it nowhere, in its turn of the flusher.
/// Owns: its handler. Runs on: its loop. Ends: with the world.
class fake_session final : public net::session, private net::flush_node {
 public:
  explicit fake_session(net::loop& home);
  ~fake_session() override = default;
  bool send(const net::frame_ptr& frame, net::flush_class urgency) override;
  void close(errc why) override;
  void answered(std::uint32_t bytes_in) override;
  void took_more(std::uint32_t messages) override { messages_said += messages; }
  bool is_open() const override { return is_open_; }
  std::size_t queued_bytes() const override { return 0; }
  bool make_room(std::size_t, std::size_t) override { return is_open_; }
  void want_writable(std::size_t queued_max) override;

  std::size_t count(std::string_view part) const;

  std::vector<std::string> got;           ///< payloads of its frames
  std::vector<std::uint64_t> written_at;  ///< the loop's turn in which each was written
  std::size_t messages_said = 0;
  std::size_t bytes_said = 0;
  std::size_t messages_answered = 0;
  std::size_t bytes_answered = 0;
  errc why_closed = errc::none;
  /// Over 0: the client has stopped reading. One more send finds its window full, later frames
  /// wait, and over this many bytes it is closed as a slow consumer.
  std::size_t stalls_at = 0;
  std::size_t sends_tried = 0;
  std::unique_ptr<net::connection_handler> handler;

 private:
  outcome flush_once(std::span<char> scratch) override;
  net::loop& home_;
  bool is_open_ = true;
  bool waits_writable_ = false;
  std::size_t queued_ = 0;  // since it stalls
};

/// Settings whose rooms tell nothing but what is pushed, and whose drain does not wait: tests that
/// count frames use them.
settings quiet();

/// A node on running loops. Owns: the loops, the node, the clients. Ends: end(), or destruction.
class world {
 public:
  explicit world(std::size_t loops = 2, settings config = quiet(),
                 actors::kind_factory kinds = actors::make_kind, net::turn_budget budget = {});
  ~world();
  void end();

  fake_session& open(std::size_t loop, net::wire_format format = {});
  /// As a handshake leaves it that learned this.
  fake_session& open_with(std::size_t loop, net::connect_info info);
  /// The same for whoever is on that loop.
  fake_session& open_here(std::size_t loop, net::connect_info info = {});
  void say(fake_session& who, std::string text);
  static void say_here(fake_session& who, std::string_view text);
  void close(fake_session& who, errc why = errc::client_closed);
  /// Says phx_join with the ref "1" and waits for the answer.
  void join(fake_session& who, std::string_view topic_name);
  /// Waits until so many of its frames hold this text.
  void wait_for(fake_session& who, std::string_view part, std::size_t times = 1);
  void wait_until(const fake_session& who, const std::function<bool()>& holds);
  std::vector<std::string> got(const fake_session& who);
  /// Every actor of a loop has handled what it was sent until now.
  void settle();

  running_loops loops;
  live_settings config;
  metrics probe;
  net::auth::token_office office;
  actors::node node;

 private:
  std::vector<std::vector<net::session_ptr>> clients_;  // by loop; touched there only
  bool is_ended_ = false;
};

/// `["1","<ref>","<topic>","<event>",{"n":1}]`
std::string line(std::string_view ref, std::string_view topic_name, std::string_view event,
                 std::string_view payload = "{\"n\":1}");
/// A topic, room:0, room:1, … whose home is that loop.
std::string topic_at(actors::node& node, std::size_t loop);

}  // namespace roost::tests
