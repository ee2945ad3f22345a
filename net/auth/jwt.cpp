// SPDX-License-Identifier: Apache-2.0
#include "net/auth/jwt.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "net/auth/base64url.hpp"
#include "net/auth/strict_json.hpp"

namespace roost::net::auth {

namespace {

using nlohmann::json;

constexpr std::uint32_t header_depth_max = 4;
constexpr std::uint32_t claims_depth_max = 16;

error refuse(std::string detail) { return {errc::bad_token, std::move(detail)}; }

struct token_parts {
  std::string_view header;
  std::string_view claims;
  std::string_view signature;
};

std::optional<token_parts> split(std::string_view token) {
  const auto first = token.find('.');
  const auto second =
      first == std::string_view::npos ? std::string_view::npos : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
    return std::nullopt;
  return token_parts{token.substr(0, first), token.substr(first + 1, second - first - 1),
                     token.substr(second + 1)};
}

// Decodes one JSON part; error details begin with `name`.
result<json> read_part(std::string_view part, const std::string& name, std::uint32_t depth_max) {
  const auto text = base64url_decode(part);
  if (!text) return refuse(name + "_not_base64url");
  auto value = parse_strict_json(*text, depth_max);
  if (!value) return refuse(name + "_" + value.failure().detail);
  if (!value->is_object()) return refuse(name + "_not_object");
  return value;
}

result<void> read_header(const json& header, unverified_token& into) {
  // RFC 7515 section 4.1.11: crit lists extensions that we must support; we support none.
  if (header.contains("crit")) return refuse("crit");
  const auto alg = header.find("alg");
  if (alg == header.end() || !alg->is_string()) return refuse("alg");
  const auto known = algorithm_of(alg->get_ref<const std::string&>());
  if (!known) return refuse("alg");
  into.alg = *known;
  const auto kid = header.find("kid");
  if (kid == header.end()) return {};
  if (!kid->is_string()) return refuse("kid");
  into.key_id = kid->get<std::string>();
  if (into.key_id->size() > claim_bytes_max) return refuse("kid");
  return {};
}

result<void> check_signature(const unverified_token& token, const key_set& keys) {
  const auto tried = keys.candidates(token.alg, token.key_id);
  if (tried.empty()) {
    const bool is_known = token.key_id && keys.has_id(*token.key_id);
    return refuse(is_known ? "alg_of_another_key" : std::string{unknown_key});
  }
  const bool is_good = std::ranges::any_of(tried, [&token](const verify_key* key) {
    return key->verifies(token.signed_text, token.signature);
  });
  if (!is_good) return refuse("bad_signature");
  return {};
}

}  // namespace

result<unverified_token> parse_token(std::string_view token) {
  if (token.size() > token_bytes_max) return refuse("too_long");
  const auto parts = split(token);
  if (!parts) return refuse("not_three_parts");
  const auto header = read_part(parts->header, "header", header_depth_max);
  if (!header) return header.failure();
  unverified_token out;
  if (auto read = read_header(*header, out); !read) return read.failure();
  auto signature = base64url_decode(parts->signature);
  if (!signature) return refuse("signature_not_base64url");
  out.signature = std::move(*signature);
  out.signed_text = token.substr(0, parts->header.size() + 1 + parts->claims.size());
  out.claims = parts->claims;
  return out;
}

result<token_claims> verify_token(std::string_view token, const key_set& keys,
                                  const claim_requirements& demands, std::int64_t now_ms) {
  const auto parsed = parse_token(token);
  if (!parsed) return parsed.failure();
  if (auto signature = check_signature(*parsed, keys); !signature) return signature.failure();
  auto all = read_part(parsed->claims, "claims", claims_depth_max);
  if (!all) return all.failure();
  auto claims = read_claims(std::move(*all));
  if (!claims) return claims;
  if (auto checked = check_claims(*claims, demands, now_ms); !checked) return checked.failure();
  return claims;
}

}  // namespace roost::net::auth
