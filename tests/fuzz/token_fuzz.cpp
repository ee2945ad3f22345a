// SPDX-License-Identifier: Apache-2.0
// Fuzzes access tokens: each is refused with a known reason, or correctly signed.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "net/auth/base64url.hpp"
#include "net/auth/hmac.hpp"
#include "net/auth/jwks.hpp"
#include "net/auth/jwt.hpp"

namespace {

using namespace roost;
using namespace roost::net::auth;

constexpr std::string_view secret = "0123456789abcdef0123456789abcdef";
constexpr std::int64_t now_ms = 1'000'000;

void require(bool is_true) {
  if (!is_true) std::abort();
}

// Public keys of RFC 7515 A.3 and RFC 8037 A.2, whose tokens this program cannot sign.
key_set make_keys() {
  auto read = read_jwks(R"({"keys":[
    {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
     "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
    {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})");
  require(static_cast<bool>(read));
  read->keys.add("hs", *verify_key::from_secret(secret));
  return read->keys;
}

void check_refusal(const error& why) {
  require(why.code == errc::bad_token || why.code == errc::token_expired);
  require(!why.detail.empty() && why.detail.size() <= 32);
  require(
      std::ranges::all_of(why.detail, [](char c) { return c == '_' || (c >= '0' && c <= 'z'); }));
}

void check_claims(const token_claims& claims) {
  require(claims.all && claims.all->is_object());
  require(claims.user.size() <= claim_bytes_max && claims.token_id.size() <= claim_bytes_max);
  require(!claims.expires_ms || *claims.expires_ms > now_ms);
  require(!claims.not_before_ms || *claims.not_before_ms <= now_ms);
  require(!claims.grants.allows_join("$sys") && !claims.grants.allows_push("$sys", "x"));
}

// Checks the input as a token. Only an issuer could create a token that is accepted.
void check_token(std::string_view token, const key_set& keys) {
  const auto parsed = parse_token(token);
  const auto verified = verify_token(token, keys, {}, now_ms);
  if (!parsed) check_refusal(parsed.failure());
  if (!verified) return check_refusal(verified.failure());
  require(static_cast<bool>(parsed));
  const auto dot = token.rfind('.');
  require(token.substr(dot + 1) == base64url_encode(parsed->signature));
  if (parsed->alg == algorithm::hs256) {
    require(parsed->signature == hmac_sha256(secret, token.substr(0, dot)));
  }
  check_claims(*verified);
}

// Signs the input as claims, to reach the code after the signature check.
void check_signed(std::string_view claims, const key_set& keys) {
  auto token = base64url_encode(R"({"alg":"HS256","kid":"hs"})") + "." + base64url_encode(claims);
  token += "." + base64url_encode(hmac_sha256(secret, token));
  const auto got = verify_token(token, keys, {}, now_ms);
  if (!got) return check_refusal(got.failure());
  check_claims(*got);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto keys = make_keys();
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  check_token(text, keys);
  check_signed(text, keys);
  // Use the first line as the header, the rest as claims.
  const auto line = std::min(text.find('\n'), text.size());
  const auto rest = text.substr(std::min(line + 1, text.size()));
  check_token(base64url_encode(text.substr(0, line)) + "." + base64url_encode(rest) + ".AAAA",
              keys);
  const auto set = read_jwks(text, {.allows_secrets = true});
  require(!set || (set->keys.size() > 0 && set->keys.size() <= jwks_keys_max));
  return 0;
}
