// SPDX-License-Identifier: Apache-2.0
#include "config/base/error.hpp"

#include <array>
#include <string>

#include "tests/fixtures/catch.hpp"

using namespace roost;

namespace {

struct promise {
  unsigned code;
  std::string_view name;
  std::string_view reason;
  unsigned http_status;
  unsigned close_code;
};

// Golden: the published error catalogue. Rows may be added here, but never changed.
constexpr std::array promises{
    promise{0, "none", "", 0, 0},
    promise{100, "unmatched_topic", "unmatched topic", 404, 0},
    promise{101, "unauthorized", "unauthorized", 403, 0},
    promise{102, "token_expired", "token expired", 401, 0},
    promise{103, "rate_limited", "rate limited", 429, 0},
    promise{104, "too_many_channels", "too many channels joined", 400, 0},
    promise{105, "room_full", "room full", 503, 0},
    promise{106, "join_crashed", "join crashed", 503, 0},
    promise{107, "payload_too_large", "payload too large", 413, 0},
    promise{108, "invalid_payload", "invalid payload", 400, 0},
    promise{109, "name_too_long", "name too long", 400, 0},
    promise{110, "reserved_event", "reserved event", 400, 0},
    promise{111, "unavailable", "unavailable", 503, 0},
    promise{112, "unknown_outcome", "unknown outcome", 503, 0},
    promise{113, "draining", "draining", 503, 0},
    promise{114, "channel_crash", "channel_crash", 0, 0},
    promise{115, "room_refused", "refused", 409, 0},
    promise{200, "malformed_message", "malformed message", 400, 1002},
    promise{201, "protocol_error", "protocol error", 0, 1002},
    promise{202, "bad_utf8", "bad UTF-8", 0, 1007},
    promise{203, "frame_too_big", "frame too big", 413, 1009},
    promise{204, "policy", "policy", 0, 1008},
    promise{205, "internal", "internal error", 500, 1011},
    promise{206, "drain", "drain", 0, 1012},
    promise{207, "slow_consumer", "slow consumer", 0, 1013},
    promise{208, "idle", "idle", 0, 1001},
    promise{209, "client_closed", "closed by the client", 0, 1000},
    promise{210, "abnormal", "abnormal", 0, 1006},
    promise{211, "no_token", "no token in time", 0, 1008},
    promise{212, "token_ended", "expired", 0, 1008},
    promise{213, "revoked", "revoked", 403, 1008},
    promise{214, "abuse", "persistent abuse", 0, 1008},
    promise{215, "evicted", "evicted", 0, 1008},
    promise{216, "too_many_connections", "too many connections", 429, 1008},
    promise{217, "disconnected", "disconnected", 0, 1001},
    promise{218, "overloaded", "overloaded", 0, 1013},
    promise{300, "bad_request", "bad request", 400, 0},
    promise{301, "origin_refused", "origin refused", 403, 0},
    promise{302, "version_refused", "version refused", 403, 0},
    promise{303, "subprotocol_refused", "subprotocol refused", 403, 0},
    promise{304, "bad_token", "bad token", 403, 0},
    promise{305, "not_found", "not found", 404, 0},
    promise{306, "method_refused", "method refused", 405, 0},
    promise{307, "handshake_timeout", "handshake timeout", 408, 0},
    promise{308, "header_too_big", "header too big", 431, 0},
    promise{309, "node_full", "node full", 503, 0},
    promise{310, "unauthenticated", "unauthenticated", 401, 0},
    promise{311, "forbidden", "forbidden", 403, 0},
    promise{312, "too_many_connects", "too many connects", 429, 0},
    promise{313, "proxy_header_refused", "PROXY header refused", 400, 0},
    promise{400, "bad_setting", "bad setting", 0, 0},
    promise{401, "cannot_bind", "cannot bind", 0, 0},
    promise{402, "cannot_open_store", "cannot open store", 0, 0},
    promise{403, "store_locked", "store locked", 0, 0},
    promise{404, "store_damaged", "store damaged", 0, 0},
    promise{405, "cannot_use_nats", "cannot use NATS", 0, 0},
};

}  // namespace

TEST_CASE(
    "the error catalogue has the published numbers and reasons and statuses and close codes") {
  auto rows = error_catalogue();
  REQUIRE(rows.size() == promises.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    INFO(promises[i].name);
    CHECK(static_cast<unsigned>(rows[i].code) == promises[i].code);
    CHECK(rows[i].name == promises[i].name);
    CHECK(rows[i].reason == promises[i].reason);
    CHECK(rows[i].http_status == promises[i].http_status);
    CHECK(rows[i].close_code == promises[i].close_code);
    CHECK_FALSE(rows[i].meaning.empty());
  }
}

TEST_CASE("each error has its own catalogue row and an unknown number maps to internal") {
  for (const auto& row : error_catalogue()) CHECK(&row_of(row.code) == &row);
  CHECK(row_of(static_cast<errc>(999)).code == errc::internal);
}

TEST_CASE("an error after which a client should reconnect never has the close code 1000") {
  for (const auto& row : error_catalogue()) {
    if (row.should_reconnect) CHECK(row.close_code != 1000);
  }
  CHECK(row_of(errc::drain).should_reconnect);
  CHECK(row_of(errc::slow_consumer).should_reconnect);
}

TEST_CASE("connection errors have a close code and HTTP errors have a status") {
  for (const auto& row : error_catalogue()) {
    auto number = static_cast<unsigned>(row.code);
    INFO(row.name);
    if (number >= 200 && number < 300) CHECK(row.close_code >= 1000);
    if (number >= 300 && number < 400) CHECK(row.http_status >= 400);
  }
}

TEST_CASE("a result is a value or an error") {
  result<int> good{7};
  result<int> bad{error{errc::room_full, "room:1"}};
  result<void> fine;
  result<void> broken{errc::draining};
  CHECK((good && *good == 7));
  CHECK_FALSE(bad);
  CHECK(bad.failure().detail == "room:1");
  CHECK(fine);
  CHECK((!broken && broken.failure().code == errc::draining));
}
