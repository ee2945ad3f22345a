// SPDX-License-Identifier: Apache-2.0
#include "net/http/client/transfer.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>

#include "tests/net/http/client/client_fixture.hpp"
#include "tests/net/http/client/web_server.hpp"

namespace roost::net::http {

namespace {

using scheme = web_server::scheme;

/// A variable of the environment, for one test.
class environment_variable {
 public:
  environment_variable(const char* name, const std::string& value) : name_(name) {
    ::setenv(name, value.c_str(), 1);
  }
  environment_variable(const environment_variable&) = delete;
  environment_variable& operator=(const environment_variable&) = delete;
  ~environment_variable() { ::unsetenv(name_); }

 private:
  const char* name_;
};

}  // namespace

TEST_CASE("a page is fetched over HTTP and HTTPS with its status and its headers") {
  for (const auto how : {scheme::http, scheme::https}) {
    const web_server server{how, "the page"};
    client_fixture it;
    const auto got = it.ask(patient(server.address("/jwks"), server.ca_file()));
    REQUIRE(got);
    CHECK(got->status == 200);
    CHECK(got->body == "the page");
    CHECK(got->header("etag") == "\"v1\"");
    CHECK(got->header("content-length") == "8");
    auto again = patient(server.address("/jwks?a=b"), server.ca_file());
    again.headers = {"If-None-Match: \"v1\""};
    const auto unchanged = it.ask(again);
    REQUIRE(unchanged);
    CHECK(unchanged->status == 304);
    CHECK(unchanged->body.empty());
  }
}

TEST_CASE("a request sends its headers and its host and nothing of the environment") {
  const web_server server{scheme::http, ""};
  const environment_variable proxy{"http_proxy", "http://127.0.0.1:1"};
  client_fixture it;
  auto request = patient(server.address("/asked"));
  request.headers = {"Accept: application/json", "X-One: 1"};
  const auto kept = it.ask(request)->body;
  const auto address = server.address("");
  CHECK(holds(kept, "Host: " + address.substr(address.find("//") + 2)));
  CHECK(holds(kept, "User-Agent: roost"));
  CHECK(holds(kept, "Accept: application/json"));
  CHECK(holds(kept, "X-One: 1"));
  CHECK_FALSE(holds(kept, "Connection: close"));
  request.keeps_connection = false;
  CHECK(holds(it.ask(request)->body, "Connection: close"));
}

TEST_CASE("a request with another method sends its body") {
  const web_server server{scheme::http, ""};
  client_fixture it;
  auto request = patient(server.address("/hook"));
  request.method = "POST";
  request.headers = {"Content-Type: application/json"};
  for (const std::string& body : {std::string{"{}"}, std::string{}, std::string(100'000, 'b')}) {
    request.body = body;
    request.answer_bytes_max = 200'000;
    const auto got = it.ask(request);
    REQUIRE(got);
    CHECK(got->status == 201);
    CHECK(got->body == "POST application/json " + body);
  }
}

TEST_CASE("a certificate must be trusted and match the host name") {
  const web_server server{scheme::https, ""};
  client_fixture it;
  CHECK(holds(it.reason(patient(server.address("/jwks"))), "SSL certificate problem"));
  CHECK(holds(it.reason(patient(server.address("/jwks", "127.0.0.1"), server.ca_file())), "SSL"));
  CHECK(it.ask(patient(server.address("/jwks"), server.ca_file()))->status == 200);
  const web_server plain{scheme::http, ""};
  CHECK(holds(it.reason(patient("https" + plain.address("/jwks").substr(4))), "SSL"));
}

TEST_CASE("without a CA file the roots are those of OpenSSL's folder or of SSL_CERT_FILE") {
  const web_server server{scheme::https, ""};
  client_fixture it;
  {
    const environment_variable file{"SSL_CERT_FILE", server.ca_file()};
    CHECK(it.ask(patient(server.address("/jwks")))->status == 200);
  }
  const scratch_folder folder;
  std::filesystem::copy_file(server.ca_file(), folder.path(server.ca_hash() + ".0"));
  const environment_variable roots{"SSL_CERT_DIR", folder.path("")};
  client_fixture another;
  CHECK(another.ask(patient(server.address("/jwks")))->status == 200);
}

TEST_CASE("a CA file that cannot be read fails the request") {
  const web_server server{scheme::https, ""};
  client_fixture it;
  CHECK(holds(it.reason(patient(server.address("/jwks"), "/no/such/file")), "/no/such/file"));
}

TEST_CASE("a redirect is returned as an answer and is not followed") {
  const web_server server{scheme::http, "the page"};
  client_fixture it;
  const auto got = it.ask(patient(server.address("/redirect")));
  REQUIRE(got);
  CHECK(got->status == 302);
  CHECK(got->header("Location") == "/jwks");
  CHECK(got->body.empty());
  CHECK(it.ask(patient(server.address("/failing")))->status == 500);
  CHECK(it.ask(patient(server.address("/other")))->status == 404);
}

TEST_CASE("an answer that is too long or truncated or not HTTP is refused") {
  const web_server server{scheme::http, "the page"};
  client_fixture it;
  const auto limited = [&](const std::string& path) {
    auto request = patient(server.address(path));
    request.answer_bytes_max = 262'144;
    return request;
  };
  CHECK(it.ask(limited("/full"))->body.size() == 262'144);
  for (const auto* path : {"/huge", "/endless", "/long_header"}) {
    CAPTURE(path);
    CHECK(it.reason(limited(path)) == "the answer is too long");
  }
  CHECK(holds(it.reason(limited("/truncated")), "999 bytes"));
  CHECK(holds(it.reason(limited("/garbage")), "HTTP/0.9"));
}

}  // namespace roost::net::http
