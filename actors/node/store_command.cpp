// SPDX-License-Identifier: Apache-2.0
#include "actors/node/store_command.hpp"

#include <unistd.h>

#include <cstdint>
#include <ostream>
#include <string>
#include <variant>

#include "actors/node/store_text.hpp"
#include "cluster/transfer/check_store.hpp"
#include "cluster/transfer/export_file.hpp"
#include "cluster/transfer/export_store.hpp"
#include "config/cli/commands.hpp"
#include "config/load/loader.hpp"
#include "net/auth/jwks_checks.hpp"

namespace roost::actors {
namespace {

/// The folder, or the exit code if there is none. `shards`: as configured, if there are settings.
struct chosen_store {
  std::string folder;
  std::optional<std::uint32_t> shards;
  int exit_code = cli::exit_clean;
};

chosen_store choose(const cli::store_location& named, std::ostream& err) {
  if (!named.path.empty()) return {named.path, {}, cli::exit_clean};
  const auto read = load({named.config, process_environment(), {}, net::auth::jwks_checks()});
  print_problems(read.problems, err);
  if (!read.problems.empty()) return {{}, {}, cli::exit_configuration};
  const auto& values = read.values;
  if (!values.store.path.empty()) {
    return {values.store.path, values.cluster.shards, cli::exit_clean};
  }
  if (named.config.empty()) {
    err << "roost store: name the folder of the store, or --config FILE with its store.path\n";
    return {{}, {}, cli::exit_usage};
  }
  err << "store.path: is empty in " << named.config
      << ": this node stores no rooms. Name the folder of the store instead\n";
  return {{}, {}, cli::exit_configuration};
}

int fail(const error& why, std::ostream& err) {
  err << "roost: " << why.detail << '\n';
  if (why.code == errc::store_locked) err << "roost: stop the node that uses it, then try again\n";
  return why.code == errc::store_damaged ? cli::exit_damaged : cli::exit_cannot_bind;
}

int run(const cli::check_store& command, const std::string& folder, std::ostream& out,
        std::ostream& err) {
  const auto checked = cluster::check_store(folder);
  if (!checked) return fail(checked.failure(), err);
  if (command.as_json) {
    out << json_text(folder, *checked);
  } else {
    out << table_text(folder, *checked);
    err << findings_text(*checked);
    out << std::flush;
    (checked->found.count() == 0 ? out : err) << summary_text(folder, *checked);
  }
  return checked->found.count() == 0 ? cli::exit_clean : cli::exit_damaged;
}

int run(const cli::export_store& command, const std::string& folder, std::ostream& out,
        std::ostream& err) {
  const bool is_stream = command.file == cluster::standard_stream;
  if (is_stream && ::isatty(STDOUT_FILENO) != 0) {
    err << "roost store: an export is not text: send standard output to a file or a program\n";
    return cli::exit_usage;
  }
  auto file = cluster::export_file_writer::open(command.file);
  if (!file) return fail(file.failure(), err);
  const auto done =
      cluster::export_store(folder, [&](std::string_view bytes) { return file->write(bytes); });
  if (!done) return fail(done.failure(), err);
  if (const auto finished = file->finish(); !finished) return fail(finished.failure(), err);
  (is_stream ? err : out) << transfer_text("exported", *done, folder, command.file);
  return cli::exit_clean;
}

int run(const cli::import_store& command, const std::string& folder,
        std::optional<std::uint32_t> shards, std::ostream& out, std::ostream& err) {
  auto file = cluster::export_file_reader::open(command.file);
  if (!file) return fail(file.failure(), err);
  const auto done = cluster::import_store(folder, shards, [&] { return file->next(); });
  if (!done) return fail(done.failure(), err);
  out << transfer_text("imported", *done, command.file, folder);
  return cli::exit_clean;
}

}  // namespace

std::optional<int> run_store_command(const cli::command& command, std::ostream& out,
                                     std::ostream& err) {
  const auto with_store = [&](const auto& chosen, const auto& action) {
    const auto store = choose(chosen.store, err);
    return store.exit_code == cli::exit_clean ? action(store) : store.exit_code;
  };
  if (const auto* chosen = std::get_if<cli::check_store>(&command)) {
    return with_store(*chosen, [&](const auto& at) { return run(*chosen, at.folder, out, err); });
  }
  if (const auto* chosen = std::get_if<cli::export_store>(&command)) {
    return with_store(*chosen, [&](const auto& at) { return run(*chosen, at.folder, out, err); });
  }
  if (const auto* chosen = std::get_if<cli::import_store>(&command)) {
    return with_store(*chosen,
                      [&](const auto& at) { return run(*chosen, at.folder, at.shards, out, err); });
  }
  return std::nullopt;
}

}  // namespace roost::actors
