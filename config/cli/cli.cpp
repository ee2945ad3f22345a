// SPDX-License-Identifier: Apache-2.0
// The only file that includes CLI11.
#include "config/cli/cli.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>
#include <utility>

#include "config/load/suggestion.hpp"

namespace roost::cli {
namespace {

/// The options of all subcommands, filled by CLI11.
struct parsed {
  serve serving;
  check checking;
  list_settings listing;
  health health_check;
  token minting;
  docs printing;
  check_store store_check;
  export_store store_export;
  import_store store_import;
};

void declare_token(CLI::App& app, token& into) {
  auto* minting = app.add_subcommand("token", "Print a token for development, signed with HS256.");
  minting->add_option("--sub", into.sub, "User of the token (its sub claim).")->required();
  minting
      ->add_option("--grant", into.grants,
                   "Grant TOPICS=ACTIONS, for example 'room:*=join,push:msg'. Repeatable.")
      ->allow_extra_args(false);
  minting
      ->add_option("--claim", into.claims,
                   "Add a claim NAME=VALUE; the value is JSON or text. Repeatable.")
      ->allow_extra_args(false);
  minting->add_option("--ttl", into.ttl, "Lifetime of the token, for example 90s, 15m, 1h, 7d.")
      ->capture_default_str();
  minting->add_option(
      "--config", into.config,
      "Configuration file with the secret. Without it the secret comes from the environment.");
}

void declare_config(CLI::App& app, store_location& into) {
  app.add_option("--config", into.config,
                 "Configuration file whose store.path names the folder, instead of PATH.");
}

void declare_store(CLI::App& app, parsed& into) {
  auto* store = app.add_subcommand(
      "store",
      "Check, export or import the store of a stopped node. Exit code 0: done, 3: the "
      "store or file cannot be used, 5: it is damaged.");
  store->require_subcommand(0, 1);
  auto* checking = store->add_subcommand("check", "Read a store through and list what is wrong.");
  checking->add_option("path", into.store_check.store.path, "Folder of the store.");
  declare_config(*checking, into.store_check.store);
  checking->add_flag("--json", into.store_check.as_json, "Print one JSON object.");
  auto* exporting = store->add_subcommand("export", "Write everything of a store into one file.");
  exporting
      ->add_option("path", into.store_export.store.path,
                   "Folder of the store; left out with --config.")
      ->required();
  exporting->add_option("file", into.store_export.file,
                        "File to write; - is standard output, which must not be a terminal.");
  declare_config(*exporting, into.store_export.store);
  auto* importing = store->add_subcommand("import", "Build a store from an export.");
  importing->add_option("file", into.store_import.file, "File to read; - is standard input.")
      ->required();
  importing->add_option("path", into.store_import.store.path,
                        "Folder of the new store; left out with --config.");
  declare_config(*importing, into.store_import.store);
}

void declare(CLI::App& app, parsed& into) {
  app.set_version_flag("--version", version_text());
  auto* serving = app.add_subcommand(
      "serve", "Run a node. Without --config it serves port 4000 and a demo page.");
  serving->add_option("--config", into.serving.config, "Configuration file (JSON with comments).");
  serving
      ->add_option("--set", into.serving.sets,
                   "Set KEY=VALUE; overrides the file and the environment. Repeatable.")
      ->allow_extra_args(false);
  auto* checking = app.add_subcommand(
      "check", "Check a configuration and list every problem. Exit code 0: valid, 1: not valid.");
  checking->add_option("--config", into.checking.config, "Configuration file to check.")
      ->required();
  auto* listing =
      app.add_subcommand("settings", "Print every setting with its unit, default and bounds.");
  listing->add_option("--format", into.listing.format, "Output format: md or json.")
      ->check(CLI::IsMember({"md", "json"}));
  auto* health_check =
      app.add_subcommand("health", "Check whether a node is alive. Exit code 0: alive, 1: not.");
  health_check
      ->add_option("--url", into.health_check.url, "URL of the node's public or admin port.")
      ->capture_default_str();
  declare_token(app, into.minting);
  declare_store(app, into);
  auto* printing = app.add_subcommand(
      "docs", "Print a reference page: docs/errors.md, docs/metrics.md or docs/bounds.md.");
  printing->add_option("which", into.printing.which, "Page to print: errors, metrics or bounds.")
      ->check(CLI::IsMember({"errors", "metrics", "bounds"}));
}

/// The command, or an error message about its folder.
template <class Command>
command with_place(Command chosen) {
  if (chosen.store.path.empty() || chosen.store.config.empty()) return chosen;
  return message{"roost store: name the folder of the store or --config, not both\n"};
}

command chosen_of_store(const CLI::App& store, const parsed& from) {
  if (store.got_subcommand("check")) return with_place(from.store_check);
  if (store.got_subcommand("import")) return with_place(from.store_import);
  if (store.got_subcommand("export")) {
    auto out = from.store_export;
    if (out.file.empty()) out.file = std::exchange(out.store.path, {});
    return with_place(std::move(out));
  }
  return message{"roost store: name what to do: check, export or import\n"};
}

command chosen(const CLI::App& app, const parsed& from) {
  if (app.got_subcommand("serve")) return from.serving;
  if (app.got_subcommand("check")) return from.checking;
  if (app.got_subcommand("settings")) return from.listing;
  if (app.got_subcommand("health")) return from.health_check;
  if (app.got_subcommand("token")) return from.minting;
  if (app.got_subcommand("store")) return chosen_of_store(*app.get_subcommand("store"), from);
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
  return std::string{"roost: unknown command "} + argv[1] + "; did you mean " +
         suggest_name(argv[1], known) + "?\nRun roost --help for the list of commands.\n";
}

}  // namespace

std::string version_text() { return "roost " ROOST_VERSION; }

command parse(int argc, const char* const* argv) {
  CLI::App app{"Roost: a realtime room server", "roost"};
  app.require_subcommand(0, 1);
  app.footer(
      "roost settings prints every setting, roost docs prints errors, metrics and bounds.\n"
      "The guides are in docs/ of the source; start with docs/README.md.");
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
