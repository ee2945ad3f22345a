// SPDX-License-Identifier: Apache-2.0
#include "config/json_schema/ecma_pattern.hpp"

#include <re2/re2.h>

#include <string>

#include "config/json_schema/ecma_syntax.hpp"

namespace roost {

result<ecma_pattern> ecma_pattern::compile(std::string_view pattern) {
  const auto syntax = re2_syntax_of(pattern);
  if (!syntax) return syntax.failure();
  RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  auto program = std::make_shared<const RE2>(*syntax, options);
  if (program->error_code() == RE2::ErrorPatternTooLarge) {
    return error{errc::bad_setting, "it needs too much memory; use maxLength to limit the length"};
  }
  if (!program->ok()) return error{errc::bad_setting, program->error()};
  return ecma_pattern{std::move(program)};
}

bool ecma_pattern::is_found_in(std::string_view text) const {
  // On Debian 13, RE2 takes absl::string_view, which does not convert from std::string_view.
  return RE2::PartialMatch(re2::StringPiece{text.data(), text.size()}, *program_);
}

}  // namespace roost
