#include "config/base/redact.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace roost::log {
namespace {

constexpr std::array<std::string_view, 3> secret_keys{"token", "access_token", "api_key"};

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

bool is_secret(std::string_view key) {
  return std::ranges::find(secret_keys, key_as_read(key)) != secret_keys.end();
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
    if (equals != std::string_view::npos && is_secret(pair.substr(0, equals))) {
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
