// What is wrong with a configuration, for people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace roost {

/// `key` is a key path such as "rooms[2].match", a file or a variable; `text` names the value and
/// the bound.
struct problem {
  std::string key;
  std::string text;
};

/// Whether a setting, something inside of it or something around it has a problem: then its value
/// is a default that nobody has written. Also where the file of a secret has one.
bool is_faulty(std::string_view key, const std::vector<problem>& problems);

}  // namespace roost
