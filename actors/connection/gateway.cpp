#include "actors/connection/gateway.hpp"

#include <caf/send.hpp>
#include <utility>

#include "actors/connection/connection.hpp"

namespace roost::actors {

namespace {

/// Hands what a session reports to its connection's actor.
/// Owns: a reference to the actor. Runs on: the session's loop. Ends: with the session.
class link_handler final : public net::connection_handler {
 public:
  explicit link_handler(caf::actor who) : who_(std::move(who)) {}
  void message(net::bytes_ptr data, bool is_binary) override {
    caf::anon_send(who_, client_data{std::move(data), is_binary});
  }
  void writable() override {}  // nothing is paged yet: what does not fit ends the connection
  void closed(std::uint16_t) override { caf::anon_send(who_, client_closed{}); }

 private:
  caf::actor who_;
};

}  // namespace

std::unique_ptr<net::connection_handler> gateway::opened(net::session& link,
                                                         net::connect_info info) {
  const auto loop = loop_of(link.id());
  auto who = spawn_on<connection>(node_.scheduler.unit(loop.value), node_, link, info.format);
  node_.links[loop.value].emplace(link.id().value, who);
  if (is_draining_) link.close(errc::drain);
  return std::make_unique<link_handler>(std::move(who));
}

}  // namespace roost::actors
