#include "config/payload_schema.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>
#include <vector>

#include "config/payload_dialect.hpp"

// What a pattern may cost, in steps; its memory ends at 4 MiB by itself. std::regex has no such
// bounds and recurses on a long string until the stack ends, so valijson's own check of patterns
// must not see a stranger's strings.
#define BOOST_REGEX_MAX_STATE_COUNT 4'000'000
#define VALIJSON_USE_EXCEPTIONS 1  // else it aborts
#include <boost/regex.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/adapters/std_string_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace roost {
namespace {

using json = nlohmann::json;
using valijson::adapters::Adapter;
using valijson::adapters::NlohmannJsonAdapter;

constexpr std::size_t file_bytes_max = 1'048'576;

/// `text` is UTF-8, as the parser of JSON has seen to it.
std::wstring characters_of(const std::string& text) {
  std::wstring out;
  for (unsigned char byte : text) {
    if ((byte & 0xC0U) == 0x80U) {
      out.back() = static_cast<wchar_t>((out.back() << 6U) | (byte & 0x3FU));
    } else {
      const unsigned head = byte < 0x80U ? 0x7FU : byte < 0xE0U ? 0x1FU : byte < 0xF0U ? 0xFU : 7U;
      out += static_cast<wchar_t>(byte & head);
    }
  }
  return out;
}

/// One keyword for strings, as an object that is asked whether it holds.
struct matches {
  boost::wregex pattern;
  explicit matches(const Adapter& given) {
    if (!given.isString()) throw std::runtime_error("pattern must be a string");
    pattern = characters_of(given.asString());
  }
  bool holds(const std::wstring& text) const { return boost::regex_search(text, pattern); }
};

std::uint64_t length_of(const Adapter& given) {
  if (!given.isInteger() || given.asInteger() < 0) {
    throw std::runtime_error("minLength and maxLength must be whole numbers from 0 on");
  }
  return static_cast<std::uint64_t>(given.asInteger());
}

struct is_long_enough {
  std::uint64_t least;
  explicit is_long_enough(const Adapter& given) : least(length_of(given)) {}
  bool holds(const std::wstring& text) const { return text.size() >= least; }
};

struct is_short_enough {
  std::uint64_t most;
  explicit is_short_enough(const Adapter& given) : most(length_of(given)) {}
  bool holds(const std::wstring& text) const { return text.size() <= most; }
};

template <class Rule>
class text_constraint : public valijson::constraints::PolyConstraint {
 public:
  explicit text_constraint(Rule rule) : rule_(std::move(rule)) {}
  bool validate(const Adapter& target, const std::vector<std::string>&,
                valijson::ValidationResults*) const override {
    return !target.isString() || rule_.holds(characters_of(target.asString()));
  }

 private:
  valijson::constraints::Constraint* cloneInto(void* room) const override {
    return new (room) text_constraint(*this);
  }
  std::size_t sizeOf() const override { return sizeof(text_constraint); }
  Rule rule_;
};

template <class Rule>
class text_constraint_builder : public valijson::ConstraintBuilder {
 public:
  valijson::constraints::Constraint* make(const Adapter& given) const override {
    return new text_constraint<Rule>(Rule{given});
  }
};

}  // namespace

struct payload_schema::compiled {
  valijson::Schema rules;
};

result<payload_schema> payload_schema::parse(std::string_view text) {
  auto tree = json::parse(text, nullptr, false);
  if (tree.is_discarded()) return error{errc::bad_setting, "is not JSON"};
  auto bad = [](const std::string& why) {
    return error{errc::bad_setting, "is no schema that is supported: " + why};
  };
  if (auto fault = payload_dialect::find_fault(tree); !fault.empty()) return bad(fault);
  payload_dialect::rename_text_rules(tree);
  try {
    auto out = std::make_shared<compiled>();
    valijson::SchemaParser parser;
    auto add = [&](std::string_view key, const valijson::ConstraintBuilder* builder) {
      parser.addConstraintBuilder(std::string{key}, builder);  // which owns it
    };
    add(payload_dialect::pattern, new text_constraint_builder<matches>);
    add(payload_dialect::length_min, new text_constraint_builder<is_long_enough>);
    add(payload_dialect::length_max, new text_constraint_builder<is_short_enough>);
    parser.populateSchema(NlohmannJsonAdapter{tree}, out->rules);
    return payload_schema{std::move(out)};
  } catch (const std::exception& refused) {
    return bad(refused.what());
  }
}

result<payload_schema> payload_schema::load(const std::string& file) {
  std::error_code ignored;
  bool is_folder = std::filesystem::is_directory(file, ignored);
  std::ifstream in{file, std::ios::binary};
  if (is_folder || !in) {
    return error{errc::bad_setting,
                 std::string{"cannot be read: "} + std::strerror(is_folder ? EISDIR : errno)};
  }
  std::string text(file_bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > file_bytes_max) {
    return error{errc::bad_setting,
                 "must have at most " + std::to_string(file_bytes_max) + " bytes"};
  }
  return parse(text);
}

bool payload_schema::accepts(std::string_view payload) const {
  try {
    auto tree = json::parse(payload, nullptr, false);
    if (tree.is_discarded()) return false;
    valijson::Validator validator;
    return validator.validate(compiled_->rules, NlohmannJsonAdapter{tree}, nullptr);
  } catch (const std::exception&) {
    return false;  // a pattern gave up
  }
}

}  // namespace roost
