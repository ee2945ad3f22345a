// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>
#include <sstream>

#include "config/telemetry/log.hpp"
#include "net/http/admin_api/api_handler.hpp"
#include "net/http/http_session.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/net/http/http_node.hpp"
#include "tests/net/http/raw_client.hpp"

namespace roost::net::http {
namespace {

/// An API handler that answers when the test says so. Owns: the requests. Runs on: any thread.
class slow_api final : public api_handler {
 public:
  void execute(api_request request, loop& caller, completion done) override {
    const std::scoped_lock lock{mutex_};
    pending_.push_back({std::move(request), &caller, std::move(done)});
  }
  std::chrono::milliseconds result_timeout() const override { return result_timeout_; }
  void shorten_timeout() { result_timeout_ = std::chrono::milliseconds{100}; }
  std::size_t requests() const {
    const std::scoped_lock lock{mutex_};
    return pending_.size();
  }
  void answer(std::size_t which, api_result with) {
    const std::scoped_lock lock{mutex_};
    auto& one = pending_[which];
    one.caller->post(
        [done = one.done, with = std::move(with)]() mutable { done(std::move(with)); });
  }
  api_request request(std::size_t which) const {
    const std::scoped_lock lock{mutex_};
    return pending_[which].request;
  }

 private:
  struct pending_request {
    api_request request;
    loop* caller;
    completion done;
  };
  mutable std::mutex mutex_;
  std::vector<pending_request> pending_;
  std::atomic<std::chrono::milliseconds> result_timeout_{std::chrono::seconds{60}};
};

std::string get(std::string_view path, std::string_view more = "") {
  std::string out = "GET ";
  return out.append(path).append(" HTTP/1.1\r\nHost: localhost\r\n").append(more).append("\r\n");
}

std::string publish(std::string_view payload, std::string_view more = "") {
  const auto body = R"({"topic":"room:1","event":"msg","payload":)" + std::string{payload} + "}";
  std::string out = "POST /api/publish HTTP/1.1\r\nHost: localhost\r\n";
  out.append("Content-Type: application/json\r\nContent-Length: ");
  out.append(std::to_string(body.size())).append("\r\n").append(more).append("\r\n");
  return out.append(body);
}

nlohmann::json body_of(const std::string& answer) {
  return nlohmann::json::parse(answer.substr(answer.find("\r\n\r\n") + 4));
}

struct api_node {
  explicit api_node(settings with = test_settings()) : served(std::move(with), 1, &api) {}
  bool was_asked(std::size_t count) {
    return eventually([&] { return api.requests() >= count; });
  }
  slow_api api;
  node served;
};

}  // namespace

TEST_CASE("a delayed API response is written and the connection serves the next request") {
  api_node it;
  client peer{it.served.http->admin_port()};
  peer.send(publish(R"({"n":1})", "Idempotency-Key: k\r\n"));
  REQUIRE(it.was_asked(1));
  CHECK(it.api.request(0).payload.view() == R"({"n":1})");
  CHECK(it.api.request(0).idempotency_key == "k");
  it.api.answer(0, std::string{R"({"epoch":"e","offset":1})"});
  const auto got = peer.answer();
  CHECK(begins(got, "HTTP/1.1 200 OK\r\n"));
  CHECK(holds(got, "Cache-Control: no-store\r\n"));
  CHECK(body_of(got)["offset"] == 1);
  CHECK(begins(peer.ask(get("/health")), "HTTP/1.1 200"));
}

TEST_CASE("requests behind a pending API call are served after it in order") {
  api_node it;
  client peer{it.served.http->admin_port()};
  peer.send(get("/api/rooms") + get("/health") + get("/api/room?topic=a"));
  REQUIRE(it.was_asked(1));
  it.api.answer(0, std::string{"{\"first\":1}"});
  CHECK(body_of(peer.answer()).contains("first"));
  CHECK(body_of(peer.answer())["status"] == "ok");
  REQUIRE(it.was_asked(2));
  it.api.answer(1, errc::not_found);
  CHECK(begins(peer.answer(), "HTTP/1.1 404"));
}

TEST_CASE("an API error has a reason and code and message with its status") {
  api_node it;
  client peer{it.served.http->admin_port()};
  peer.send(publish("{}"));
  REQUIRE(it.was_asked(1));
  it.api.answer(0, errc::unmatched_topic);
  const auto got = peer.answer();
  CHECK(begins(got, "HTTP/1.1 404"));
  const auto error_body = body_of(got);
  CHECK(error_body["reason"] == "unmatched topic");
  CHECK(error_body["code"] == 100);
  CHECK(error_body["message"].is_string());
}

TEST_CASE("a client that disconnects before its API response does not disturb the server") {
  api_node it;
  {
    client leaves{it.served.http->admin_port()};
    leaves.send(publish("{}"));
    REQUIRE(it.was_asked(1));
  }
  it.api.answer(0, std::string{"{}"});
  it.api.answer(0, std::string{"{}"});  // a second answer, without a waiting request
  client stays{it.served.http->admin_port()};
  CHECK(begins(stays.ask(get("/health")), "HTTP/1.1 200"));
}

TEST_CASE("a server can stop while API calls are pending") {
  auto it = std::make_unique<api_node>();
  client peer{it->served.http->admin_port()};
  peer.send(publish("{}"));
  REQUIRE(it->was_asked(1));
  it.reset();
  CHECK(peer.rest().empty());
}

TEST_CASE("an API call that times out is unavailable and a change has an unknown outcome") {
  api_node it;
  it.api.shorten_timeout();
  client reads{it.served.http->admin_port()};
  client changes{it.served.http->admin_port()};
  reads.send(get("/api/rooms"));
  changes.send(publish("{}"));
  REQUIRE(it.was_asked(2));
  const auto unread = reads.answer();
  CHECK(begins(unread, "HTTP/1.1 503"));
  CHECK(holds(unread, "Retry-After"));
  CHECK(body_of(unread)["reason"] == "unavailable");
  CHECK(body_of(changes.answer())["reason"] == "unknown outcome");
  it.api.answer(0, std::string{"{\"late\":1}"});
  CHECK(body_of(reads.ask(get("/health")))["status"] == "ok");
}

TEST_CASE("a configured API key opens the API even behind a proxy and nothing else does") {
  auto config = test_settings();
  config.admin.api_key = "0123456789abcdef";
  api_node it{config};
  client peer{it.served.http->admin_port()};
  const auto refused = peer.ask(get("/api/rooms"));
  CHECK(begins(refused, "HTTP/1.1 401"));
  CHECK(holds(refused, "WWW-Authenticate: Bearer\r\n"));
  CHECK(begins(peer.ask(get("/api/nothing")), "HTTP/1.1 401"));
  const std::string forwarded = "X-Forwarded-For: 198.51.100.1\r\n";
  CHECK(begins(peer.ask(get("/api/rooms", forwarded)), "HTTP/1.1 401"));
  CHECK(it.api.requests() == 0);
  for (const auto& from : {std::string{}, forwarded}) {
    const auto before = it.api.requests();
    peer.send(get("/api/rooms", from + "Authorization: Bearer 0123456789abcdef\r\n"));
    REQUIRE(it.was_asked(before + 1));
    it.api.answer(before, std::string{"{}"});
    CHECK(begins(peer.answer(), "HTTP/1.1 200"));
  }
}

TEST_CASE("API refusals are counted by route and status and unknown routes count as other") {
  api_node it;
  client peer{it.served.http->admin_port()};
  CHECK(begins(peer.ask(get("/api/nothing")), "HTTP/1.1 404"));
  const auto wrong = peer.ask(get("/api/publish"));
  CHECK(begins(wrong, "HTTP/1.1 405"));
  CHECK(holds(wrong, "Allow: POST\r\n"));
  const auto post = "POST /api/rooms HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
  CHECK(begins(peer.ask(post), "HTTP/1.1 405"));
  CHECK(begins(peer.ask(get("/api/rooms", "Origin: http://evil.test\r\n")), "HTTP/1.1 403"));
  CHECK(begins(peer.ask(get("/api/rooms", "X-Forwarded-For: 10.0.0.1\r\n")), "HTTP/1.1 403"));
  const auto text = it.served.probe.text();
  CHECK(holds(text, "roost_api_requests_total{route=\"publish\",status=\"4xx\"} 1"));
  CHECK(holds(text, "roost_api_requests_total{route=\"rooms\",status=\"4xx\"} 3"));
  CHECK(holds(text, "roost_api_requests_total{route=\"other\",status=\"other\"} 1"));
}

TEST_CASE("an API payload may be as large as that of a client and a larger one gets 413") {
  auto config = test_settings();
  config.limits.payload_bytes_max = 100'000;
  api_node it{config};
  client peer{it.served.http->admin_port()};
  const auto of_size = [](std::size_t n) { return "{\"x\":\"" + std::string(n - 8, 'x') + "\"}"; };
  peer.send(publish(of_size(100'000)));
  REQUIRE(it.was_asked(1));
  it.api.answer(0, std::string{"{}"});
  CHECK(begins(peer.answer(), "HTTP/1.1 200"));
  CHECK(begins(peer.ask(publish(of_size(100'001))), "HTTP/1.1 413"));
  CHECK(begins(peer.ask(publish(of_size(200'000))), "HTTP/1.1 413"));
}

TEST_CASE("a client that sends Expect gets 100 Continue once its header is accepted") {
  api_node it;
  client peer{it.served.http->admin_port()};
  for (std::size_t i = 0; i < 2; ++i) {
    const auto whole = publish("{}", "Expect: 100-Continue\r\n");
    const auto head = whole.find("\r\n\r\n") + 4;
    peer.send(whole.substr(0, head));
    CHECK(peer.answer(false) == "HTTP/1.1 100 Continue\r\n\r\n");
    CHECK(it.api.requests() == i);
    for (const char c : whole.substr(head)) peer.send({&c, 1});
    REQUIRE(it.was_asked(i + 1));
    it.api.answer(i, std::string{"{}"});
    CHECK(begins(peer.answer(), "HTTP/1.1 200"));
  }
}

TEST_CASE("a refused request with Expect gets its error and the connection closes") {
  api_node it;
  const auto answer_to = [&](std::string head) {
    client peer{it.served.http->admin_port()};
    peer.send(head + "Host: localhost\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n");
    const auto got = peer.rest();
    CHECK(holds(got, "Connection: close\r\n"));
    return got;
  };
  CHECK(begins(answer_to("POST /api/publish HTTP/1.1\r\n"), "HTTP/1.1 403"));
  const std::string json = "Content-Type: application/json\r\n";
  CHECK(begins(answer_to("POST /api/nothing HTTP/1.1\r\n" + json), "HTTP/1.1 404"));
  CHECK(begins(answer_to("POST /api/rooms HTTP/1.1\r\n" + json), "HTTP/1.1 405"));
  CHECK(begins(answer_to("POST /health HTTP/1.1\r\n"), "HTTP/1.1 405"));
  client large{it.served.http->admin_port()};
  large.send("POST /api/publish HTTP/1.1\r\nHost: localhost\r\n" + json +
             "Expect: 100-continue\r\nContent-Length: 10000000\r\n\r\n");
  CHECK(begins(large.rest(), "HTTP/1.1 413"));
  CHECK(it.api.requests() == 0);
}

TEST_CASE("an unknown expectation gets 417 and Expect is ignored in HTTP/1.0") {
  api_node it;
  client peer{it.served.http->admin_port()};
  peer.send(publish("{}", "Expect: a-miracle\r\n"));
  const auto got = peer.rest();
  CHECK(begins(got, "HTTP/1.1 417 Expectation Failed\r\n"));
  CHECK(body_of(got)["code"] == static_cast<int>(errc::bad_request));
  client old{it.served.http->admin_port()};
  old.send("GET /health HTTP/1.0\r\nExpect: 100-continue\r\n\r\n");
  CHECK(begins(old.rest(), "HTTP/1.1 200"));
  CHECK(it.api.requests() == 0);
}

TEST_CASE("an API request that repeats a header with a single value gets 400") {
  api_node it;
  const std::string own = "http://localhost:" + std::to_string(it.served.http->admin_port());
  for (const std::string& line :
       {"Origin: " + own, std::string{"Idempotency-Key: a"}, std::string{"Authorization: Bearer a"},
        std::string{"Sec-Fetch-Site: none"}}) {
    client peer{it.served.http->admin_port()};
    const auto got = peer.ask(publish("{}", line + "\r\n" + line + "b\r\n"));
    INFO(line);
    CHECK(begins(got, "HTTP/1.1 400"));
    CHECK(body_of(got)["message"] == line.substr(0, line.find(':')) + " is given twice");
  }
  client peer{it.served.http->admin_port()};
  CHECK(begins(peer.ask(publish("{}", "content-type: text/plain\r\n")), "HTTP/1.1 400"));
  CHECK(it.api.requests() == 0);
}

TEST_CASE("a refused API call is logged with the address of its client") {
  std::ostringstream lines;
  log::init(log_level::info, log_format::json, &lines);
  {
    api_node it;
    client peer{it.served.http->admin_port()};
    CHECK(begins(peer.ask(get("/api/nothing")), "HTTP/1.1 404"));
  }
  log::init(log_level::info, log_format::json);
  CHECK(holds(lines.str(), R"("event":"api_refused","route":"other","peer":"127.0.0.1")"));
}

TEST_CASE("the public port does not serve the API") {
  api_node it;
  client peer{it.served.port()};
  CHECK(begins(peer.ask(get("/api/rooms")), "HTTP/1.1 404"));
  CHECK(it.api.requests() == 0);
}

}  // namespace roost::net::http
