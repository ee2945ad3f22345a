// SPDX-License-Identifier: Apache-2.0
#include "config/cli/commands.hpp"

#include <chrono>
#include <ostream>
#include <type_traits>

#include "config/cli/reference_pages.hpp"

namespace roost {

void print_problems(const std::vector<problem>& problems, std::ostream& err) {
  for (const auto& p : problems) err << p.key << ": " << p.text << '\n';
}

int run_check(const load_sources& from, std::ostream& out, std::ostream& err) {
  auto read = load(from);
  print_problems(read.problems, err);
  for (const auto& warning : read.warnings) out << "warning: " << warning << '\n';
  if (read.problems.empty()) {
    out << from.file << ": no problems\n";
    return cli::exit_clean;
  }
  auto n = read.problems.size();
  err << from.file << ": " << n << (n == 1 ? " problem\n" : " problems\n");
  return cli::exit_configuration;
}

int run_settings(const std::string& format, std::ostream& out) {
  out << (format == "json" ? reference_pages::settings_json()
                           : reference_pages::settings_markdown());
  return cli::exit_clean;
}

int run_docs(const std::string& which, std::ostream& out) {
  if (which == "bounds") {
    out << reference_pages::bounds_markdown();
  } else if (which == "metrics") {
    out << reference_pages::metrics_markdown();
  } else {
    out << reference_pages::errors_markdown();
  }
  return cli::exit_clean;
}

int run_token(const cli::token& command, const load_sources& from, std::int64_t now_s,
              const token_minter& mint, std::ostream& out, std::ostream& err) {
  const auto claims = make_claims(command, now_s);
  if (!claims) {
    err << "roost: " << claims.failure().detail << '\n';
    return cli::exit_usage;
  }
  const auto read = load(from);
  print_problems(read.problems, err);
  if (!read.problems.empty()) return cli::exit_configuration;
  const auto& auth = read.values.auth;
  if (auth.hs256_secret.empty()) {
    err << "auth.hs256_secret: is empty; a token needs a key of at least 32 bytes, from --config "
           "or ROOST_AUTH__HS256_SECRET\n";
    return cli::exit_configuration;
  }
  const auto token = mint(with_configured_claims(*claims, auth), auth.hs256_secret);
  if (!token) {
    err << "roost: " << token.failure().detail << '\n';
    return cli::exit_usage;
  }
  out << *token << '\n';
  return cli::exit_clean;
}

std::optional<int> run_printing(const cli::command& command, std::ostream& out, std::ostream& err,
                                const token_minter& mint, const key_checks& keys) {
  if (auto* c = std::get_if<cli::check>(&command)) {
    return run_check({c->config, process_environment(), {}, keys}, out, err);
  }
  if (auto* c = std::get_if<cli::list_settings>(&command)) return run_settings(c->format, out);
  if (auto* c = std::get_if<cli::token>(&command); c && mint) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto now_s = std::chrono::duration_cast<std::chrono::seconds>(now).count();
    const load_sources from{c->config, process_environment(), {}, keys};
    return run_token(*c, from, now_s, mint, out, err);
  }
  if (auto* c = std::get_if<cli::docs>(&command)) return run_docs(c->which, out);
  if (auto* c = std::get_if<cli::message>(&command)) {
    (c->exit_code == cli::exit_clean ? out : err) << c->text;
    return c->exit_code;
  }
  if (std::holds_alternative<cli::version>(command)) {
    out << cli::version_text() << '\n';
    return cli::exit_clean;
  }
  return std::nullopt;
}

}  // namespace roost
