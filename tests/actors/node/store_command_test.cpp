// SPDX-License-Identifier: Apache-2.0
#include "actors/node/store_command.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "actors/node/open_store.hpp"
#include "cluster/embedded/store_builder.hpp"
#include "cluster/wire/log_codec.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"
#include "tests/fixtures/temporary_path.hpp"

using namespace roost;
namespace fs = std::filesystem;

namespace {

/// A folder for a test's files, which is removed at the end.
struct test_files {
  test_files() {
    fs::remove_all(folder);
    fs::create_directory(folder);
  }
  ~test_files() { fs::remove_all(folder); }
  test_files(const test_files&) = delete;
  test_files& operator=(const test_files&) = delete;
  std::string at(const std::string& name) const { return folder + "/" + name; }
  /// A configuration file with this store.
  std::string config(const std::string& store, unsigned shards = 8) const {
    std::ofstream(at("roost.json"))
        << R"({"store":{"path":")" << store << R"("},"cluster":{"shards":)" << shards << "}}";
    return at("roost.json");
  }

  const std::string folder = testing::temporary_path("store_command");
};

struct printed {
  int exit_code = -1;
  std::string out;
  std::string err;
};

printed run(const cli::command& command) {
  std::ostringstream out;
  std::ostringstream err;
  const auto code = actors::run_store_command(command, out, err);
  REQUIRE(code);
  return {*code, out.str(), err.str()};
}

/// A store with an identity, as a node leaves it that served no room.
void open_and_close(const std::string& path) {
  settings config;
  config.store.path = path;
  metrics probe;
  REQUIRE(actors::open_store_of(config, probe));
}

/// A store whose last owner's clock was centuries ahead: its logs name such ownerships.
void make_with_late_ownerships(const std::string& path, std::uint64_t ownership) {
  auto store = cluster::store_builder::begin(path);
  REQUIRE(store);
  const auto bytes = [](const auto& message) {
    cluster::wire::byte_writer out;
    cluster::wire::encode(message, out);
    return std::string(out.view());
  };
  const cluster::store_identity identity{1, 8, {3, 4}};
  const cluster::log_entry marker{
      {1, 2}, node_id{3}, ownership, 1, cluster::log_entries::marker{"e"}};
  std::uint64_t at = 1;
  (*store)->add_snapshot(cluster::shard_id{0}, cluster::identity_key, cluster::sequence{at},
                         bytes(identity));
  for (std::uint32_t i = 0; i < identity.shards; ++i) {
    (*store)->add_to_log(cluster::shard_id{i}, cluster::sequence{1}, bytes(marker));
    (*store)->add_snapshot(cluster::shard_id{i}, "$", cluster::sequence{++at},
                           bytes(cluster::shard_barrier{ownership}));
  }
  REQUIRE((*store)->finish(cluster::sequence{at}));
}

/// Serves rooms of all shards from the store, as a node does.
void serve_rooms(const std::string& path) {
  auto config = tests::quiet();
  config.store.path = path;
  config.rooms[0].durability = room_durability::event;
  metrics probe;
  const auto store = actors::open_store_of(config, probe);
  REQUIRE(store);
  tests::node_fixture node(2, config, actors::make_handler, {}, nullptr,
                           actors::part_of(*store, config));
  auto& client = node.open(0);
  for (int n = 0; n < 20; ++n) {
    const auto room = "room:" + std::to_string(n);
    node.join(client, room);
    node.say(client, tests::line("2", room, "msg", "{}"));
    node.wait_for(client, R"("2",")" + room + R"(","phx_reply",{"status":"ok")");
  }
  node.end();
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("other commands are not run as commands of a store") {
  std::ostringstream out;
  CHECK_FALSE(actors::run_store_command(cli::version{}, out, out));
  CHECK(out.str().empty());
}

TEST_CASE("a store is checked, exported and imported, by its path or by settings") {
  const test_files files;
  const auto store = files.at("store");
  open_and_close(store);
  const auto checked = run(cli::check_store{{"", store}, false});
  CHECK(checked.exit_code == cli::exit_clean);
  CHECK(has(checked.out, store + ": version 1, 8 shards, "));
  CHECK(has(checked.out, ": 0 rooms, 0 records, 0 snapshots: no problems\n"));
  CHECK(checked.err.empty());
  const auto as_json = run(cli::check_store{{files.config(store), ""}, true});
  CHECK(as_json.exit_code == cli::exit_clean);
  CHECK(as_json.out.starts_with("{\"path\":\"" + store));
  const auto exported = run(cli::export_store{{files.config(store), ""}, files.at("copy")});
  CHECK(exported.exit_code == cli::exit_clean);
  CHECK(has(exported.out, "roost: exported 8 shards, 0 log messages and 0 snapshots ("));
  const auto other = files.at("other");
  const auto imported = run(cli::import_store{{files.config(other), ""}, files.at("copy")});
  CHECK(imported.exit_code == cli::exit_clean);
  CHECK(has(imported.out, "roost: imported 8 shards"));
  CHECK(run(cli::export_store{{"", other}, files.at("again")}).exit_code == cli::exit_clean);
  std::ifstream first(files.at("copy"), std::ios::binary);
  std::ifstream second(files.at("again"), std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(first)), {});
  CHECK(bytes.size() > 100);
  CHECK(bytes == std::string((std::istreambuf_iterator<char>(second)), {}));
}

TEST_CASE("a damaged store or export ends with the exit code of damage") {
  const test_files files;
  const auto store = files.at("store");
  open_and_close(store);
  fs::resize_file(store + "/roost.db", fs::file_size(store + "/roost.db") - 1);
  const auto checked = run(cli::check_store{{"", store}, false});
  CHECK(checked.exit_code == cli::exit_damaged);
  CHECK(has(checked.err, "file: the file was cut off: it lacks 1 of "));
  CHECK(has(checked.err, " problem"));
  std::ofstream(files.at("copy")) << "roost store export 1\n";
  const auto imported = run(cli::import_store{{"", files.at("new")}, files.at("copy")});
  CHECK(imported.exit_code == cli::exit_damaged);
  CHECK(imported.err ==
        "roost: the export: it ends after 21 bytes, before its end mark: it was "
        "cut off\n");
  CHECK_FALSE(fs::exists(files.at("new")));
}

TEST_CASE("a store that cannot be used ends with the exit code of the start") {
  const test_files files;
  const auto missing = run(cli::check_store{{"", files.at("none")}, false});
  CHECK(missing.exit_code == cli::exit_cannot_bind);
  CHECK(missing.err == "roost: " + files.at("none/roost.db") + ": No such file or directory\n");
  settings config;
  config.store.path = files.at("store");
  metrics probe;
  const auto open = actors::open_store_of(config, probe);
  REQUIRE(open);
  for (const cli::command& command :
       {cli::command{cli::check_store{{"", config.store.path}, false}},
        cli::command{cli::export_store{{"", config.store.path}, files.at("copy")}}}) {
    const auto locked = run(command);
    CHECK(locked.exit_code == cli::exit_cannot_bind);
    CHECK(locked.err == "roost: " + config.store.path +
                            ": another process uses this store\n"
                            "roost: stop the node that uses it, then try again\n");
  }
  CHECK_FALSE(fs::exists(files.at("copy")));
  CHECK_FALSE(fs::exists(files.at("copy.unfinished")));
}

TEST_CASE("ownerships go on rising on a machine whose clock is behind that of the export") {
  const test_files files;
  constexpr std::uint64_t centuries_ahead = std::uint64_t{1} << 62U;
  make_with_late_ownerships(files.at("store"), centuries_ahead);
  REQUIRE(run(cli::export_store{{"", files.at("store")}, files.at("copy")}).exit_code == 0);
  REQUIRE(run(cli::import_store{{"", files.at("new")}, files.at("copy")}).exit_code == 0);
  for (int starts = 0; starts < 2; ++starts) {
    serve_rooms(files.at("new"));
    // It finds an ownership that does not rise.
    const auto checked = run(cli::check_store{{"", files.at("new")}, false});
    CHECK(checked.err == "");
    CHECK(has(checked.out, ": 20 rooms, "));
  }
}

TEST_CASE("an import for settings with another number of shards is refused before it writes") {
  const test_files files;
  open_and_close(files.at("store"));
  REQUIRE(run(cli::export_store{{"", files.at("store")}, files.at("copy")}).exit_code == 0);
  const auto refused =
      run(cli::import_store{{files.config(files.at("new"), 4), ""}, files.at("copy")});
  CHECK(refused.exit_code == cli::exit_cannot_bind);
  CHECK(refused.err ==
        "roost: cluster.shards is 4, but the export has 8 shards: set "
        "cluster.shards to 8\n");
}

TEST_CASE("a command without a folder says how to name one") {
  const test_files files;
  const auto unnamed = run(cli::check_store{});
  CHECK(unnamed.exit_code == cli::exit_usage);
  CHECK(has(unnamed.err, "name the folder of the store, or --config FILE"));
  const auto in_memory = run(cli::check_store{{files.config(""), ""}, false});
  CHECK(in_memory.exit_code == cli::exit_configuration);
  CHECK(has(in_memory.err, "store.path: is empty in "));
  const auto no_file = run(cli::check_store{{files.at("none.json"), ""}, false});
  CHECK(no_file.exit_code == cli::exit_configuration);
}
