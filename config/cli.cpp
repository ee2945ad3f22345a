// The only file that includes CLI11.
#include "config/cli.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>

#include "config/nearest.hpp"

namespace roost::cli {
namespace {

/// The options of all subcommands, filled by CLI11.
struct parsed {
  serve serving;
  check checking;
  list_settings listing;
  health asking;
  token minting;
  docs printing;
};

void declare_token(CLI::App& app, token& into) {
  auto* minting = app.add_subcommand("token", "print a token for development, signed with HS256");
  minting->add_option("--sub", into.sub, "the user")->required();
  minting
      ->add_option("--grant", into.grants,
                   "TOPICS=ACTIONS, such as 'room:*=join,push:msg'; repeatable")
      ->allow_extra_args(false);
  minting->add_option("--claim", into.claims, "name=value, the value as JSON or text; repeatable")
      ->allow_extra_args(false);
  minting->add_option("--ttl", into.ttl, "how long it is valid: 90s, 15m, 1h, 7d")
      ->capture_default_str();
  minting->add_option("--config", into.config, "settings, for the key; else from the environment");
}

void declare(CLI::App& app, parsed& into) {
  app.set_version_flag("--version", version_text());
  auto* serving = app.add_subcommand("serve", "run a node; without a config: port 4000, demo page");
  serving->add_option("--config", into.serving.config, "settings: JSON with comments");
  serving
      ->add_option("--set", into.serving.sets, "key=value, over file and environment; repeatable")
      ->allow_extra_args(false);
  auto* checking = app.add_subcommand("check", "list every problem of a config; exit 0 or 1");
  checking->add_option("--config", into.checking.config, "the file to check")->required();
  auto* listing = app.add_subcommand("settings", "list every setting");
  listing->add_option("--format", into.listing.format, "md or json")
      ->check(CLI::IsMember({"md", "json"}));
  auto* asking = app.add_subcommand("health", "ask a node whether it is alive; exit 0 or 1");
  asking->add_option("--url", into.asking.url, "its public or admin port")->capture_default_str();
  declare_token(app, into.minting);
  auto* printing = app.add_subcommand("docs", "print a reference page: errors, metrics or bounds");
  printing->add_option("which", into.printing.which, "errors, metrics or bounds")
      ->check(CLI::IsMember({"errors", "metrics", "bounds"}));
}

command chosen(const CLI::App& app, const parsed& from) {
  if (app.got_subcommand("serve")) return from.serving;
  if (app.got_subcommand("check")) return from.checking;
  if (app.got_subcommand("settings")) return from.listing;
  if (app.got_subcommand("health")) return from.asking;
  if (app.got_subcommand("token")) return from.minting;
  if (app.got_subcommand("docs") && from.printing.which.empty()) {
    return message{"roost docs: name the page: errors, metrics or bounds\n", exit_usage};
  }
  if (app.got_subcommand("docs")) return from.printing;
  return message{app.help(), exit_usage};
}

/// An error message if the first argument is an unknown command; else empty.
std::string unknown_command(const CLI::App& app, int argc, const char* const* argv) {
  if (argc < 2 || argv[1][0] == '-') return {};
  std::vector<std::string> known;
  for (const auto* one : app.get_subcommands([](const CLI::App*) { return true; })) {
    known.push_back(one->get_name());
  }
  if (std::ranges::find(known, argv[1]) != known.end()) return {};
  return std::string{"roost: there is no command "} + argv[1] + "; the nearest is " +
         suggest_name(argv[1], known) + "\nRun roost --help for all of them.\n";
}

}  // namespace

std::string version_text() { return "roost " ROOST_VERSION; }

command parse(int argc, const char* const* argv) {
  CLI::App app{"Roost: a clustered realtime room server", "roost"};
  app.require_subcommand(0, 1);
  app.footer(
      "Every setting: roost settings. Errors, metrics and bounds: roost docs errors, roost docs "
      "metrics, roost docs bounds.\n"
      "Guides are in docs/ of the source, docs/README.md first.");
  parsed into;
  declare(app, into);
  if (auto text = unknown_command(app, argc, argv); !text.empty()) return message{text};
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForVersion&) {
    return version{};
  } catch (const CLI::ParseError& e) {
    std::ostringstream out;
    std::ostringstream err;
    int code = app.exit(e, out, err);
    return message{out.str() + err.str(), code == 0 ? exit_clean : exit_usage};
  }
  return chosen(app, into);
}

}  // namespace roost::cli
