// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/embedded/faulty_vfs.hpp"

#include <sqlite3.h>

namespace roost::tests {
namespace {

sqlite3_vfs* real_vfs = nullptr;

/// The real file follows in the same memory.
struct wrapped_file {
  sqlite3_file base;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<wrapped_file*>(file)->real(); }
const sqlite3_io_methods& methods(sqlite3_file* file) { return *real(file)->pMethods; }

int close(sqlite3_file* file) { return methods(file).xClose(real(file)); }
int read(sqlite3_file* file, void* to, int bytes, sqlite3_int64 at) {
  if (const int error = faulty_vfs::installed().read_error) return error;
  return methods(file).xRead(real(file), to, bytes, at);
}
int write(sqlite3_file* file, const void* from, int bytes, sqlite3_int64 at) {
  if (const int error = faulty_vfs::installed().write_error) return error;
  return methods(file).xWrite(real(file), from, bytes, at);
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
  return methods(file).xTruncate(real(file), size);
}
int sync(sqlite3_file* file, int flags) {
  auto& vfs = faulty_vfs::installed();
  if (const int error = vfs.sync_error) return error;
  ++vfs.syncs;
  return methods(file).xSync(real(file), flags);
}
int size(sqlite3_file* file, sqlite3_int64* out) {
  return methods(file).xFileSize(real(file), out);
}
int lock(sqlite3_file* file, int level) { return methods(file).xLock(real(file), level); }
int unlock(sqlite3_file* file, int level) { return methods(file).xUnlock(real(file), level); }
int check_lock(sqlite3_file* file, int* out) {
  return methods(file).xCheckReservedLock(real(file), out);
}
int control(sqlite3_file* file, int op, void* arg) {
  return methods(file).xFileControl(real(file), op, arg);
}
int sector_size(sqlite3_file* file) { return methods(file).xSectorSize(real(file)); }
int characteristics(sqlite3_file* file) { return methods(file).xDeviceCharacteristics(real(file)); }
int map_memory(sqlite3_file* file, int page, int bytes, int extends, void volatile** out) {
  return methods(file).xShmMap(real(file), page, bytes, extends, out);
}
int lock_memory(sqlite3_file* file, int at, int count, int flags) {
  return methods(file).xShmLock(real(file), at, count, flags);
}
void memory_barrier(sqlite3_file* file) { methods(file).xShmBarrier(real(file)); }
int unmap_memory(sqlite3_file* file, int deletes) {
  return methods(file).xShmUnmap(real(file), deletes);
}

constexpr sqlite3_io_methods wrapped_methods{2,
                                             close,
                                             read,
                                             write,
                                             truncate,
                                             sync,
                                             size,
                                             lock,
                                             unlock,
                                             check_lock,
                                             control,
                                             sector_size,
                                             characteristics,
                                             map_memory,
                                             lock_memory,
                                             memory_barrier,
                                             unmap_memory,
                                             nullptr,
                                             nullptr};

int open(sqlite3_vfs* /*self*/, const char* name, sqlite3_file* file, int flags, int* out) {
  const int code = real_vfs->xOpen(real_vfs, name, real(file), flags, out);
  file->pMethods = real(file)->pMethods ? &wrapped_methods : nullptr;
  return code;
}

}  // namespace

faulty_vfs::faulty_vfs() {
  real_vfs = sqlite3_vfs_find(nullptr);
  static sqlite3_vfs faulty = *real_vfs;
  faulty.zName = "faulty";
  faulty.szOsFile += static_cast<int>(sizeof(wrapped_file));
  faulty.pNext = nullptr;
  faulty.xOpen = open;
  sqlite3_vfs_register(&faulty, 1);
}

faulty_vfs& faulty_vfs::installed() {
  static faulty_vfs vfs;
  return vfs;
}

}  // namespace roost::tests
