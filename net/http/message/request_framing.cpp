// SPDX-License-Identifier: Apache-2.0
#include "net/http/message/request_framing.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/core/string.hpp>
#include <cctype>
#include <cstddef>
#include <string>

#include "net/http/message/request_target.hpp"

namespace roost::net::http {
namespace {

namespace beast = boost::beast;
using beast::http::field;
using beast::http::verb;

constexpr unsigned not_implemented = 501;

std::string_view plain(beast::string_view text) { return {text.data(), text.size()}; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool are_letters(std::string_view text, std::string_view also) {
  return std::ranges::all_of(text, [&](unsigned char c) {
    return std::isalnum(c) != 0 || also.find(static_cast<char>(c)) != std::string_view::npos;
  });
}

/// uri-host [ ":" port ] of RFC 9110, section 7.2, but without commas, which could separate a list.
bool is_host(std::string_view text) {
  const bool is_literal = text.starts_with('[');
  const auto end = is_literal ? text.find(']') : std::min(text.find(':'), text.size());
  if (end == std::string_view::npos) return false;
  const auto name = is_literal ? text.substr(1, end - 1) : text.substr(0, end);
  if (!are_letters(name, is_literal ? ".:" : "-._~%!$&'()*+;=")) return false;
  const auto port = text.substr(is_literal ? end + 1 : end);
  return port.empty() || (port.front() == ':' && std::ranges::all_of(port.substr(1), is_digit));
}

std::optional<framing_fault> find_coding_fault(const request_head& head) {
  const auto count = head.count(field::transfer_encoding);
  if (count == 0) return std::nullopt;
  if (head.version() < 11) return framing_fault{400, "HTTP/1.0 has no Transfer-Encoding"};
  if (count > 1) return framing_fault{400, "Transfer-Encoding is given twice"};
  if (head.count(field::content_length) != 0) {
    return framing_fault{400, "Transfer-Encoding and Content-Length exclude each other"};
  }
  if (beast::iequals(head[field::transfer_encoding], "chunked")) return std::nullopt;
  return framing_fault{not_implemented, "the only Transfer-Encoding is chunked"};
}

/// Refuses even equal duplicates: RFC 9110, section 8.6, allows merging them, but not every proxy
/// does.
std::optional<framing_fault> find_length_fault(const request_head& head) {
  const auto count = head.count(field::content_length);
  if (count > 1) return framing_fault{400, "Content-Length is given twice"};
  const bool is_number = std::ranges::all_of(head[field::content_length], is_digit);
  return is_number ? std::nullopt
                   : std::optional{framing_fault{400, "Content-Length is not a number"}};
}

std::optional<framing_fault> find_host_fault(const request_head& head) {
  const auto count = head.count(field::host);
  if (count > 1) return framing_fault{400, "Host is given twice"};
  if (count == 0 && head.version() >= 11) return framing_fault{400, "the Host header is missing"};
  if (!is_host(plain(head[field::host]))) return framing_fault{400, "the Host header is malformed"};
  return std::nullopt;
}

/// Refuses duplicates of headers that must be unique, because it is ambiguous which one counts.
std::optional<framing_fault> find_repeated(const request_head& head) {
  struct single {
    field name;
    std::string_view fault;
  };
  constexpr std::array singles{
      single{field::origin, "Origin is given twice"},
      single{field::sec_websocket_key, "Sec-WebSocket-Key is given twice"},
      single{field::sec_websocket_version, "Sec-WebSocket-Version is given twice"},
  };
  const auto* const found =
      std::ranges::find_if(singles, [&](const single& each) { return head.count(each.name) > 1; });
  if (found == singles.end()) return std::nullopt;
  return framing_fault{400, found->fault};
}

std::optional<framing_fault> find_target_fault(const request_head& head) {
  const auto target = plain(head.target());
  if (target.starts_with('/') || (target == "*" && head.method() == verb::options)) {
    return std::nullopt;
  }
  const auto authority = authority_of(target);
  if (authority && !authority->empty() && is_host(*authority)) return std::nullopt;
  return framing_fault{400, "the request's target is neither a path nor an http URL"};
}

}  // namespace

bool has_folded_line(std::string_view lines) {
  return lines.find("\n ") != std::string_view::npos ||
         lines.find("\n\t") != std::string_view::npos;
}

std::optional<framing_fault> find_framing_fault(const request_head& head) {
  for (const auto find :
       {find_coding_fault, find_length_fault, find_host_fault, find_repeated, find_target_fault}) {
    if (auto fault = find(head)) return fault;
  }
  return std::nullopt;
}

void apply_absolute_target(request_head& head) {
  if (const auto authority = authority_of(plain(head.target()))) {
    head.set(field::host, std::string{*authority});
  }
}

}  // namespace roost::net::http
