// SPDX-License-Identifier: Apache-2.0
#include "net/http/message/request_target.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace roost::net::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i] == '+' ? ' ' : text[i]);
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

}  // namespace

request_target split_target(std::string_view target) {
  if (const auto scheme = target.find("://");
      scheme != std::string_view::npos && target.find_first_of("/?") == scheme + 1) {
    target.remove_prefix(scheme + 3);
    const auto path = target.find_first_of("/?");
    target = path == std::string_view::npos ? std::string_view{"/"} : target.substr(path);
  }
  const auto mark = target.find('?');
  if (mark == std::string_view::npos) return {target, {}};
  return {target.substr(0, mark), target.substr(mark + 1)};
}

std::optional<std::string_view> authority_of(std::string_view target) {
  const auto mark = target.find("://");
  if (mark == std::string_view::npos) return std::nullopt;
  constexpr std::array<std::string_view, 4> schemes{"http", "https", "ws", "wss"};
  const auto scheme = target.substr(0, mark);
  const bool is_web = std::ranges::any_of(
      schemes, [&](std::string_view each) { return std::ranges::equal(scheme, each, {}, lower); });
  if (!is_web) return std::nullopt;
  target.remove_prefix(mark + 3);
  return target.substr(0, target.find_first_of("/?"));
}

std::string without_parameter(std::string_view query, std::string_view name) {
  std::string out;
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    if (pair.substr(0, pair.find('=')) == name) continue;
    if (!out.empty()) out.push_back('&');
    out.append(pair);
  }
  return out;
}

std::optional<parameter_list> parse_query(std::string_view query) {
  parameter_list out;
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    auto key = decode(pair.substr(0, equals));
    auto value = decode(equals == std::string_view::npos ? "" : pair.substr(equals + 1));
    if (!key || !value) return std::nullopt;
    out.emplace_back(std::move(*key), std::move(*value));
  }
  return out;
}

}  // namespace roost::net::http
