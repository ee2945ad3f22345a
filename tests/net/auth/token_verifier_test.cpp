// SPDX-License-Identifier: Apache-2.0
#include "net/auth/token_verifier.hpp"

#include <chrono>
#include <fstream>
#include <string>
#include <vector>

#include "net/auth/mint.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/net/auth/signer.hpp"
#include "tests/net/auth/verifier_fixture.hpp"
#include "tests/net/http/client/web_server.hpp"

namespace roost::net::auth {

namespace {

using http::scratch_folder;
using http::web_server;

constexpr std::int64_t now_ms = 1'000'000;

settings with_secret() {
  settings out;
  out.auth.hs256_secret = test_secret;
  return out;
}

std::string minted(std::string_view claims) { return *mint(claims, test_secret); }

/// Whether the metric counted `result` this many times.
bool counted(const metrics& probe, std::string_view result, int times) {
  const auto row = "roost_auth_results_total{result=\"" + std::string{result} + "\"} ";
  return probe.text().find(row + std::to_string(times) + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("a verifier returns the user of a token and counts the result") {
  const settings_store config{with_secret()};
  metrics probe;
  token_verifier verifier{config, probe};
  const auto got = verifier.check(minted(R"({"sub":"ada"})"), now_ms);
  REQUIRE(got);
  CHECK((*got)->user == "ada");
  CHECK(counted(probe, "ok", 1));
  CHECK(verifier.check("", now_ms).failure().code == errc::bad_token);
  CHECK(counted(probe, "malformed", 1));
  CHECK(verifier.check(minted(R"({"exp":1})"), now_ms).failure().code == errc::token_expired);
  CHECK(counted(probe, "expired", 1));
}

TEST_CASE("every reason for a refusal maps to a known value of the metric") {
  const std::vector<std::pair<const char*, const char*>> all{
      {"too_long", "malformed"},
      {"not_three_parts", "malformed"},
      {"header_not_json", "malformed"},
      {"claims_duplicate_member", "malformed"},
      {"signature_not_base64url", "malformed"},
      {"kid", "malformed"},
      {"alg", "algorithm"},
      {"crit", "algorithm"},
      {"alg_of_another_key", "algorithm"},
      {"unknown_key", "unknown_key"},
      {"bad_signature", "signature"},
      {"expired", "expired"},
      {"not_yet_valid", "not_yet"},
      {"other_issuer", "issuer"},
      {"other_audience", "audience"},
      {"claim_sub", "claims"},
      {"claim_grants", "claims"},
      {"other_subject", "subject"},
      {"revoked", "revoked"},
  };
  const auto known = metric_rows::label_values("roost_auth_results_total");
  for (const auto& [detail, value] : all) {
    INFO(detail);
    CHECK(auth_result_label({errc::bad_token, detail}) == value);
    CHECK(std::find(known.begin(), known.end(), value) != known.end());
  }
}

TEST_CASE("a token that is checked for a user must belong to that user") {
  const settings_store config{with_secret()};
  metrics probe;
  token_verifier verifier{config, probe};
  const auto token = minted(R"({"sub":"ada"})");
  CHECK(verifier.check(token, now_ms, "ada"));
  CHECK(verifier.check(token, now_ms, "bob").failure().code == errc::unauthorized);
  CHECK(verifier.check(minted("{}"), now_ms, "bob").failure().detail == "other_subject");
  CHECK(counted(probe, "subject", 2));
}

TEST_CASE("a revocation refuses tokens and notifies its listener and an expired one is ignored") {
  const settings_store config{with_secret()};
  metrics probe;
  token_verifier verifier{config, probe};
  std::vector<std::string> revoked_ids;
  verifier.on_revoked([&](const revocation& revoked) { revoked_ids.push_back(revoked.id); });
  const auto token = minted(R"({"sub":"ada","jti":"t1","iat":900})");
  const auto holder = *verifier.check(token, now_ms);
  CHECK_FALSE(verifier.is_revoked(*holder, now_ms));
  CHECK_FALSE(verifier.revoke({revocation_kind::user, "ada", now_ms, now_ms}, now_ms));
  CHECK(verifier.revoke({revocation_kind::user, "ada", 950'000, now_ms + 1'000}, now_ms));
  CHECK(verifier.is_revoked(*holder, now_ms));
  CHECK(verifier.check(token, now_ms).failure().code == errc::revoked);
  CHECK(verifier.check(minted(R"({"sub":"ada","iat":960})"), now_ms));
  CHECK(verifier.check(token, now_ms + 1'000));
  CHECK(verifier.revoke({revocation_kind::token, "t1", 0, now_ms + 9'000}, now_ms));
  CHECK(verifier.check(token, now_ms + 1'000).failure().code == errc::revoked);
  CHECK(revoked_ids == std::vector<std::string>{"ada", "t1"});
  CHECK(probe.value(metrics::counter::revocations) == 2);
  CHECK(counted(probe, "revoked", 2));
}

TEST_CASE("issuer and audience and leeway are read from the current settings") {
  auto first = with_secret();
  settings_store config{first};
  metrics probe;
  token_verifier verifier{config, probe};
  const auto token = minted(R"({"iss":"me","aud":"chat","exp":999})");
  CHECK(verifier.check(token, now_ms));
  first.auth.issuer = "other";
  config.replace(first);
  CHECK(verifier.check(token, now_ms).failure().detail == "other_issuer");
  first.auth.issuer = "me";
  first.auth.audience = "mail";
  config.replace(first);
  CHECK(verifier.check(token, now_ms).failure().detail == "other_audience");
  first.auth.audience = "chat";
  first.auth.leeway_ms = 0;
  config.replace(first);
  CHECK(verifier.check(token, now_ms).failure().code == errc::token_expired);
}

TEST_CASE("a reload loads the keys that the settings name now and drops the others") {
  const scratch_folder folder;
  const auto pen = signer::ed25519();
  std::ofstream{folder.path("keys.json")} << key_set_of(pen, "a");
  auto now = with_secret();
  settings_store config{now};
  metrics probe;
  token_verifier verifier{config, probe};
  const auto by_secret = minted(R"({"sub":"ada"})");
  const auto by_file = signed_by(pen, "a");
  CHECK_FALSE(verifier.check(by_file, now_ms));
  now.auth.hs256_secret.clear();
  now.auth.jwks_file = folder.path("keys.json");
  config.replace(now);
  CHECK(verifier.check(by_secret, now_ms));  // the office uses the new settings only after reload()
  verifier.reload();
  CHECK_FALSE(verifier.check(by_secret, now_ms));
  CHECK(verifier.check(by_file, now_ms));
  now.auth.hs256_secret = std::string(32, 'n');
  now.auth.jwks_file.clear();
  config.replace(now);
  verifier.reload();
  CHECK(verifier.check(*mint("{}", std::string(32, 'n')), now_ms));
  CHECK_FALSE(verifier.check(by_file, now_ms));
}

TEST_CASE("a changed key file is read again and a broken one keeps the last keys") {
  const scratch_folder folder;
  const auto path = folder.path("keys.json");
  const auto first = signer::ed25519();
  const auto second = signer::ed25519();
  std::ofstream{path} << key_set_of(first, "a");
  auto now = settings{};
  now.auth.jwks_file = path;
  const settings_store config{now};
  metrics probe;
  token_verifier verifier{config, probe, hasty()};
  CHECK(verifier.check(signed_by(first, "a"), now_ms));
  std::ofstream{path} << key_set_of(second, "b");
  wait_until([&] { return bool{verifier.check(signed_by(second, "b"), now_ms)}; });
  CHECK_FALSE(verifier.check(signed_by(first, "a"), now_ms));
  std::ofstream{path} << "{";
  verifier.reload();
  CHECK(verifier.check(signed_by(second, "b"), now_ms));
}

TEST_CASE("keys of a URL are available after the first fetch and stay if the server is gone") {
  const auto pen = signer::ed25519();
  web_server issuer{web_server::scheme::http, key_set_of(pen, "a")};
  auto now = settings{};
  now.auth.jwks_url = issuer.address("/jwks");
  settings_store config{now};
  metrics probe;
  token_verifier verifier{config, probe, hasty()};
  verifier.await_first_fetch(std::chrono::minutes{1});
  CHECK(verifier.check(signed_by(pen, "a"), now_ms));
  CHECK(probe.value(metrics::counter::jwks_fetches) >= 1);
  issuer.stop();
  const auto before = probe.value(metrics::counter::jwks_fetches);
  CHECK_FALSE(verifier.check(signed_by(pen, "b"), now_ms));  // unknown key id: triggers a fetch
  wait_until([&] { return probe.value(metrics::counter::jwks_fetches) > before; });
  CHECK(verifier.check(signed_by(pen, "a"), now_ms));
  now.auth.jwks_url.clear();
  config.replace(now);
  verifier.reload();
  CHECK_FALSE(verifier.check(signed_by(pen, "a"), now_ms));
}

TEST_CASE(
    "a verifier without a URL waits for no fetch and a hanging fetch does not delay its end") {
  const settings_store none{with_secret()};
  metrics probe;
  token_verifier{none, probe}.await_first_fetch(std::chrono::hours{1});
  web_server issuer{web_server::scheme::http, "{}"};
  auto hanging = settings{};
  hanging.auth.jwks_url = issuer.address("/silent");
  const settings_store config{hanging};
  token_verifier verifier{config, probe, hasty()};
  verifier.await_first_fetch(milliseconds{1});
  CHECK(probe.value(metrics::counter::jwks_fetches) == 0);
}

}  // namespace roost::net::auth
