// SPDX-License-Identifier: Apache-2.0
// Which pages of a store are in its WAL file.
#pragma once

#include <cstdint>
#include <set>
#include <string>

namespace roost::cluster {

/// The numbers of the pages that committed transactions have left in a WAL file, from 1; empty if
/// there is no such file. Reads the header of each frame ("WAL File Format" at sqlite.org), at most
/// a few thousand, and no checksum. Nobody may write to the file meanwhile.
std::set<std::uint32_t> pages_in_wal(const std::string& path);

}  // namespace roost::cluster
