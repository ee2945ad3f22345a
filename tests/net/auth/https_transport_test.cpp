// SPDX-License-Identifier: Apache-2.0
#include "net/auth/https_transport.hpp"

#include <atomic>
#include <future>
#include <string>
#include <thread>

#include "net/auth/jwks_fetcher.hpp"
#include "net/auth/jwt.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/net/auth/jwks_server.hpp"
#include "tests/net/auth/signer.hpp"
#include "tests/net/auth/slow_resolver.hpp"

namespace roost::net::auth {

namespace {

using scheme = jwks_server::scheme;

const signer& issuer() {
  static const auto one = signer::ed25519();
  return one;
}
std::string keys() { return R"({"keys":[)" + issuer().jwk(R"(,"kid":"1")") + "]}"; }

// Options with a long timeout, so that a slow machine does not fail the tests.
https_options patient(const std::string& ca_file = "") { return {milliseconds{60'000}, ca_file}; }

jwks_response ask(const std::string& address, https_options options = patient(),
                  const std::string& etag = "") {
  const auto transport = https_transport::open(address, options);
  REQUIRE(transport);
  return (*transport)->get(etag);
}

bool holds(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("a key set is fetched over HTTP and HTTPS and revalidated with its ETag") {
  for (const auto how : {scheme::http, scheme::https}) {
    const jwks_server server{how, keys()};
    const auto options = how == scheme::https ? patient(server.ca_file()) : patient();
    const auto got = ask(server.address("/jwks"), options);
    CHECK(got.why.empty());
    CHECK(got.status == 200);
    CHECK(got.body == keys());
    CHECK(got.etag == "\"v1\"");
    const auto again = ask(server.address("/jwks?a=b"), options, got.etag);
    CHECK(again.status == 304);
    CHECK(again.body.empty());
  }
}

TEST_CASE("a request sends Host and If-None-Match and asks to close the connection") {
  const jwks_server server{scheme::http, keys()};
  const auto asked = ask(server.address("/asked"), patient(), "\"x\"").body;
  const auto address = server.address("");
  CHECK(holds(asked, "Host: " + address.substr(address.find("//") + 2)));
  CHECK(holds(asked, "If-None-Match: \"x\""));
  CHECK(holds(asked, "Connection: close"));
  CHECK_FALSE(holds(ask(server.address("/asked")).body, "If-None-Match"));
}

TEST_CASE("a certificate must be trusted and match the host name") {
  const jwks_server server{scheme::https, keys()};
  CHECK(holds(ask(server.address("/jwks")).why, "TLS: certificate verify failed"));
  const auto trusting = patient(server.ca_file());
  CHECK(holds(ask(server.address("/jwks", "127.0.0.1"), trusting).why,
              "TLS: certificate verify failed"));
  CHECK(ask(server.address("/jwks"), trusting).status == 200);
  const jwks_server plain{scheme::http, keys()};
  const auto address = "https" + plain.address("/jwks").substr(4);
  CHECK(holds(ask(address).why, "TLS: "));
}

TEST_CASE("a redirect is returned as a response and is not followed") {
  const jwks_server server{scheme::http, keys()};
  const auto got = ask(server.address("/redirect"));
  CHECK(got.status == 302);
  CHECK(got.body.empty());
  CHECK(ask(server.address("/failing")).status == 500);
  CHECK(ask(server.address("/other")).status == 404);
}

TEST_CASE("a response that is too long or truncated or not HTTP is refused") {
  const jwks_server server{scheme::http, keys()};
  CHECK(ask(server.address("/full")).body.size() == jwks_bytes_max);
  for (const auto* path : {"/huge", "/endless", "/long_header", "/truncated", "/garbage"}) {
    CAPTURE(path);
    const auto got = ask(server.address(path));
    CHECK(got.status == 0);
    CHECK(holds(got.why, "answer: "));
    CHECK(got.body.empty());
  }
}

TEST_CASE("a fetch times out without a complete response and the next fetch asks again") {
  const jwks_server server{scheme::http, keys()};
  for (const std::string name : {"silent", "dripping"}) {
    CAPTURE(name);
    const auto requests = [&] { return std::stoi(ask(server.address("/count?" + name)).body); };
    const auto transport =
        https_transport::open(server.address("/" + name), {milliseconds{100}, ""});
    REQUIRE(transport);
    // On a slow machine a fetch may time out before its request arrives.
    for (int i = 0; i < 200 && requests() < 2; ++i) {
      CHECK((*transport)->get("").why == "no answer in time");
    }
    CHECK(requests() >= 2);
  }
}

TEST_CASE("a failed connect or name lookup is reported with its reason") {
  jwks_server server{scheme::http, keys()};
  const auto transport = https_transport::open(server.address("/jwks"), patient());
  CHECK((*transport)->get("").status == 200);
  CHECK((*transport)->get("").status == 200);
  server.stop();
  CHECK(holds((*transport)->get("").why, "connect: "));
  CHECK(holds(ask("http://no-such-host.invalid/").why, "look-up: "));
}

TEST_CASE("a cancel ends a hanging fetch at once and refuses later fetches") {
  const jwks_server server{scheme::http, keys()};
  const auto transport = https_transport::open(server.address("/silent"), patient());
  auto got = std::async(std::launch::async, [&transport] { return (*transport)->get(""); });
  (*transport)->cancel();
  CHECK(got.get().status == 0);
  CHECK((*transport)->get("").why == "cancelled");
}

TEST_CASE("neither cancel nor destruction waits for a resolver that does not answer") {
  slow_resolver slow;
  auto options = patient();
  options.resolve = slow.resolver();
  auto transport = https_transport::open("https://issuer.example/jwks", options);
  REQUIRE(transport);
  auto got = std::async(std::launch::async, [&] { return (*transport)->get(""); });
  slow.wait_for_calls(1);
  (*transport)->cancel();
  CHECK(got.get().status == 0);
  transport->reset();
  CHECK(slow.answers() == 0);
  slow.answer();
}

TEST_CASE("a slow resolver makes one fetch time out and the next fetch asks it again") {
  slow_resolver slow;
  {
    const auto transport = https_transport::open("https://issuer.example/jwks",
                                                 {milliseconds{50}, "", slow.resolver()});
    REQUIRE(transport);
    CHECK((*transport)->get("").why == "no answer in time");
    CHECK((*transport)->get("").why == "no answer in time");
    slow.wait_for_calls(2);
  }
  CHECK(slow.answers() == 0);
  slow.answer();
}

TEST_CASE("an invalid URL or an unreadable CA file is refused") {
  CHECK(https_transport::open("ftp://h/", {}).failure().code == errc::bad_setting);
  CHECK(https_transport::open("https://h/", {milliseconds{1}, "/no/such/file"}).failure().code ==
        errc::bad_setting);
}

TEST_CASE("a token is valid once the keys of its issuer have been fetched") {
  const jwks_server server{scheme::https, keys()};
  std::promise<std::shared_ptr<const key_set>> fetched;
  auto transport = https_transport::open(server.address("/jwks"), patient(server.ca_file()));
  REQUIRE(transport);
  const jwks_fetcher fetcher{
      std::move(*transport),
      [&fetched](const jwks_report&, const std::shared_ptr<const key_set>& now) {
        fetched.set_value(now);
      },
      jwks_timing{std::chrono::hours{1}, std::chrono::hours{1}, std::chrono::hours{1},
                  std::chrono::hours{1}}};
  const auto got = fetched.get_future().get();
  REQUIRE(got);
  const auto token = issuer().token(R"({"alg":"EdDSA","kid":"1"})", R"({"sub":"ada"})");
  CHECK(verify_token(token, *got, {}, 0)->user == "ada");
}

}  // namespace roost::net::auth
