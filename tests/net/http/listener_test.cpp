#include "net/http/listener.hpp"

#include <sys/resource.h>

#include <memory>
#include <vector>

#include "tests/net/http/client.hpp"
#include "tests/net/http/node.hpp"
#include "tests/support/catch.hpp"

namespace roost::net::http {
namespace {

/// No descriptor can be opened while one of these lives.
class full_descriptor_table {
 public:
  full_descriptor_table() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int lowest_free = ::dup(0);
    ::close(lowest_free);
    rlimit now = before_;
    now.rlim_cur = static_cast<rlim_t>(lowest_free);
    ::setrlimit(RLIMIT_NOFILE, &now);
  }
  ~full_descriptor_table() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE("without descriptors accepting pauses, and goes on when there are some again") {
  node served;
  std::vector<std::unique_ptr<client>> clients;
  for (int i = 0; i < 3; ++i) clients.push_back(std::make_unique<client>());
  const auto paused = [&] { return served.probe.value(metrics::counter::accepts_paused); };
  {
    const full_descriptor_table full;
    for (auto& c : clients) REQUIRE(c->connect(served.port()));
    REQUIRE(eventually([&] { return paused() >= 2; }));
    const auto turns_before = served.loops[0]->turns();
    const auto paused_before = paused();
    REQUIRE(eventually([&] { return paused() >= paused_before + 2; }));
    // Two pauses are about 200 ms; a loop that spins would make many thousand turns.
    CHECK(served.loops[0]->turns() - turns_before < 1'000);
  }
  for (auto& c : clients) {
    CHECK(begins(c->ask("GET /health HTTP/1.1\r\nHost: h\r\n\r\n"), "HTTP/1.1 200"));
  }
}

TEST_CASE("more clients than one wake accepts are all served") {
  node served;
  std::vector<std::unique_ptr<client>> clients;
  for (int i = 0; i < 150; ++i) clients.push_back(std::make_unique<client>(served.port()));
  for (auto& c : clients) c->send("GET /health HTTP/1.1\r\nHost: h\r\n\r\n");
  for (auto& c : clients) CHECK(begins(c->answer(), "HTTP/1.1 200"));
}

}  // namespace roost::net::http
