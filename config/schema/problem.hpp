// SPDX-License-Identifier: Apache-2.0
// A problem of a configuration, reported to the user.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace roost {

/// `key` is a key path such as "rooms[2].match", a file or a variable; `text` says the value and
/// the rule that it breaks.
struct problem {
  std::string key;
  std::string text;
};

/// Whether there is a problem with the setting `key`, with a setting inside of it, with an object
/// around it, or with its `_file`. Such a setting has its default, which the user did not choose.
bool is_faulty(std::string_view key, const std::vector<problem>& problems);

}  // namespace roost
