// SPDX-License-Identifier: Apache-2.0
// The commands that print something and exit, without starting a node.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "config/cli/cli.hpp"
#include "config/cli/token_claims.hpp"
#include "config/load/loader.hpp"

namespace roost {

// Each run_... function returns the exit code of the process.

/// Checks a configuration. Prints problems to `err`, one per line, and warnings to `out`.
int run_check(const load_sources& from, std::ostream& out, std::ostream& err);
int run_settings(const std::string& format, std::ostream& out);
/// `which`: errors, metrics or bounds.
int run_docs(const std::string& which, std::ostream& out);

/// Prints each problem as a line "key: text".
void print_problems(const std::vector<problem>& problems, std::ostream& err);

/// Prints a token with the given claims and the configured iss and aud, signed with
/// auth.hs256_secret. `now_s`: Unix time in seconds.
int run_token(const cli::token& command, const load_sources& from, std::int64_t now_s,
              const token_minter& mint, std::ostream& out, std::ostream& err);

/// Runs every command except serve, health and those of a store, for which it returns nullopt. It
/// also returns nullopt for token if there is no `mint`.
std::optional<int> run_printing(const cli::command& command, std::ostream& out, std::ostream& err,
                                const token_minter& mint = {}, const key_checks& keys = {});

}  // namespace roost
