// SPDX-License-Identifier: Apache-2.0
// SQLite as values: a connection, its statements, and why a call failed. Only sqlite.cpp includes
// SQLite's header.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/base/freed_by.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace roost::cluster::sqlite {

/// Why a call failed.
struct failure {
  enum class kind : std::uint8_t {
    not_written,  ///< no space, a quota, a limit; what was written before is unharmed
    busy,         ///< another process holds a lock
    other,        ///< a failed sync or read, or damage
  };
  kind of = kind::other;
  std::string why;
};

void close(sqlite3* database);
void finalize(sqlite3_stmt* statement);

/// How a connection uses its file.
enum class access : std::uint8_t {
  read_write,  ///< it is created if it is missing
  read_only,   ///< the file and its WAL file stay as they are
  immutable,   ///< as read_only, for a file without a WAL file that nobody changes; needs no others
};

/// A connection to one file. The first failure stays until it is taken, and the calls after it do
/// nothing, so that a sequence of calls is checked once. Owns: the connection. Runs on: one thread
/// at a time. Ends: after its statements.
class connection {
 public:
  /// Opens or creates the file; check `failed()`. Only checkpoint() copies its WAL file.
  explicit connection(const std::string& path, access how = access::read_write);
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  /// Runs statements that have no result.
  void run(const char* sql);
  /// The first number of the first row of a query; 0 if there is none.
  std::int64_t number(const char* sql);
  /// The same for a text.
  std::string text(const char* sql);
  /// The same for all rows.
  std::vector<std::string> texts(const char* sql);
  bool is_in_transaction() const;
  std::int64_t last_insert_id() const;
  /// Syncs the WAL file, copies its pages into the file, and syncs that. False: a reader still
  /// needs some of the pages, or it failed.
  bool checkpoint(bool truncates_wal);
  /// Pages in the WAL file after the last commit.
  int wal_pages() const { return wal_pages_; }

  bool failed() const { return failure_.has_value(); }
  std::optional<failure> take_failure() { return std::exchange(failure_, std::nullopt); }
  void fail(failure why);

 private:
  friend class statement;
  friend class cursor;
  static int committed(void* self, sqlite3*, const char*, int pages);
  void check(int code);

  std::unique_ptr<sqlite3, freed_by<close>> database_;
  int wal_pages_ = 0;
  std::optional<failure> failure_;
};

/// The rows of a statement that runs. Owns: nothing. Runs on: its connection's thread. Ends: resets
/// the statement.
class cursor {
 public:
  cursor(connection& on, sqlite3_stmt* running) : connection_(on), statement_(running) {}
  cursor(const cursor&) = delete;
  cursor& operator=(const cursor&) = delete;
  ~cursor();
  /// Moves to the next row. False: there is none, or it failed.
  bool next();
  bool is_null(int column) const;
  std::int64_t number(int column) const;
  /// Valid until the next call of next().
  std::string_view blob(int column) const;

 private:
  connection& connection_;
  sqlite3_stmt* statement_;
};

/// A prepared statement. Owns: it. Runs on: its connection's thread. Ends: before the connection.
class statement {
 public:
  statement(connection& on, std::string_view sql);

  /// Binds the parameters and runs the statement up to its first row.
  template <class... Parameters>
  cursor query(const Parameters&... parameters) {
    int at = 0;
    (bind(++at, parameters), ...);
    return {connection_, statement_.get()};
  }
  /// Runs a statement that has no rows.
  template <class... Parameters>
  void run(const Parameters&... parameters) {
    query(parameters...).next();
  }

 private:
  void bind(int at, std::int64_t number);
  void bind(int at, std::string_view blob);

  connection& connection_;
  std::unique_ptr<sqlite3_stmt, freed_by<finalize>> statement_;
};

}  // namespace roost::cluster::sqlite
