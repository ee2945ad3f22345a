// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/nats_network.hpp"

#include <atomic>
#include <utility>

#include "cluster/nats/nats_message.hpp"

namespace roost::cluster {

/// Hears about the main connection. Owns: nothing that others see. Runs on: that connection's
/// thread; is_writable() on the home thread. Ends: when the connection lets go of it.
class frame_listener final : public nats_listener {
 public:
  frame_listener(const nats_connection& connection, std::shared_ptr<network_inbox> inbox,
                 std::string subject, std::size_t unsent_bytes_max)
      : connection_(connection),
        inbox_(std::move(inbox)),
        subject_(std::move(subject)),
        unsent_bytes_max_(unsent_bytes_max) {}

  /// False: the handler is told when it is true again.
  bool is_writable() {
    if (has_space()) return true;
    is_awaited_ = true;
    return has_space();  // it may have become so before anybody could know of the wait
  }

  void connected() override {
    if (std::exchange(was_lost_, false)) {
      inbox_->push_back();
      inbox_->count([](network_counts& to) { ++to.reconnects; });
      inbox_->hand_over();
    }
    bytes_sent();
  }
  void connection_lost() override {
    was_lost_ = true;
    inbox_->push_lost();
    inbox_->hand_over();
  }
  void message_arrived(const nats_message& message) override {
    if (message.subject() == subject_) {
      inbox_->push_frame(message.copy_data());
    } else {
      inbox_->count([](network_counts& to) { ++to.foreign; });
    }
  }
  void burst_ended() override { inbox_->hand_over(); }
  void bytes_sent() override {
    if (!is_awaited_ || !has_space() || !is_awaited_.exchange(false)) return;
    inbox_->push_writable();
    inbox_->hand_over();
  }

 private:
  bool has_space() const {
    return connection_.unsent_bytes() <= unsent_bytes_max_ && connection_.is_connected();
  }

  const nats_connection& connection_;
  const std::shared_ptr<network_inbox> inbox_;
  const std::string subject_;
  const std::size_t unsent_bytes_max_;
  std::atomic<bool> is_awaited_{false};
  bool was_lost_ = false;
};

namespace {

/// Hears about the connection of the heartbeats. Owns: nothing that others see. Runs on: that
/// connection's thread. Ends: when the connection lets go of it.
class heartbeat_listener final : public nats_listener {
 public:
  heartbeat_listener(std::shared_ptr<network_inbox> inbox, subjects names)
      : inbox_(std::move(inbox)), names_(std::move(names)) {}

  void connected() override {
    if (!std::exchange(was_lost_, false)) return;
    inbox_->count([](network_counts& to) { ++to.heartbeat_reconnects; });
  }
  void connection_lost() override { was_lost_ = true; }
  void message_arrived(const nats_message& message) override {
    if (const auto from = names_.sender_of(message.subject())) {
      inbox_->push_heartbeat(*from, message.copy_data());
    } else {
      inbox_->count([](network_counts& to) { ++to.foreign; });
    }
  }
  void burst_ended() override { inbox_->hand_over(); }
  void bytes_sent() override {}

 private:
  const std::shared_ptr<network_inbox> inbox_;
  const subjects names_;
  bool was_lost_ = false;
};

}  // namespace

nats_options main_options(nats_options common, const subjects& names, node_id self) {
  common.subject = names.node(self);
  common.unsent_bytes_max += frame_room_bytes;
  return common;
}

/// Old heartbeats are of no use, so few may wait.
nats_options heartbeat_options(nats_options common, const subjects& names) {
  common.subject = names.heartbeats();
  common.requests_max = 1'000;
  common.unsent_bytes_max = 1U << 20U;
  return common;
}

nats_network::nats_network(const network_connections& connections, subjects names, node_id self,
                           home_thread home, network_handler& handler, const network_limits& limits)
    : connections_(connections),
      names_(std::move(names)),
      heartbeat_subject_(names_.heartbeats_of(self)),
      inbox_(std::make_shared<network_inbox>(std::move(home), handler, limits.inbox)),
      frames_(std::make_shared<frame_listener>(connections.main, inbox_, names_.frames_to(self),
                                               limits.unsent_bytes_max)) {
  connections_.main.listen(frames_);
  connections_.heartbeats.listen(std::make_shared<heartbeat_listener>(inbox_, names_));
}

nats_network::~nats_network() {
  inbox_->close();
  connections_.main.listen({});
  connections_.heartbeats.listen({});
}

bool nats_network::is_writable() const { return frames_->is_writable(); }

bool nats_network::send_frame(node_id to, const slice& frame) {
  const bool is_too_large = frame.size > connections_.main.message_bytes_max();
  const bool is_taken = !is_too_large && connections_.main.publish(names_.frames_to(to), frame);
  inbox_->count([&](network_counts& counts) {
    if (is_taken) {
      ++counts.frames_sent;
      counts.frame_bytes_sent += frame.size;
    } else {
      ++(is_too_large ? counts.frames_too_large : counts.frames_refused);
    }
  });
  return is_taken;
}

network_counts nats_network::counts() const {
  auto out = inbox_->counts();
  out.unsent_bytes = connections_.main.unsent_bytes();
  return out;
}

void nats_network::publish_heartbeat(const slice& heartbeat) {
  auto& connection = connections_.heartbeats;
  const bool is_taken = heartbeat.size <= connection.message_bytes_max() &&
                        connection.publish(heartbeat_subject_, heartbeat);
  inbox_->count([&](network_counts& counts) {
    ++(is_taken ? counts.heartbeats_sent : counts.heartbeats_refused);
  });
}

}  // namespace roost::cluster
