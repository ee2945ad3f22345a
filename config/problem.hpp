// What is wrong with a configuration, for people.
#pragma once

#include <string>

namespace roost {

/// `key` is a key path such as "rooms[2].match", a file or a variable; `text` names the value and
/// the bound.
struct problem {
  std::string key;
  std::string text;
};

}  // namespace roost
