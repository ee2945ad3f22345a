// SPDX-License-Identifier: Apache-2.0
// The interface between net/ and the actors: `session`, one client, and `connection_handler`, its
// callbacks. net/ does not depend on rooms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/base/cidr.hpp"
#include "config/base/error.hpp"
#include "config/base/ids.hpp"
#include "config/schema/setting_choices.hpp"
#include "net/protocol/message.hpp"

namespace roost::net::auth {
struct token_claims;
}

namespace roost::net {

class loop;

/// The share of an iteration's flush budget that a message uses. Small fan-outs and replies are
/// written first, so that one huge room cannot delay them.
enum class flush_class : std::uint8_t { small, large };

/// The facts about a client that the handshake established.
struct connect_info {
  std::size_t mount = 0;  ///< index into settings.sockets
  wire_format format;
  token_use tokens = token_use::optional;
  std::string token;  ///< from the request; empty: none, or it is verified already
  std::shared_ptr<const auth::token_claims> identity;  ///< verified claims; null: anonymous
  std::string peer_address;
  std::vector<std::pair<std::string, std::string>> parameters;  ///< of the query, decoded
};

/// One client's session. Owns: its socket or stream, its outbox. Runs on: its loop, every call.
/// Ends: when it is closed and the last session_ptr is gone (the reference count is not atomic).
class session {
 public:
  session(const session&) = delete;
  session& operator=(const session&) = delete;
  connection_id id() const { return id_; }
  /// The client's address, as trusted proxies report it; all zero if it is unknown.
  const address_bytes& peer() const { return peer_; }
  /// Puts a message into the outbox; the flush of this iteration or of a later one writes it. If
  /// the outbox is full, the session closes with 1013. Returns false then, and while closing. An
  /// ephemeral message may be conflated or dropped instead; then send() returns true.
  virtual bool send(const encoded_ptr& message, flush_class urgency) = 0;
  /// Writes the queued messages, then a close frame with the close code of `why`. errc::abnormal
  /// ends the session without a close frame. Other calls after the first are ignored.
  virtual void close(errc why) = 0;
  /// Releases the credit of a message that was answered or dropped; `bytes_in` is its size.
  virtual void release_credit(std::uint32_t bytes_in) = 0;
  /// Takes credit for `messages` more messages: one WebSocket message held several (a V2 batch).
  /// The handler calls release_credit() for each of them.
  virtual void add_credit_debt(std::uint32_t messages) = 0;
  virtual bool is_open() const = 0;
  /// Bytes in the outbox, including outbox::message_overhead for each message.
  virtual std::size_t queued_bytes() const = 0;
  /// True if `bytes` more bytes fit into `queued_max`, or if the outbox is empty. If they do not
  /// fit, it first writes queued messages to the socket. False while closing.
  virtual bool free_space(std::size_t bytes, std::size_t queued_max) = 0;
  /// Requests one call of drained() as soon as at most `queued_max` bytes are queued. The call
  /// comes from a later handler of the loop, even if they are so few already. Replaces an earlier
  /// request.
  virtual void notify_when_drained(std::size_t queued_max) = 0;

 protected:
  explicit session(connection_id id, const address_bytes& peer = {}) : id_(id), peer_(peer) {}
  virtual ~session() = default;

 private:
  friend class session_ptr;
  connection_id id_;
  address_bytes peer_;
  std::uint32_t uses_ = 0;
};

/// A reference-counted pointer to a session. Use it only on the session's loop.
class session_ptr {
 public:
  session_ptr() = default;
  explicit session_ptr(session* s) : ptr_(s) {
    if (ptr_) ++ptr_->uses_;
  }
  session_ptr(const session_ptr& o) : session_ptr(o.ptr_) {}
  session_ptr(session_ptr&& o) noexcept : ptr_(std::exchange(o.ptr_, nullptr)) {}
  session_ptr& operator=(session_ptr o) noexcept {
    std::swap(ptr_, o.ptr_);
    return *this;
  }
  ~session_ptr() {
    if (ptr_ && --ptr_->uses_ == 0) delete ptr_;
  }
  session* operator->() const { return ptr_; }
  session& operator*() const { return *ptr_; }
  session* get() const { return ptr_; }
  explicit operator bool() const { return ptr_ != nullptr; }

 private:
  session* ptr_ = nullptr;
};

/// The callbacks of one session, which owns it. Runs on: the session's loop. Ends: after closed().
class connection_handler {
 public:
  virtual ~connection_handler() = default;
  /// A complete message; text is valid UTF-8. It takes credit until `release_credit(data->size())`.
  virtual void message(bytes_ptr data, bool is_binary) = 0;
  /// The outbox has drained to the level that notify_when_drained() requested.
  virtual void drained() = 0;
  /// The last call. `code` is the close code that was sent or received, or 1006 if there was none.
  virtual void closed(std::uint16_t code) = 0;
};

/// Makes the handler for a new session, on that session's loop.
class connection_opener {
 public:
  virtual ~connection_opener() = default;
  virtual std::unique_ptr<connection_handler> opened(session& session, connect_info info) = 0;
  /// Called before the upgrade, on any loop. Returns errc::none, or the error with which the client
  /// is refused over HTTP.
  virtual errc admits(const connect_info&) { return errc::none; }
};

}  // namespace roost::net
