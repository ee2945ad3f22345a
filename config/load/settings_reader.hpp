// SPDX-License-Identifier: Apache-2.0
// Reads the values of the sources into settings and reports problems and warnings.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "config/load/loaded.hpp"
#include "config/load/secret_files.hpp"
#include "config/schema/schema.hpp"

namespace roost {

/// Applies one source after the other. Owns: the sources of the secrets. Runs on: the thread
/// that calls load(). Ends: with load(). It writes values, problems and warnings into a `loaded`.
class settings_reader {
 public:
  explicit settings_reader(loaded& out) : out_(out) {}

  /// Sets the source of the values that follow. Problems mention `name` unless it is empty, as for
  /// the configuration file.
  void source(source_rank rank, std::string name = {});
  void add_fault(const std::string& key, const std::string& text);
  void warn(const std::string& key, const std::string& text);

  /// Reads the parsed configuration file.
  void whole(const nlohmann::json& tree);
  /// Reads a value given as text for a complete key. False: there is no such setting.
  bool from_text(const std::string& key, const std::string& text);
  /// Reads the files of secrets. Call it after all sources.
  void read_secret_files(const std::string& config_file);

 private:
  /// Validates a value and reports its problems. True: there are none.
  bool is_valid(const setting_declaration& declaration, const nlohmann::json& v,
                const std::string& shown);
  template <class Owner>
  void object(const nlohmann::json& tree, const std::vector<setting<Owner>>& known,
              const std::string& path, const std::string& prefix, Owner& into);
  template <class Owner>
  void unknown(const std::string& key, const std::string& prefix,
               const std::vector<setting<Owner>>& known);
  template <class Owner>
  void value(const setting<Owner>& one, const nlohmann::json& v, const std::string& shown,
             Owner& into);

  // Reads a key that is a list, a map or the file of a secret. False: `key` is none of these.
  bool special_at(const std::string& key, const std::string& prefix, const nlohmann::json& v,
                  settings& into);
  bool special_at(const std::string& key, const std::string& prefix, const nlohmann::json& v,
                  room_rule& into);
  template <class Element>
  bool special_at(const std::string&, const std::string&, const nlohmann::json&, Element&) {
    return false;
  }

  template <class Owner, class Element>
  void named(const setting_map<Owner, Element>& map, const nlohmann::json& v,
             const std::string& shown, Owner& into);
  template <class Element>
  void elements(const setting_list<Element>& list, const nlohmann::json& v);
  bool secret_file(const std::string& key, const nlohmann::json& v);
  void record_secret(const std::string& key, const nlohmann::json& v, bool is_file);
  void warn_if_empty_variable(const std::string& key);

  loaded& out_;
  source_rank rank_ = source_rank::file;
  std::string source_;
  secret_files secrets_;
};

/// All keys that variables and flags can set: all settings except those inside lists, and the file
/// keys of secrets.
std::vector<std::string> whole_keys();

}  // namespace roost
