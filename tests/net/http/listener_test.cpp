// SPDX-License-Identifier: Apache-2.0
#include "net/http/listener.hpp"

#include <sys/resource.h>

#include <memory>
#include <vector>

#include "net/http/fd_budget.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/net/http/http_node.hpp"
#include "tests/net/http/raw_client.hpp"

namespace roost::net::http {
namespace {

/// Sets the limit of open files during its lifetime.
class open_files {
 public:
  explicit open_files(rlim_t files_max) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit now = before_;
    now.rlim_cur = files_max;
    ::setrlimit(RLIMIT_NOFILE, &now);
  }
  ~open_files() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

/// A limit of open files under which no further descriptor can be opened.
rlim_t lowest_free() {
  const int out = ::dup(0);
  ::close(out);
  return static_cast<rlim_t>(out);
}

const std::string get = "GET /health HTTP/1.1\r\nHost: h\r\n\r\n";

}  // namespace

TEST_CASE("accepting pauses without free descriptors and resumes when there are some") {
  node served;
  std::vector<std::unique_ptr<client>> clients;
  for (int i = 0; i < 3; ++i) clients.push_back(std::make_unique<client>());
  const auto paused = [&] { return served.probe.value(metrics::counter::accepts_paused); };
  {
    const open_files none{lowest_free()};
    for (auto& c : clients) REQUIRE(c->connect(served.port()));
    REQUIRE(eventually([&] { return paused() >= 2; }));
    const auto iterations_before = served.loops[0]->iterations();
    const auto paused_before = paused();
    REQUIRE(eventually([&] { return paused() >= paused_before + 2; }));
    // Two pauses take about 200 ms. A busy loop would make thousands of iterations in that time.
    CHECK(served.loops[0]->iterations() - iterations_before < 1'000);
  }
  for (auto& c : clients) {
    CHECK(begins(c->ask(get), "HTTP/1.1 200"));
  }
}

TEST_CASE("a client that needs a reserved file is refused at once and the admin port answers") {
  std::unique_ptr<node> served;
  {
    const open_files few{100};
    served = std::make_unique<node>();
  }
  const auto sockets_max = fd_budget_for(100, 1).sockets;
  std::vector<std::unique_ptr<client>> silent;
  for (std::uint32_t i = 0; i < sockets_max; ++i) {
    silent.push_back(std::make_unique<client>(served->port()));
  }
  const auto pending = [&] { return served->probe.value(metrics::gauge::upgrades_pending); };
  REQUIRE(eventually([&] { return pending() == sockets_max; }));
  const auto refused = client{served->port()}.rest();
  CHECK(begins(refused, "HTTP/1.1 503"));
  CHECK(holds(refused, "Connection: close\r\n"));
  CHECK(holds(refused, R"("reason":"node full")"));
  CHECK(served->refused() == 1);
  client admin{served->http->admin_port()};
  CHECK(begins(admin.ask(get), "HTTP/1.1 200"));
  CHECK(holds(admin.ask("GET /ready HTTP/1.1\r\nHost: h\r\n\r\n"), R"({"status":"full"})"));
  silent.pop_back();
  CHECK(eventually([&] { return begins(client{served->port()}.ask(get), "HTTP/1.1 200"); }));
}

TEST_CASE("clients that do not upgrade are served while all connections are in use") {
  auto config = test_settings();
  config.node.connections_max = 1;
  node served{config};
  client in{served.port()};
  in.send(upgrade_request());
  CHECK(begins(in.answer(false), "HTTP/1.1 101"));
  CHECK(begins(client{served.port()}.ask(get), "HTTP/1.1 200"));
}

TEST_CASE("more clients than one wakeup accepts are all served") {
  node served;
  std::vector<std::unique_ptr<client>> clients;
  for (int i = 0; i < 150; ++i) clients.push_back(std::make_unique<client>(served.port()));
  for (auto& c : clients) c->send(get);
  for (auto& c : clients) CHECK(begins(c->answer(), "HTTP/1.1 200"));
}

}  // namespace roost::net::http
