#include "tests/sim/presence_model.hpp"

#include "tests/fixtures/catch.hpp"

namespace {

using namespace roost::sim;
using json = nlohmann::json;

json one(const char* reference) { return {{"metas", {{{"phx_ref", reference}}}}}; }

json diff_of(json joins, json leaves) {
  return {{"joins", std::move(joins)}, {"leaves", std::move(leaves)}};
}

const json nobody = json::object();

}  // namespace

TEST_CASE("a presence model waits with diffs until the state has come") {
  presence_model it;
  it.diff(diff_of({{"b", one("2")}}, nobody));
  CHECK(it.all().empty());
  CHECK_FALSE(it.has_state());
  it.state({{"a", one("1")}});
  CHECK(it.all() == json{{"a", one("1")}, {"b", one("2")}});
  CHECK(it.metas().size() == 2);
}

TEST_CASE("a second state of the model removes who is not in it") {
  presence_model it;
  it.state({{"a", one("1")}, {"b", one("2")}});
  it.joined();
  it.state({{"b", one("3")}});
  CHECK(it.all() == json{{"b", one("3")}});
}

TEST_CASE("an update of a meta replaces it, and a leave of an unknown one changes nothing") {
  presence_model it;
  it.state({{"a", one("1")}});
  it.diff(diff_of({{"a", one("2")}}, {{"a", one("1")}}));
  CHECK(it.all() == json{{"a", one("2")}});
  it.diff(diff_of(nobody, {{"a", one("1")}}));
  it.diff(diff_of(nobody, {{"c", one("9")}}));
  CHECK(it.all() == json{{"a", one("2")}});
  it.diff(diff_of(nobody, {{"a", one("2")}}));
  CHECK(it.all().empty());
}
