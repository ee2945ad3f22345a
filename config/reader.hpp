// Puts what one source after the other says into settings.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "config/loader.hpp"
#include "config/schema.hpp"
#include "config/secret_files.hpp"

namespace roost {

/// Owns: nothing but what it knows of the sources so far. Runs on: the thread that loads.
/// Ends: with load(). Problems and warnings go to the `loaded` that it writes.
class setting_reader {
 public:
  explicit setting_reader(loaded& out) : out_(out) {}

  /// Whose values come now; said in problems. No name: the file, which needs no saying.
  void source(source_rank rank, std::string name = {});
  void complain(const std::string& key, const std::string& text);
  void warn(const std::string& key, const std::string& text);

  /// All of a file.
  void whole(const nlohmann::json& tree);
  /// A value given as text for a whole key; false where no setting has this key.
  bool from_text(const std::string& key, const std::string& text);
  /// Reads the files of secrets, once all sources have been heard.
  void read_secret_files(const std::string& config_file);

 private:
  /// Says all that is wrong with a value; false: something is.
  bool passes(const declaration& what, const nlohmann::json& v, const std::string& shown);
  template <class Owner>
  void object(const nlohmann::json& tree, const std::vector<setting<Owner>>& known,
              const std::string& path, const std::string& prefix, Owner& into);
  template <class Owner>
  void unknown(const std::string& key, const std::string& prefix,
               const std::vector<setting<Owner>>& known);
  template <class Owner>
  void value(const setting<Owner>& one, const nlohmann::json& v, const std::string& shown,
             Owner& into);

  // Where `key` stands for what has elements, or for a secret's file: takes it. False: it does not.
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
  void note_secret(const std::string& key, const nlohmann::json& v, bool is_file);
  void warn_of_emptiness(const std::string& key);

  loaded& out_;
  source_rank rank_ = source_rank::file;
  std::string source_;
  secret_files secrets_;
};

/// Keys of the whole node without those inside lists, the files of secrets among them.
std::vector<std::string> whole_keys();

}  // namespace roost
