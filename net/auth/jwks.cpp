// SPDX-License-Identifier: Apache-2.0
#include "net/auth/jwks.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "config/base/text_file.hpp"
#include "net/auth/base64url.hpp"
#include "net/auth/claims.hpp"
#include "net/auth/strict_json.hpp"

namespace roost::net::auth {

namespace {

using nlohmann::json;

constexpr std::uint32_t depth_max = 8;

error refuse(std::string why) { return {errc::bad_setting, std::move(why)}; }

// The value of a string member; nullopt if it is absent or not a string.
std::optional<std::string_view> text_of(const json& key, const char* member) {
  const auto it = key.find(member);
  if (it == key.end() || !it->is_string()) return std::nullopt;
  return std::string_view{it->get_ref<const std::string&>()};
}

// The decoded bytes of a base64url member; empty if it is absent or malformed.
std::string bytes_of(const json& key, const char* member) {
  const auto text = text_of(key, member);
  return text ? base64url_decode(*text).value_or("") : "";
}

bool is_curve(const json& key, std::string_view kty, std::string_view curve) {
  return text_of(key, "kty") == kty && text_of(key, "crv") == curve;
}

result<verify_key> make_key(const json& key, jwks_options options) {
  const auto kty = text_of(key, "kty");
  if (kty == "RSA") return verify_key::from_rsa(bytes_of(key, "n"), bytes_of(key, "e"));
  if (is_curve(key, "EC", "P-256")) {
    return verify_key::from_p256(bytes_of(key, "x"), bytes_of(key, "y"));
  }
  if (is_curve(key, "OKP", "Ed25519")) return verify_key::from_ed25519(bytes_of(key, "x"));
  if (kty == "oct" && options.allows_secrets) return verify_key::from_secret(bytes_of(key, "k"));
  return refuse("an unsupported key type");
}

// RFC 7517 sections 4.2 and 4.3: skip keys whose use or key_ops exclude verifying signatures.
bool is_for_verifying(const json& key) {
  if (key.contains("use") && text_of(key, "use") != "sig") return false;
  const auto uses = key.find("key_ops");
  if (uses == key.end()) return true;
  return uses->is_array() && std::ranges::find(*uses, json("verify")) != uses->end();
}

bool is_for_algorithm(const json& key, algorithm alg) {
  return !key.contains("alg") || text_of(key, "alg") == name_of(alg);
}

bool has_usable_name(const json& key) {
  if (!key.contains("kid")) return true;
  const auto id = text_of(key, "kid");
  return id && id->size() <= claim_bytes_max;
}

bool take(const json& key, jwks_options options, key_set& into) {
  if (!key.is_object() || !is_for_verifying(key) || !has_usable_name(key)) return false;
  auto made = make_key(key, options);
  if (!made || !is_for_algorithm(key, made->alg())) return false;
  into.add(std::string{text_of(key, "kid").value_or("")}, std::move(*made));
  return true;
}

}  // namespace

result<jwks_keys> read_jwks(std::string_view text, jwks_options options) {
  if (text.size() > jwks_bytes_max) return refuse("the key set has more than 256 KiB");
  const auto whole = parse_strict_json(without_byte_order_mark(text), depth_max);
  if (!whole) return refuse("the key set cannot be read: " + whole.failure().detail);
  const auto keys = whole->is_object() ? whole->find("keys") : whole->end();
  if (keys == whole->end() || !keys->is_array()) return refuse("the key set has no \"keys\"");
  if (keys->size() > jwks_keys_max) return refuse("the key set has more than 100 keys");
  jwks_keys out;
  for (const auto& key : *keys) {
    if (!take(key, options, out.keys)) ++out.skipped;
  }
  if (out.keys.size() == 0) return refuse("the key set has no key that can be used");
  return out;
}

}  // namespace roost::net::auth
