// The two sides of a client link: `session` is what net/ offers for one client,
// `connection_handler` is what net/ asks of whoever serves it. net/ knows nothing of rooms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/base/error.hpp"
#include "config/base/ids.hpp"
#include "config/cidr.hpp"
#include "net/protocol/message.hpp"

namespace roost::net::auth {
struct token_claims;
}

namespace roost::net {

class loop;

/// Which share of a turn's flush budget a frame is written from. Small fan-outs and replies go
/// first, so that one huge room cannot hold them back.
enum class flush_class : std::uint8_t { small, large };

/// What a mount does with tokens.
enum class token_use : std::uint8_t {
  none,      ///< they are not looked at
  optional,  ///< one that is given must be valid
  required,  ///< until a valid one comes, nothing else works
};

/// What the handshake learned about a client.
struct connect_info {
  std::size_t mount = 0;  ///< index into settings.sockets
  wire_format format;
  token_use tokens = token_use::optional;
  std::string token;  ///< as it came with the request; empty: none, or it has been looked at
  std::shared_ptr<const auth::token_claims> identity;  ///< whose it is; null: nobody's
  std::string peer_address;
  std::vector<std::pair<std::string, std::string>> parameters;  ///< query, decoded
};

/// One client link. Owns: its socket or stream, its outbox. Runs on: its loop, every call.
/// Ends: when it is closed and the last session_ptr is gone (the count is not atomic).
class session {
 public:
  session(const session&) = delete;
  session& operator=(const session&) = delete;
  connection_id id() const { return id_; }
  /// Where the client is, as far as proxies are trusted; all zero where nobody knows.
  const address_bytes& peer() const { return peer_; }
  /// Puts a frame into the outbox; it is written in this turn's flush or a later one. Over the
  /// bound the session closes with 1013, and false comes back; so it does when closing. An
  /// ephemeral frame may be conflated or dropped instead, which is true as well.
  virtual bool send(const frame_ptr& frame, flush_class urgency) = 0;
  /// Flushes what is queued, then closes with this row's close code. Later calls are ignored.
  virtual void close(errc why) = 0;
  /// A message that was handed in has been answered or dropped: gives its credit back.
  virtual void answered(std::uint32_t bytes_in) = 0;
  /// What was handed in as one held so many messages more, each of which will be answered().
  virtual void took_more(std::uint32_t messages) = 0;
  virtual bool is_open() const = 0;
  /// Bytes that wait, outbox::frame_overhead of each frame included.
  virtual std::size_t queued_bytes() const = 0;
  /// Whether so many more bytes leave at most `queued_max` of them waiting, or nothing waits. Where
  /// they would not, the kernel is asked to take what waits first. False when closing.
  virtual bool make_room(std::size_t bytes, std::size_t queued_max) = 0;
  /// Asks for one writable() as soon as at most so many bytes wait; in a later step of the loop,
  /// also if it is so already. A later call takes the place of an earlier one.
  virtual void want_writable(std::size_t queued_max) = 0;

 protected:
  explicit session(connection_id id, const address_bytes& peer = {}) : id_(id), peer_(peer) {}
  virtual ~session() = default;

 private:
  friend class session_ptr;
  connection_id id_;
  address_bytes peer_;
  std::uint32_t uses_ = 0;
};

/// Shared pointer to a session; only on the session's loop.
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

/// Serves one session. Owned by it. Runs on: the session's loop. Ends: after closed().
class connection_handler {
 public:
  virtual ~connection_handler() = default;
  /// One whole message; text is valid UTF-8. It takes credit until `answered(data->size())`.
  virtual void message(bytes_ptr data, bool is_binary) = 0;
  /// The outbox has drained as far as want_writable() asked.
  virtual void writable() = 0;
  /// Nothing comes after this. `code` is the close code that was sent or got, 1006 for none.
  virtual void closed(std::uint16_t code) = 0;
};

/// Makes the handler for a new session, on that session's loop.
class connection_opener {
 public:
  virtual ~connection_opener() = default;
  virtual std::unique_ptr<connection_handler> opened(session& link, connect_info info) = 0;
  /// Asked before the upgrade, on any loop: none, or why the client is refused over HTTP.
  virtual errc admits(const connect_info&) { return errc::none; }
};

}  // namespace roost::net
