// SPDX-License-Identifier: Apache-2.0
#include "net/http/admin_api/api_request.hpp"

#include <string>

#include "tests/fixtures/catch.hpp"

namespace roost::net::http {
namespace {

constexpr std::uint32_t payload_max = 100;

result<api_request> post(api_route which, std::string_view body,
                         std::optional<std::string_view> key = {}) {
  return read_api_request(which, {api_method::post, "", body, key}, payload_max);
}
result<api_request> get(api_route which, std::string_view query) {
  return read_api_request(which, {api_method::get, query, "", {}}, payload_max);
}
template <class Got>
errc code(const Got& got) {
  return got ? errc::none : got.failure().code;
}
std::string publishing(std::string_view payload) {
  return R"({"topic":"room:1","event":"msg","payload":)" + std::string{payload} + "}";
}

}  // namespace

TEST_CASE("every API route has a path and other paths have no route") {
  for (const auto name : api_route_names) {
    const auto found = api_route_of("/api/" + std::string{name});
    REQUIRE(found);
    CHECK(name_of(*found) == name);
  }
  for (const auto* path :
       {"/api/", "/api", "/api/rooms/", "/api/Rooms", "/rooms", "/api/publish/x"}) {
    CHECK_FALSE(api_route_of(path));
  }
  CHECK(is_api_path("/api/nothing"));
  CHECK_FALSE(is_api_path("/apix"));
}

TEST_CASE("routes that change something require POST and all others require GET") {
  for (std::size_t i = 0; i < api_route_names.size(); ++i) {
    const auto which = static_cast<api_route>(i);
    const auto wrong = is_change(which) ? api_method::get : api_method::post;
    CHECK(code(read_api_request(which, {wrong, "", "{}", {}}, 1)) == errc::method_refused);
    CHECK(code(read_api_request(which, {api_method::other, "", "{}", {}}, 1)) ==
          errc::method_refused);
  }
}

TEST_CASE("a publish has a topic and an event and keeps the JSON text of its payload") {
  const auto got = post(api_route::publish, publishing(R"({"n": 1.00})"), "key-1");
  REQUIRE(got);
  CHECK(got->topics == std::vector<topic>{topic{"room:1"}});
  CHECK(got->event == "msg");
  CHECK(got->payload.view() == R"({"n": 1.00})");
  CHECK(got->idempotency_key == "key-1");
  CHECK(post(api_route::publish, publishing("{}"))->idempotency_key.empty());
}

TEST_CASE("an empty event name or a lone surrogate is an invalid payload") {
  CHECK(code(post(api_route::publish, R"({"topic":"a","event":"","payload":{}})")) ==
        errc::invalid_payload);
  CHECK(code(post(api_route::broadcast, R"({"topics":["a"],"event":"","payload":{}})")) ==
        errc::invalid_payload);
  CHECK(code(post(api_route::publish, publishing(R"({"a":"\ud83d"})"))) == errc::invalid_payload);
}

TEST_CASE("a payload is an object of bounded size with at most 64 levels") {
  const auto with = [](const std::string& payload) {
    return code(post(api_route::publish, publishing(payload)));
  };
  for (const auto* payload : {"7", "[]", "null", "\"x\""}) {
    CHECK(with(payload) == errc::invalid_payload);
  }
  CHECK(with("{\"x\":\"" + std::string(payload_max, 'x') + "\"}") == errc::payload_too_large);
  const auto deep = [](std::size_t levels) {
    std::string out = "{\"x\":";
    return out.append(levels - 1, '[').append(levels - 1, ']').append("}");
  };
  CHECK(code(read_api_request(api_route::publish, {api_method::post, "", publishing(deep(64)), {}},
                              10'000)) == errc::none);
  CHECK(code(read_api_request(api_route::publish, {api_method::post, "", publishing(deep(65)), {}},
                              10'000)) == errc::invalid_payload);
  CHECK(code(post(api_route::publish, R"({"topic":"a","event":"b"})")) == errc::invalid_payload);
}

TEST_CASE("an Idempotency-Key is text of 1 to 255 bytes") {
  const auto with = [](std::string_view key) {
    return code(post(api_route::publish, publishing("{}"), key));
  };
  CHECK(with(std::string(255, 'k')) == errc::none);
  CHECK(with(std::string(256, 'k')) == errc::name_too_long);
  CHECK(with("") == errc::bad_request);
  CHECK(with("a\tb") == errc::bad_request);
  CHECK(with("\xff") == errc::bad_request);
}

TEST_CASE("a broadcast names 1 to 100 topics") {
  const auto with = [](std::size_t count) {
    std::string topics;
    for (std::size_t i = 0; i < count; ++i) {
      topics += (i > 0 ? ",\"room:" : "\"room:") + std::to_string(i) + "\"";
    }
    return post(api_route::broadcast, R"({"event":"msg","payload":{},"topics":[)" + topics + "]}");
  };
  REQUIRE(with(100));
  CHECK(with(100)->topics.size() == 100);
  CHECK(code(with(101)) == errc::bad_request);
  CHECK(code(with(0)) == errc::bad_request);
}

TEST_CASE("a page of rooms has 100 entries by default and 1000 at most") {
  const auto plain = get(api_route::rooms, "");
  REQUIRE(plain);
  CHECK(plain->match == "*");
  CHECK(plain->after.empty());
  CHECK(plain->limit == 100);
  const auto got = get(api_route::rooms, "match=room%3A*&after=room%3A7&limit=1000");
  REQUIRE(got);
  CHECK(got->match == "room:*");
  CHECK(got->after == "room:7");
  CHECK(got->limit == 1'000);
  for (const auto* query : {"limit=0", "limit=1001", "limit=", "limit=-1", "limit=1x",
                            "limit=1&limit=1", "after=%ff", "after=%zz", "match=", "other=1"}) {
    INFO(query);
    CHECK(code(get(api_route::rooms, query)) == errc::bad_request);
  }
}

TEST_CASE("history starts after a position that is given as epoch and offset") {
  const auto got = get(api_route::history, "topic=room:1&since=abc:12&limit=5");
  REQUIRE(got);
  CHECK(got->since->epoch == "abc");
  CHECK(got->since->at == offset{12});
  CHECK(got->limit == 5);
  CHECK_FALSE(get(api_route::history, "topic=room:1")->since);
  for (const auto* query : {"topic=a&since=abc", "topic=a&since=:1", "topic=a&since=abc:",
                            "topic=a&since=abc:-1", "topic=a&since=abc:99999999999999999999"}) {
    INFO(query);
    CHECK(code(get(api_route::history, query)) == errc::bad_request);
  }
}

TEST_CASE("a query names its topic or user exactly once") {
  for (const auto which : {api_route::room, api_route::presence, api_route::history}) {
    CHECK(get(which, "topic=a+b%20c")->topics == std::vector<topic>{topic{"a b c"}});
    CHECK(code(get(which, "")) == errc::bad_request);
    CHECK(code(get(which, "topic=")) == errc::bad_request);
    CHECK(code(get(which, "topic=a&topic=b")) == errc::bad_request);
    CHECK(code(get(which, "topic=" + std::string(256, 'x'))) == errc::name_too_long);
  }
  CHECK(get(api_route::user, "user=ann")->user == "ann");
  CHECK(code(get(api_route::user, "topic=ann")) == errc::bad_request);
}

TEST_CASE("an error message repeats an unknown name only if it is short valid text") {
  const auto why = [](const result<api_request>& got) {
    REQUIRE_FALSE(got);
    return got.failure().detail;
  };
  CHECK(why(get(api_route::rooms, "colour=1")) == "there is no parameter \"colour\" here");
  const std::string hidden = "there is no parameter of this name here";
  CHECK(why(get(api_route::rooms, "%ff=1")) == hidden);
  CHECK(why(get(api_route::rooms, std::string(41, 'x') + "=1")) == hidden);
  CHECK(why(post(api_route::revoke, R"({"\ud800":1})")) != "");
  // The name is longer than the limit for messages, which would cut it inside its last letter.
  const std::string letters = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\xC3\xA4";
  CHECK(why(post(api_route::revoke, "{\"" + letters + "\":1}")) ==
        "there is no member of this name here");
}

TEST_CASE("a revocation names either a user or a token and has an optional end") {
  CHECK(post(api_route::revoke, R"({"user":"ann"})")->user == "ann");
  const auto got = post(api_route::revoke, R"({"token_id":"t1","until":1900000000})");
  REQUIRE(got);
  CHECK(got->token_id == "t1");
  CHECK(got->until_s == 1'900'000'000);
  CHECK(post(api_route::revoke, R"({"token_id":"t1","until":1.9e9})")->until_s == 1'900'000'000);
  for (const auto* body :
       {"{}", R"({"user":"a","token_id":"b"})", R"({"user":7})", R"({"user":"a","until":"x"})",
        R"({"user":"a","until":-1})", R"({"user":"a","until":1.5})",
        R"({"user":"a","until":9223372036854775807})"}) {
    INFO(body);
    CHECK(code(post(api_route::revoke, body)) == errc::bad_request);
  }
  CHECK(post(api_route::disconnect, R"({"user":"ann"})")->user == "ann");
  CHECK(code(post(api_route::disconnect, "{}")) == errc::bad_request);
}

}  // namespace roost::net::http
