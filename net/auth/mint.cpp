#include "net/auth/mint.hpp"

#include <openssl/rand.h>

#include <array>
#include <nlohmann/json.hpp>

#include "net/auth/base64url.hpp"
#include "net/auth/claims.hpp"
#include "net/auth/hmac.hpp"
#include "net/auth/jwt.hpp"
#include "net/auth/strict_json.hpp"

namespace roost::net::auth {

namespace {

using nlohmann::json;

constexpr std::uint32_t value_depth_max = 15;  // one less than that of all claims

error refuse(std::string why) { return {errc::bad_setting, std::move(why)}; }

json value_of(const std::string& text) {
  auto read = parse_strict_json(text, value_depth_max);
  return read ? std::move(*read) : json(text);
}

// "join,push:msg" as a list; the same pattern twice adds up.
void add_grant(json& grants, const std::string& topics, std::string_view actions) {
  auto& list = grants.emplace(topics, json::array()).first.value();
  while (!actions.empty()) {
    const auto end = actions.find(',');
    if (end != 0) list.push_back(std::string{actions.substr(0, end)});
    actions.remove_prefix(end == actions.npos ? actions.size() : end + 1);
  }
}

json own_claims(const mint_request& wanted, std::int64_t now_ms) {
  const auto issued = now_ms / 1'000;
  json out{{"sub", wanted.user}, {"iat", issued}, {"exp", issued + (wanted.ttl_ms + 999) / 1'000}};
  if (!wanted.issuer.empty()) out["iss"] = wanted.issuer;
  if (!wanted.audience.empty()) out["aud"] = wanted.audience;
  if (!wanted.token_id.empty()) out["jti"] = wanted.token_id;
  for (const auto& [topics, actions] : wanted.grants) add_grant(out["grants"], topics, actions);
  return out;
}

}  // namespace

result<std::string> mint(const mint_request& wanted, std::string_view secret, std::int64_t now_ms) {
  if (secret.size() < hs256_secret_bytes_min) return refuse("the secret is shorter than 32 bytes");
  if (wanted.ttl_ms <= 0) return refuse("the token would be over at once");
  auto claims = own_claims(wanted, now_ms);
  for (const auto& [name, value] : wanted.claims) {
    if (!claims.emplace(name, value_of(value)).second) {
      return refuse("the claim \"" + name + "\" is given twice");
    }
  }
  if (auto read = read_claims(claims); !read) {
    return refuse("no node would take it: " + read.failure().detail);
  }
  const auto text = claims.dump(-1, ' ', false, json::error_handler_t::replace);
  if (json::parse(text, nullptr, false) != claims) return refuse("a claim is not UTF-8");
  auto out = base64url_encode(R"({"alg":"HS256","typ":"JWT"})") + "." + base64url_encode(text);
  out += "." + base64url_encode(hmac_sha256(secret, out));
  if (out.size() > token_bytes_max) return refuse("the token has more than 8192 bytes");
  return out;
}

std::string random_token_id() {
  std::array<unsigned char, 16> bits{};
  if (RAND_bytes(bits.data(), bits.size()) != 1) return {};
  return base64url_encode({reinterpret_cast<const char*>(bits.data()), bits.size()});
}

}  // namespace roost::net::auth
