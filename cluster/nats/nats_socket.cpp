// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/nats_socket.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace roost::cluster {
namespace {

/// From 3.9.2 on the adapter closes the socket of nats.c; before, nats.c has closed it.
void close_socket([[maybe_unused]] natsSock socket) {
#if NATS_VERSION_NUMBER >= 0x030902
  natsConnection_ProcessCloseEvent(&socket);
#endif
}

/// From 3.11 on a closed connection is kept until the adapter says that it has let go of it.
void let_go([[maybe_unused]] natsConnection* connection) {
#if NATS_VERSION_NUMBER >= 0x030B00
  natsConnection_ProcessDetachedEvent(connection);
#endif
}

}  // namespace

natsStatus nats_socket::use_in(natsOptions* options) {
  return natsOptions_SetEventLoop(options, this, attach, read, write, detach);
}

natsStatus nats_socket::attach(void** user, void* self, natsConnection* connection,
                               natsSock socket) {
  auto& at = *static_cast<nats_socket*>(self);
  *user = self;
  const int duplicate = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
  if (duplicate < 0) return NATS_SYS_ERROR;
  at.connection_ = connection;
  at.socket_ = socket;
  const auto number = ++at.sockets_;
  at.attached_.store(number, std::memory_order_release);
  at.loop_.post(
      [self = at.shared_from_this(), duplicate, number] { self->open(duplicate, number); });
  return NATS_OK;
}

natsStatus nats_socket::read(void* user, bool is_added) {
  auto& at = *static_cast<nats_socket*>(user);
  if (is_added) return NATS_OK;  // since attach()
  at.attached_.store(0, std::memory_order_release);
  // The watch has a descriptor of its own, so this one need not wait for it.
  close_socket(std::exchange(at.socket_, -1));
  at.loop_.post([self = at.shared_from_this()] {
    self->close();
    self->events_.lost();
  });
  return NATS_OK;
}

natsStatus nats_socket::write(void* user, bool is_added) {
  auto& at = *static_cast<nats_socket*>(user);
  const auto set = [self = at.shared_from_this(), is_added] {
    self->wants_write_ = is_added;
    self->await_write();
  };
  if (at.loop_.is_this_thread()) {
    set();
  } else {
    at.loop_.post(set);
  }
  return NATS_OK;
}

natsStatus nats_socket::detach(void* user) {
  auto& at = *static_cast<nats_socket*>(user);
  at.attached_.store(0, std::memory_order_release);
  at.loop_.post([self = at.shared_from_this()] {
    self->close();
    let_go(self->connection_);
    self->events_.detached();
  });
  return NATS_OK;
}

void nats_socket::open(int duplicate, unsigned number) {
  watch_ = loop_.watch(duplicate);
  opened_.store(number, std::memory_order_release);
  await_read();
  await_write();
  events_.attached();
}

void nats_socket::close() {
  watch_.reset();
  wants_write_ = false;
  awaits_write_ = false;
}

void nats_socket::read_greeting(milliseconds timeout, std::function<void(std::string)> done) {
  if (watch_) watch_->read_greeting(timeout, std::move(done));
}

void nats_socket::shut() {
  if (watch_) watch_->shut();
}

void nats_socket::await_read() {
  watch_->wait_readable([this] {
    // While nats.c reconnects it holds its lock, and a call would block the loop.
    if (!is_attached()) return;
    natsConnection_ProcessReadEvent(connection_);
    events_.read();
    if (watch_ && is_attached()) await_read();
  });
}

void nats_socket::await_write() {
  if (!wants_write_ || awaits_write_ || !watch_) return;
  awaits_write_ = true;
  watch_->wait_writable([this] {
    awaits_write_ = false;
    if (!wants_write_ || !is_attached()) return;
    natsConnection_ProcessWriteEvent(connection_);
    events_.written();
    await_write();
  });
}

}  // namespace roost::cluster
