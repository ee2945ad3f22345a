// SPDX-License-Identifier: Apache-2.0
#include "cluster/embedded/sqlite.hpp"

#include <sqlite3.h>

namespace roost::cluster::sqlite {
namespace {

failure failure_of(sqlite3* database, int code) {
  auto kind = failure::kind::other;
  // A quota and RLIMIT_FSIZE are the latter to SQLite.
  if (code == SQLITE_FULL || code == SQLITE_IOERR_WRITE) kind = failure::kind::not_written;
  if ((code & 0xff) == SQLITE_BUSY) kind = failure::kind::busy;
  const std::string name = sqlite3_errstr(code);
  const std::string detail = sqlite3_errmsg(database);
  return {kind, detail == name ? name : name + " (" + detail + ")"};
}

/// The name of a file in SQLite's URI form, which alone can say that nobody changes it.
std::string immutable_uri(const std::string& path) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  constexpr std::string_view reserved = "%?#";
  std::string out = "file:";
  for (const char each : path) {
    const auto byte = static_cast<unsigned char>(each);
    if (reserved.find(each) == std::string_view::npos) {
      out.push_back(each);
    } else {
      out.append({'%', digits[byte >> 4U], digits[byte & 15U]});
    }
  }
  return out + "?immutable=1";
}

}  // namespace

void close(sqlite3* database) { sqlite3_close(database); }
void finalize(sqlite3_stmt* statement) { sqlite3_finalize(statement); }

connection::connection(const std::string& path, access how) {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |=
      how == access::read_write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  if (how == access::immutable) flags |= SQLITE_OPEN_URI;
  const auto name = how == access::immutable ? immutable_uri(path) : path;
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &opened, flags, nullptr);
  database_.reset(opened);
  check(code);
  // This hook replaces SQLite's own, which copies the WAL file from time to time.
  if (!failed()) sqlite3_wal_hook(opened, &connection::committed, this);
}

int connection::committed(void* self, sqlite3* /*database*/, const char* /*name*/, int pages) {
  static_cast<connection*>(self)->wal_pages_ = pages;
  return SQLITE_OK;
}

void connection::fail(failure why) {
  if (!failure_) failure_ = std::move(why);
}

void connection::check(int code) {
  if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE) {
    fail(failure_of(database_.get(), code));
  }
}

void connection::run(const char* sql) {
  if (!failed()) check(sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr));
}

std::int64_t connection::number(const char* sql) {
  statement query(*this, sql);
  auto rows = query.query();
  return rows.next() ? rows.number(0) : 0;
}

std::string connection::text(const char* sql) {
  statement query(*this, sql);
  auto rows = query.query();
  return rows.next() ? std::string(rows.blob(0)) : std::string{};
}

std::vector<std::string> connection::texts(const char* sql) {
  statement query(*this, sql);
  auto rows = query.query();
  std::vector<std::string> out;
  while (rows.next()) out.emplace_back(rows.blob(0));
  return out;
}

bool connection::is_in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }

std::int64_t connection::last_insert_id() const {
  return sqlite3_last_insert_rowid(database_.get());
}

bool connection::checkpoint(bool truncates_wal) {
  if (failed()) return false;
  const int mode = truncates_wal ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
  int pages = 0;
  int copied = 0;
  check(sqlite3_wal_checkpoint_v2(database_.get(), nullptr, mode, &pages, &copied));
  return !failed() && copied >= pages;
}

cursor::~cursor() {
  if (statement_) sqlite3_reset(statement_);
}

bool cursor::next() {
  if (connection_.failed()) return false;
  const int code = sqlite3_step(statement_);
  connection_.check(code);
  return code == SQLITE_ROW;
}

bool cursor::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t cursor::number(int column) const { return sqlite3_column_int64(statement_, column); }

std::string_view cursor::blob(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const auto size = sqlite3_column_bytes(statement_, column);
  return {data ? data : "", static_cast<std::size_t>(size)};
}

statement::statement(connection& on, std::string_view sql) : connection_(on) {
  if (on.failed()) return;
  sqlite3_stmt* prepared = nullptr;
  on.check(sqlite3_prepare_v3(on.database_.get(), sql.data(), static_cast<int>(sql.size()),
                              SQLITE_PREPARE_PERSISTENT, &prepared, nullptr));
  statement_.reset(prepared);
}

void statement::bind(int at, std::int64_t number) {
  if (!connection_.failed()) connection_.check(sqlite3_bind_int64(statement_.get(), at, number));
}

void statement::bind(int at, std::string_view blob) {
  if (connection_.failed()) return;
  // The caller keeps the bytes until the cursor ends.
  connection_.check(sqlite3_bind_blob64(statement_.get(), at, blob.data() ? blob.data() : "",
                                        blob.size(), SQLITE_STATIC));
}

}  // namespace roost::cluster::sqlite
