// SPDX-License-Identifier: Apache-2.0
#include "net/http/server.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <mutex>
#include <vector>

#include "net/http/fd_budget.hpp"
#include "net/http/http_server_context.hpp"
#include "net/http/listen_sockets.hpp"
#include "net/http/listener.hpp"

namespace roost::net::http {
namespace {

/// Reports the result of /ready as the metric `ready`. Owns: nothing. Runs on: the thread that
/// reads the metrics. Ends: with the metrics; after the end of the server it reports 0.
class readiness final : public metrics::source {
 public:
  explicit readiness(const http_server_context& context) : context_(&context) {}
  void collect(metrics& into) override {
    const std::scoped_lock lock{mutex_};
    into.set(metrics::gauge::ready, context_ && context_->is_ready() ? 1 : 0);
  }
  void detach() {
    const std::scoped_lock lock{mutex_};
    context_ = nullptr;
  }

 private:
  std::mutex mutex_;
  const http_server_context* context_;
};

/// The failure; if both failed, the details of both on separate lines.
error either_failure(const result<listen_sockets>& open, const result<listen_sockets>& admin) {
  if (open) return admin.failure();
  if (admin) return open.failure();
  auto both = open.failure();
  both.detail.append("\n").append(admin.failure().detail);
  return both;
}

}  // namespace

struct server::state {
  http_server_context shared;
  std::span<const std::unique_ptr<loop>> loops;
  std::vector<std::unique_ptr<listener>> open_listeners;
  std::vector<std::unique_ptr<listener>> admin_listeners;
  std::uint16_t port = 0;
  std::uint16_t admin_port = 0;
  std::shared_ptr<readiness> ready = std::make_shared<readiness>(shared);

  void add(const listen_sockets& bound, port_role role) {
    auto& to = role == port_role::public_port ? open_listeners : admin_listeners;
    for (std::size_t i = 0; i < bound.descriptors.size(); ++i) {
      to.push_back(std::make_unique<listener>(*loops[i], shared, role, bound.descriptors[i],
                                              bound.endpoint.protocol()));
    }
  }
};

server::server(const settings_store& config, std::span<const std::unique_ptr<loop>> loops,
               connection_opener& opener, metrics& probe, const std::atomic<node_state>& now,
               auth::token_verifier* verifier, api_handler* api)
    : state_(new server::state{{config,
                                probe,
                                now,
                                {config, opener, probe, loops.size()},
                                mounts_of(config.current()),
                                fd_budget_of_process(config->node.connections_max, loops.size()),
                                verifier,
                                api},
                               loops,
                               {},
                               {}}) {
  probe.add_source(state_->ready);
}

server::~server() { state_->ready->detach(); }

result<void> server::listen() {
  const auto& config = state_->shared.config.current();
  const auto open =
      open_listen_sockets("listen", config.listen.host, config.listen.port, state_->loops.size());
  if (open) state_->add(*open, port_role::public_port);
  const auto admin = open_listen_sockets("admin", config.admin.host, config.admin.port, 1);
  if (admin) state_->add(*admin, port_role::admin_port);
  if (!open || !admin) {
    state_->open_listeners.clear();
    state_->admin_listeners.clear();
    return either_failure(open, admin);
  }
  state_->port = open->endpoint.port();
  state_->admin_port = admin->endpoint.port();
  for (const auto& each : state_->open_listeners) each->start();
  for (const auto& each : state_->admin_listeners) each->start();
  return {};
}

void server::stop_accepting() {
  // The admin port stays open: /ready and /metrics are needed to monitor the drain.
  for (const auto& each : state_->open_listeners) each->stop();
}

std::uint16_t server::port() const { return state_->port; }
std::uint16_t server::admin_port() const { return state_->admin_port; }

}  // namespace roost::net::http
