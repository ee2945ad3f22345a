#include "config/base/redact.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace roost::log {
namespace {

constexpr std::array<std::string_view, 16> secret_keys{
    "token",       "access_token", "auth_token", "id_token",      "refresh_token", "csrf_token",
    "_csrf_token", "jwt",          "bearer",     "authorization", "secret",        "client_secret",
    "password",    "api_key",      "apikey",     "signature"};

std::string key_as_read(std::string_view raw) {
  std::string out;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    char c = raw[i];
    if (c == '%' && i + 2 < raw.size()) {
      unsigned code = 0;
      const char* end = raw.data() + i + 3;
      if (std::from_chars(raw.data() + i + 1, end, code, 16).ptr == end) {
        c = static_cast<char>(code);
        i += 2;
      }
    }
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out;
}

/// Also as one of others: "params[token]".
bool is_secret(std::string_view raw) {
  const auto key = key_as_read(raw);
  std::string_view last = key;
  if (last.ends_with(']')) {
    last.remove_suffix(1);
    last.remove_prefix(std::min(last.rfind('[') + 1, last.size()));
  }
  return std::ranges::find(secret_keys, last) != secret_keys.end();
}

/// A JWS begins with the base64url of {" and has two dots, whatever key it comes under.
bool looks_signed(std::string_view value) {
  return value.starts_with("eyJ") && std::ranges::count(value, '.') >= 2;
}

}  // namespace

std::string redact(std::string_view target) {
  auto query = target.find('?');
  if (query == std::string_view::npos) return std::string{target};
  std::string out{target.substr(0, query + 1)};
  auto rest = target.substr(query + 1);
  while (!rest.empty()) {
    auto end = std::min(rest.find_first_of("&;#"), rest.size());
    auto pair = rest.substr(0, end);
    auto equals = pair.find('=');
    if (equals == std::string_view::npos) {
      out.append(looks_signed(pair) ? "[redacted]" : pair);
    } else if (is_secret(pair.substr(0, equals)) || looks_signed(pair.substr(equals + 1))) {
      out.append(pair.substr(0, equals)).append("=[redacted]");
    } else {
      out.append(pair);
    }
    if (end < rest.size()) out += rest[end++];
    rest.remove_prefix(end);
  }
  return out;
}

}  // namespace roost::log
