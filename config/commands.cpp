#include "config/commands.hpp"

#include <ostream>
#include <type_traits>

#include "config/pages.hpp"

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
  out << (format == "json" ? pages::settings_json() : pages::settings_markdown());
  return cli::exit_clean;
}

int run_docs(const std::string& which, std::ostream& out) {
  out << (which == "metrics" ? pages::metrics_markdown() : pages::errors_markdown());
  return cli::exit_clean;
}

std::optional<int> run_printing(const cli::command& what, std::ostream& out, std::ostream& err) {
  if (auto* c = std::get_if<cli::check>(&what)) {
    return run_check({c->config, process_environment(), {}}, out, err);
  }
  if (auto* c = std::get_if<cli::list_settings>(&what)) return run_settings(c->format, out);
  if (auto* c = std::get_if<cli::docs>(&what)) return run_docs(c->which, out);
  if (auto* c = std::get_if<cli::message>(&what)) {
    (c->exit_code == cli::exit_clean ? out : err) << c->text;
    return c->exit_code;
  }
  if (std::holds_alternative<cli::version>(what)) {
    out << cli::version_text() << '\n';
    return cli::exit_clean;
  }
  return std::nullopt;
}

}  // namespace roost
