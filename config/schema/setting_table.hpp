// SPDX-License-Identifier: Apache-2.0
// A builder for the declarations of a struct's fields, used by schema*.cpp.
#pragma once

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "config/schema/setting.hpp"

// Expands to the key path of a setting and an accessor for the field with the same path, so that
// the two cannot differ.
#define ROOST_FIELD(path) \
#path, [](auto& owner) -> auto& { return owner.path; }

namespace roost {

/// Collects the declarations of one struct; flag(), number(), text() and so on add one each.
template <class Owner>
class setting_table {
 public:
  template <class Field>
  setting_table& flag(const char* key, Field field, const char* text,
                      const char* special_default = "") {
    setting_declaration d{.key = key, .text = text, .type = value_type::boolean};
    d.special_default = special_default;
    return put(std::move(d), field);
  }
  template <class Field>
  setting_table& number(const char* key, Field field, const char* text, const char* unit,
                        bounds within) {
    setting_declaration d{.key = key, .text = text, .type = value_type::integer, .unit = unit};
    d.within = within;
    return put(std::move(d), field);
  }
  template <class Field>
  setting_table& text(const char* key, Field field, const char* meaning, bounds bytes,
                      setting_declaration::format_check format) {
    setting_declaration d{.key = key, .text = meaning, .type = value_type::text};
    d.within = bytes;
    d.format = format;
    return put(std::move(d), field);
  }
  /// The choices are those of the field's enum. `refusal` replaces the list of choices in the
  /// problem; empty: the list.
  template <class Field>
  setting_table& choice(const char* key, Field field, const char* text, const char* refusal = "") {
    constexpr auto& all = choice_names<value_of<Field>>::all;
    setting_declaration d{.key = key, .text = text, .type = value_type::choice};
    d.choices = {all.begin(), all.end()};
    d.refusal = refusal;
    return put(std::move(d), field);
  }
  template <class Field>
  setting_table& list(const char* key, Field field, const char* text, value_type type,
                      setting_declaration::format_check format) {
    setting_declaration d{.key = key, .text = text, .type = type};
    d.within = {0, 1'000};
    d.format = format;
    return put(std::move(d), field);
  }
  /// Adds a setting with its own JSON format, such as an access rule.
  template <class Field>
  setting_table& custom(const char* key, Field field, const char* text, value_type type,
                        const char* special_default) {
    setting_declaration d{.key = key, .text = text, .type = type};
    d.special_default = special_default;
    return put(std::move(d), field);
  }
  /// Marks the setting added last as secret.
  setting_table& secret() {
    all_.back().declaration.is_secret = true;
    return *this;
  }
  /// Settings added after reloadable() change in a reload; after fixed(), which is the default,
  /// they need a restart.
  setting_table& reloadable() { return is_reloadable_ = true, *this; }
  setting_table& fixed() { return is_reloadable_ = false, *this; }
  std::vector<setting<Owner>> take() { return std::move(all_); }

 private:
  template <class Field>
  using value_of = std::remove_cvref_t<decltype(std::declval<Field&>()(std::declval<Owner&>()))>;

  template <class Field>
  setting_table& put(setting_declaration d, Field field) {
    d.is_reloadable = is_reloadable_;
    all_.push_back({std::move(d),
                    [field](const Owner& owner) { return nlohmann::json(field(owner)); },
                    [field](Owner& owner, const nlohmann::json& v) {
                      field(owner) = v.get<value_of<Field>>();
                    }});
    return *this;
  }
  std::vector<setting<Owner>> all_;
  bool is_reloadable_ = false;
};

}  // namespace roost
