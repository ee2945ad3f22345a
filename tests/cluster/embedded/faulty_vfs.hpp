// SPDX-License-Identifier: Apache-2.0
// SQLite's access to files with faults: writes, reads and syncs fail as a test says.
#pragma once

#include <atomic>

namespace roost::tests {

/// Stands in front of SQLite's own access to files, for all files that are opened after
/// installed(). Owns: nothing. Runs on: any thread. Ends: with the process.
class faulty_vfs {
 public:
  static faulty_vfs& installed();

  /// Codes of SQLite that calls return instead of being carried out; 0: none.
  std::atomic<int> write_error{0};
  std::atomic<int> sync_error{0};
  std::atomic<int> read_error{0};
  /// Syncs of any file so far.
  std::atomic<unsigned> syncs{0};

  void heal() { write_error = sync_error = read_error = 0; }

 private:
  faulty_vfs();
};

/// Ends all faults at the end of a test.
struct healed_vfs {
  healed_vfs() { vfs.heal(); }
  healed_vfs(const healed_vfs&) = delete;
  healed_vfs& operator=(const healed_vfs&) = delete;
  ~healed_vfs() { vfs.heal(); }
  faulty_vfs& vfs = faulty_vfs::installed();
};

}  // namespace roost::tests
