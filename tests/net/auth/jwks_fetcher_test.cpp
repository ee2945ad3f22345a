// SPDX-License-Identifier: Apache-2.0
#include "net/auth/jwks_fetcher.hpp"

#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "tests/fixtures/catch.hpp"
#include "tests/net/auth/signer.hpp"

namespace roost::net::auth {

namespace {

using std::chrono::hours;

jwks_timing slow_timing() { return {hours{1}, milliseconds{0}, hours{1}, hours{1}}; }

std::string set_with(const std::string& id) {
  return R"({"keys":[)" + signer::ed25519().jwk(R"(,"kid":")" + id + "\"") + "]}";
}

/// State shared by the test and the fetcher's thread.
struct stage {
  std::mutex lock;
  std::condition_variable changed;
  std::vector<jwks_response> answers;  ///< in order; get() blocks while it is empty
  std::vector<std::string> etags;
  std::vector<jwks_report> reports;
  std::shared_ptr<const key_set> keys;
  bool is_cancelled = false;

  template <class Condition>
  void wait(Condition condition) {
    std::unique_lock held{lock};
    changed.wait(held, condition);
  }
  void answer(jwks_response next) {
    const std::lock_guard held{lock};
    answers.push_back(std::move(next));
    changed.notify_all();
  }
  void wait_for_reports(std::size_t count) {
    wait([this, count] { return reports.size() >= count; });
  }
};

class played_transport final : public jwks_transport {
 public:
  explicit played_transport(std::shared_ptr<stage> on) : on_(std::move(on)) {}
  jwks_response get(const std::string& etag) override {
    std::unique_lock held{on_->lock};
    on_->etags.push_back(etag);
    on_->changed.notify_all();
    on_->changed.wait(held, [this] { return on_->is_cancelled || !on_->answers.empty(); });
    if (on_->is_cancelled) return {0, "", "", "cancelled"};
    auto next = std::move(on_->answers.front());
    on_->answers.erase(on_->answers.begin());
    return next;
  }
  void cancel() override {
    const std::lock_guard held{on_->lock};
    on_->is_cancelled = true;
    on_->changed.notify_all();
  }

 private:
  std::shared_ptr<stage> on_;
};

jwks_fetcher::listener recorder(const std::shared_ptr<stage>& on) {
  return [on](const jwks_report& report, const std::shared_ptr<const key_set>& keys) {
    const std::lock_guard held{on->lock};
    on->reports.push_back(report);
    on->keys = keys;
    on->changed.notify_all();
  };
}

}  // namespace

TEST_CASE("a fetcher fetches at once and delivers the keys") {
  const auto on = std::make_shared<stage>();
  const jwks_fetcher fetcher{std::make_unique<played_transport>(on), recorder(on), slow_timing()};
  on->answer({200, set_with("1"), "\"a\"", ""});
  on->wait_for_reports(1);
  CHECK(on->reports[0].is_good);
  CHECK(on->keys->has_id("1"));
}

TEST_CASE("an unknown key makes the fetcher fetch again with the ETag") {
  const auto on = std::make_shared<stage>();
  jwks_fetcher fetcher{std::make_unique<played_transport>(on), recorder(on), slow_timing()};
  on->answer({200, set_with("1"), "\"a\"", ""});
  on->wait_for_reports(1);
  fetcher.key_was_unknown();
  on->answer({200, set_with("2"), "", ""});
  on->wait_for_reports(2);
  CHECK(on->etags == std::vector<std::string>{"", "\"a\""});
  CHECK(on->keys->has_id("2"));
}

TEST_CASE("a fetcher reports a failure and retries") {
  const auto on = std::make_shared<stage>();
  const jwks_timing quick{hours{1}, milliseconds{0}, milliseconds{1}, milliseconds{1}};
  const jwks_fetcher fetcher{std::make_unique<played_transport>(on), recorder(on), quick};
  on->answer({0, "", "", "connect: refused"});
  on->answer({200, set_with("1"), "", ""});
  on->wait_for_reports(2);
  CHECK(on->reports[0].why == "connect: refused");
  CHECK(on->reports[1].is_good);
}

TEST_CASE("a fetcher can be destroyed during a hanging fetch and then reports nothing") {
  const auto on = std::make_shared<stage>();
  {
    const jwks_fetcher fetcher{std::make_unique<played_transport>(on), recorder(on), slow_timing()};
    on->wait([&on] { return !on->etags.empty(); });
  }
  CHECK(on->is_cancelled);
  CHECK(on->reports.empty());
}

TEST_CASE("a fetcher can be destroyed while it waits for its next fetch") {
  const auto on = std::make_shared<stage>();
  {
    const jwks_fetcher fetcher{std::make_unique<played_transport>(on), recorder(on), slow_timing()};
    on->answer({200, set_with("1"), "", ""});
    on->wait_for_reports(1);
  }
  CHECK(on->reports.size() == 1);
}

}  // namespace roost::net::auth
