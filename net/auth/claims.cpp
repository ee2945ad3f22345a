// SPDX-License-Identifier: Apache-2.0
#include "net/auth/claims.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "net/protocol/json/json_text.hpp"

namespace roost::net::auth {

namespace {

using nlohmann::json;

// Up to this bound a double holds exact milliseconds (2^53), and adding a leeway cannot overflow.
constexpr double seconds_max = 9e12;

/// Reads claims one by one and remembers the first fault.
/// Owns: the fault. Runs on: the caller's thread. Ends: with read_claims().
class claim_reader {
 public:
  explicit claim_reader(const json& all) : all_(all) {}

  // Reads a string that the issuer chose. Logs and presence keys contain it, so its form is
  // checked.
  void name(const char* claim, std::string& into) {
    const auto* value = find(claim);
    if (!value) return;
    if (!value->is_string()) return refuse(claim);
    into = value->get<std::string>();
    if (into.empty() || into.size() > claim_bytes_max || has_control_character(into)) refuse(claim);
  }
  void text(const char* claim, std::string& into) {
    const auto* value = find(claim);
    if (!value) return;
    if (!value->is_string()) return refuse(claim);
    into = value->get<std::string>();
  }
  void moment(const char* claim, std::optional<std::int64_t>& into_ms) {
    const auto* value = find(claim);
    if (!value) return;
    const double seconds = value->is_number() ? value->get<double>() : -1;
    if (!(seconds >= 0 && seconds <= seconds_max)) return refuse(claim);
    into_ms = static_cast<std::int64_t>(std::floor(seconds * 1'000));
  }
  void texts(const char* claim, std::vector<std::string>& into) {
    const auto* value = find(claim);
    if (!value) return;
    if (value->is_string()) return into.push_back(value->get<std::string>());
    if (!value->is_array()) return refuse(claim);
    for (const auto& each : *value) {
      if (!each.is_string()) return refuse(claim);
      into.push_back(each.get<std::string>());
    }
  }
  void grants(const char* claim, grant_list& into) {
    const auto* value = find(claim);
    if (!value) return;
    auto read = grant_list::read(*value);
    if (!read) return refuse(claim);
    into = std::move(*read);
  }
  void refuse(const char* claim) {
    if (fault_.empty()) fault_ = std::string{"claim_"} + claim;
  }
  const std::string& fault() const { return fault_; }

 private:
  const json* find(const char* claim) const {
    const auto it = all_.find(claim);
    return it == all_.end() ? nullptr : &*it;
  }

  const json& all_;
  std::string fault_;
};

error refuse(const char* detail) { return {errc::bad_token, detail}; }

}  // namespace

result<token_claims> read_claims(json all) {
  if (!all.is_object()) return refuse("claims_not_object");
  token_claims out;
  claim_reader from{all};
  from.name("sub", out.user);
  from.name("jti", out.token_id);
  from.text("iss", out.issuer);
  from.texts("aud", out.audience);
  from.moment("exp", out.expires_ms);
  from.moment("nbf", out.not_before_ms);
  from.moment("iat", out.issued_ms);
  from.grants("grants", out.grants);
  if (!from.fault().empty()) return error{errc::bad_token, from.fault()};
  out.all = std::make_shared<const json>(std::move(all));
  return out;
}

result<void> check_claims(const token_claims& claims, const claim_requirements& demands,
                          std::int64_t now_ms) {
  if (!demands.issuer.empty() && claims.issuer != demands.issuer) return refuse("other_issuer");
  if (!demands.audience.empty() &&
      std::ranges::find(claims.audience, demands.audience) == claims.audience.end()) {
    return refuse("other_audience");
  }
  if (claims.not_before_ms && now_ms + demands.leeway_ms < *claims.not_before_ms) {
    return refuse("not_yet_valid");
  }
  if (claims.expires_ms && now_ms - demands.leeway_ms >= *claims.expires_ms) {
    return error{errc::token_expired, "expired"};
  }
  return {};
}

}  // namespace roost::net::auth
