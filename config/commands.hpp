// The commands that need only the configuration: they print and end.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "config/cli.hpp"
#include "config/loader.hpp"
#include "config/token_claims.hpp"

namespace roost {

// Each returns the exit code of the process.

/// Problems go to `err`, one a line; warnings and the verdict to `out`.
int run_check(const load_sources& from, std::ostream& out, std::ostream& err);
int run_settings(const std::string& format, std::ostream& out);
/// `which`: errors or metrics.
int run_docs(const std::string& which, std::ostream& out);

/// "key: text" of each problem, one a line.
void print_problems(const std::vector<problem>& problems, std::ostream& err);

/// Prints a token with what was asked for and the configured iss and aud; the key is
/// auth.hs256_secret. `now_s`: Unix time.
int run_token(const cli::token& what, const load_sources& from, std::int64_t now_s,
              const token_minter& mint, std::ostream& out, std::ostream& err);

/// Runs whatever is no work for a node: all but serve and health, which give nothing back; nor does
/// token without `mint`.
std::optional<int> run_printing(const cli::command& what, std::ostream& out, std::ostream& err,
                                const token_minter& mint = {}, const key_checks& keys = {});

}  // namespace roost
