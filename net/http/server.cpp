#include "net/http/server.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <limits>
#include <vector>

#include "config/base/log.hpp"
#include "net/http/bind.hpp"
#include "net/http/listener.hpp"
#include "net/http/site.hpp"

namespace roost::net::http {
namespace {

/// Descriptors for files, listeners, loops, and clients that are not upgraded yet.
constexpr rlim_t descriptors_spare = 200;

std::uint32_t connections_limit(std::uint32_t configured) {
  constexpr auto most = std::numeric_limits<std::uint32_t>::max();
  rlimit files{};
  const bool is_open = ::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= most;
  const auto spare = std::min(descriptors_spare, files.rlim_cur / 2);
  const auto room = is_open ? most : static_cast<std::uint32_t>(files.rlim_cur - spare);
  if (configured > room) {
    log::warning("open_files_too_few", {{"node.connections_max", configured},
                                        {"open_files_max", std::uint64_t{files.rlim_cur}},
                                        {"room_for_connections", room},
                                        {"raise", "ulimit -n, or LimitNOFILE of systemd"}});
  }
  return configured != 0 ? configured : room;
}

}  // namespace

struct server::state {
  site shared;
  std::span<const std::unique_ptr<loop>> loops;
  std::vector<std::unique_ptr<listener>> open_listeners;
  std::vector<std::unique_ptr<listener>> admin_listeners;
  std::uint16_t port = 0;
  std::uint16_t admin_port = 0;

  void add(const bound_sockets& bound, port_role role) {
    auto& to = role == port_role::open ? open_listeners : admin_listeners;
    for (std::size_t i = 0; i < bound.descriptors.size(); ++i) {
      to.push_back(std::make_unique<listener>(*loops[i], shared, role, bound.descriptors[i],
                                              bound.at.protocol()));
    }
  }
};

server::server(const live_settings& config, std::span<const std::unique_ptr<loop>> loops,
               connection_opener& opener, metrics& probe, const std::atomic<node_state>& now,
               auth::token_office* office, api_handler* api)
    : state_(new server::state{{config,
                                probe,
                                now,
                                {config, opener, probe},
                                mounts_of(config.now()),
                                connections_limit(config->node.connections_max),
                                office,
                                api},
                               loops,
                               {},
                               {}}) {}

server::~server() = default;

result<void> server::listen() {
  const auto& config = state_->shared.config.now();
  const auto open = bind_sockets(config.listen.host, config.listen.port, state_->loops.size());
  if (!open) return open.failure();
  state_->add(*open, port_role::open);
  const auto admin = bind_sockets(config.admin.host, config.admin.port, 1);
  if (!admin) {
    state_->open_listeners.clear();
    return admin.failure();
  }
  state_->add(*admin, port_role::admin);
  state_->port = open->at.port();
  state_->admin_port = admin->at.port();
  for (const auto& each : state_->open_listeners) each->start();
  for (const auto& each : state_->admin_listeners) each->start();
  return {};
}

void server::stop_accepting() {
  // The admin port stays: whoever watches a drain still wants /ready and /metrics.
  for (const auto& each : state_->open_listeners) each->stop();
}

std::uint16_t server::port() const { return state_->port; }
std::uint16_t server::admin_port() const { return state_->admin_port; }

}  // namespace roost::net::http
