// SPDX-License-Identifier: Apache-2.0
#include "net/auth/name_lookup.hpp"

#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "tests/fixtures/catch.hpp"
#include "tests/net/auth/slow_resolver.hpp"

namespace roost::net::auth {
namespace {

using boost::asio::io_context;

lookup_result ask(const std::string& host, name_resolver resolve = resolve_by_system) {
  io_context context;
  name_lookup lookup{context, std::move(resolve)};
  std::optional<lookup_result> got;
  lookup.start(host, "80", [&](const lookup_result& answer) { got = answer; });
  context.run();
  REQUIRE(got);
  return *got;
}

}  // namespace

TEST_CASE("a name lookup keeps the io_context busy until its result arrives") {
  const auto found = ask("127.0.0.1");
  CHECK_FALSE(found.failed);
  REQUIRE(found.found.size() == 1);
  CHECK(found.found[0].port() == 80);
  CHECK(ask("no-such-host.invalid").failed);
}

TEST_CASE("a destroyed lookup does not wait for its resolver and ignores its late answer") {
  slow_resolver slow;
  {
    io_context context;
    bool was_called = false;
    auto lookup = std::make_unique<name_lookup>(context, slow.resolver());
    lookup->start("issuer.example", "443", [&](const lookup_result&) { was_called = true; });
    slow.wait_for_calls(1);
    lookup.reset();
    context.run();  // returns, because no work is pending
    CHECK_FALSE(was_called);
  }
  // The context is destroyed while the resolver still runs.
  CHECK(slow.answers() == 0);
  slow.answer();
}

TEST_CASE("threads in hanging resolvers are bounded and one more lookup fails at once") {
  while (name_lookup::threads_running() > 0) std::this_thread::yield();  // left by earlier tests
  slow_resolver slow;
  std::vector<std::unique_ptr<name_lookup>> hanging;
  io_context context;
  for (int i = 0; i < name_lookup::threads_max; ++i) {
    hanging.push_back(std::make_unique<name_lookup>(context, slow.resolver()));
    hanging.back()->start("issuer.example", "443", [](const lookup_result&) {});
  }
  slow.wait_for_calls(name_lookup::threads_max);
  CHECK(ask("127.0.0.1").failed == boost::asio::error::try_again);
  hanging.clear();
  slow.answer();
}

}  // namespace roost::net::auth
