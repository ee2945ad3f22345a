// SPDX-License-Identifier: Apache-2.0
// The objects that the HTTP sessions of one listening socket share.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "net/http/http_server_context.hpp"
#include "net/loop/loop.hpp"

namespace roost::net::http {

/// An HTTP session, as its port sees it. Owns: its index in the port's list. Runs on: the port's
/// loop. Ends: with the session; call remove() before.
class port_session {
 public:
  /// Whether the session waits for the first byte of a request.
  virtual bool is_idle() const = 0;
  /// Closes at once and removes itself from the port. Idempotent.
  virtual void end() = 0;

 protected:
  ~port_session() = default;

 private:
  friend class http_port;
  std::size_t index_ = 0;
};

/// The sessions of one listening socket. Owns: one read buffer for all its sessions, and a list of
/// the sessions. Runs on: its loop. Ends: with its listener, after its last session.
class http_port {
 public:
  http_port(loop& home, const http_server_context& shared, port_role role)
      : home_(home), shared_(shared), role_(role) {}
  http_port(const http_port&) = delete;
  http_port& operator=(const http_port&) = delete;

  loop& home() { return home_; }
  const http_server_context& shared() const { return shared_; }
  port_role role() const { return role_; }
  /// After stop(), sessions do not keep connections alive for another request.
  bool is_stopped() const { return is_stopped_; }
  /// Shared read buffer, valid within one handler only: the next session overwrites it.
  std::span<char> scratch() { return scratch_; }

  void add(port_session& session) {
    session.index_ = sessions_.size();
    sessions_.push_back(&session);
  }
  void remove(const port_session& session) {
    sessions_[session.index_] = sessions_.back();
    sessions_[session.index_]->index_ = session.index_;
    sessions_.pop_back();
  }
  /// Ends the idle sessions.
  void stop() {
    is_stopped_ = true;
    // Backwards, because end() moves the last session to the freed index.
    for (auto i = sessions_.size(); i-- > 0;) {
      if (sessions_[i]->is_idle()) sessions_[i]->end();
    }
  }
  /// Ends every session.
  void end_all() {
    while (!sessions_.empty()) sessions_.back()->end();
  }

 private:
  loop& home_;
  const http_server_context& shared_;
  port_role role_;
  bool is_stopped_ = false;
  std::vector<port_session*> sessions_;
  std::array<char, 16 * 1024> scratch_;
};

}  // namespace roost::net::http
