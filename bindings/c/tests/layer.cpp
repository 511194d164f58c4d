/* Every class of assize.hpp, used once, with what it says checked. */

#include "assize.hpp"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

static_assert(!std::is_copy_constructible_v<assize::Rules> && std::is_nothrow_move_constructible_v<assize::Rules>);
static_assert(!std::is_copy_constructible_v<assize::Session> && std::is_nothrow_move_constructible_v<assize::Session>);
static_assert(!std::is_copy_constructible_v<assize::Results> && std::is_nothrow_move_constructible_v<assize::Results>);
static_assert(!std::is_copy_constructible_v<assize::Store> && std::is_nothrow_move_constructible_v<assize::Store>);
static_assert(std::is_nothrow_move_constructible_v<assize::Evaluation>);
static_assert(std::is_nothrow_copy_constructible_v<assize::Error>);

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                       \
            std::exit(1);                                                                                              \
        }                                                                                                              \
    } while (0)

namespace {

constexpr std::string_view RULES = R"(
ruleset layer version "1" {}
parameter least : integer = 2 in 1..9
ordered codes Level { low high }
codes Tag { alpha beta gamma }
record Event { id : text key  person : text  armed : boolean }
record Person {
  id : text key
  age : integer
  height : decimal
  born : date
  time_of : time
  seen : datetime
  stay : duration
  level : Level
  tags : set of Tag separated by "|"
  names : set of text separated by ";"
  calls : range of integer
  weight : range of decimal
  events : many Event by person
}
category list of Person -> Level {
  high when {
    armed : any events where armed
    tall  : height > 2
  }
  low when many : (count events) >= least
  otherwise none
}
category tagged of Person -> Tag {
  hit all
  alpha when has_alpha : tags contains alpha
  beta when has_beta : tags contains beta
  otherwise none
}
measure people of Person { numerator age >= 18  as rate per 100  by list }
test "tall" {
  as_of 2026-06-01
  given Person { id: "a", height: 3 }
  expect list = high
}
)";

template <typename Call> assize::Error thrown(Call &&call) {
    try {
        call();
    } catch (const assize::Error &error) {
        return error;
    }
    std::fprintf(stderr, "nothing was thrown\n");
    std::exit(1);
}

void rules() {
    const auto rules = assize::Rules::compile("layer.assize", RULES);
    CHECK(assize::view(rules.info().name) == "layer");
    CHECK(assize::version() == ASSIZE_VERSION);
    const auto person = rules.find_record("Person");
    const auto list = rules.find_category("list");
    CHECK(rules.record_count() == 2 && assize::view(rules.record(person).name) == "Person");
    CHECK(rules.field(person, rules.find_field(person, "events")).field_type == ASSIZE_TYPE_MANY);
    CHECK(rules.field_heading(person, 1, 0) == "age");
    CHECK(rules.list_count() == 2 && rules.list(rules.find_list("Tag")).code_count == 3);
    CHECK(assize::view(rules.code(rules.find_list("Tag"), 2).name) == "gamma");
    CHECK(rules.find_code(rules.find_list("Tag"), "beta") == 1);
    CHECK(rules.code_text(rules.find_list("Tag"), 0, 0) == "alpha");
    CHECK(rules.category_count() == 2 && rules.category(list).hit == ASSIZE_HIT_FIRST);
    CHECK(assize::view(rules.criterion(list, rules.find_criterion(list, "tall")).text) == "height > 2");
    CHECK(rules.measure_count() == 1 && rules.measure(rules.find_measure("people")).by_count == 1);
    CHECK(rules.measure_by(0, 0) == "list");
    CHECK(rules.parameter_count() == 1);
    const auto other = rules.with_parameter("least", "3");
    CHECK(assize::view(other.parameter(other.find_parameter("least")).value) == "3");
    CHECK(assize::view(rules.clone().parameter(0).value) == "2");
    CHECK(rules.schema_json().find("\"Person\"") != std::string::npos);
    CHECK(rules.test_json().find("\"passed\": true") != std::string::npos);
    const std::string changed(std::string(RULES).replace(RULES.find("> 2"), 3, "> 1"));
    const auto newer = assize::Rules::compile("layer.assize", changed);
    CHECK(newer.changes_text(rules).find("list.tall") != std::string::npos);
    CHECK(newer.changes_json(rules).find("list.tall") != std::string::npos);
    const auto two = assize::Rules::compile({{"a.assize", "import \"b.assize\"\nruleset x version \"1\" {}\n"
                                                          "record P { a : boolean }\n"
                                                          "category c of P -> L { on when a : a otherwise none }\n"},
                                             {"b.assize", "codes L { on }\n"}});
    CHECK(two.list_count() == 1);

    const auto wrong = thrown([] { assize::Rules::compile("w.assize", "ruleset w version \"1\" {}\nrecord P { a : no }\n"); });
    CHECK(wrong.status() == ASSIZE_RULES && wrong.diagnostics().size() >= 1);
    CHECK(wrong.diagnostics()[0].line == 2 && wrong.diagnostics()[0].file == "w.assize");
    CHECK(wrong.rendered().find("w.assize:2") != std::string::npos);
    CHECK(std::string_view(wrong.what()).find("w.assize") != std::string_view::npos);
    const auto bytes = thrown([] { assize::Rules::compile("w", "abc\xff"); });
    CHECK(bytes.status() == ASSIZE_UTF8 && bytes.offset() == 3 && bytes.diagnostics().empty());
    CHECK(thrown([] { assize::Rules::load("no such file.assize"); }).status() == ASSIZE_IO);
    CHECK(thrown([] { assize::Rules::load(std::vector<std::string_view>{"no such file.assize"}); }).status() == ASSIZE_IO);
    CHECK(thrown([&] { rules.find_field(person, "no"); }).status() == ASSIZE_NOT_FOUND);
}

void session() {
    auto made = assize::Rules::compile("layer.assize", RULES);
    const auto person = made.find_record("Person");
    const auto event = made.find_record("Event");
    const auto list = made.find_category("list");
    const auto tagged = made.find_category("tagged");
    const auto field = [&, clone = made.clone()](std::string_view name) { return clone.find_field(person, name); };
    const auto armed = made.find_field(event, "armed");
    assize::Session session(made, {2026, 6, 1});
    { const auto gone = std::move(made); }
    session.begin(person);
    session.set_text(ASSIZE_ROOT, field("id"), "P-1");
    session.set_integer(ASSIZE_ROOT, field("age"), 40);
    session.set_decimal(ASSIZE_ROOT, field("height"), "1.75");
    session.set_decimal(ASSIZE_ROOT, field("height"), 175, 2);
    session.set_date(ASSIZE_ROOT, field("born"), {1990, 1, 1});
    session.set_date_days(ASSIZE_ROOT, field("born"), 0);
    session.set_time(ASSIZE_ROOT, field("time_of"), 0);
    session.set_datetime(ASSIZE_ROOT, field("seen"), 0);
    session.set_duration_calendar(ASSIZE_ROOT, field("stay"), 1, 2);
    session.set_duration_clock(ASSIZE_ROOT, field("stay"), 3);
    session.set_code(ASSIZE_ROOT, field("level"), 1U);
    session.set_code(ASSIZE_ROOT, field("level"), "low");
    session.set_codes(ASSIZE_ROOT, field("tags"), {1, 0});
    session.set_texts(ASSIZE_ROOT, field("names"), {"b", "a"});
    session.set_integer_range(ASSIZE_ROOT, field("calls"), 1, std::nullopt);
    session.set_decimal_range(ASSIZE_ROOT, field("weight"), "1", "");
    session.set_missing(ASSIZE_ROOT, field("born"), ASSIZE_REASON_WITHHELD);
    session.set_cell(ASSIZE_ROOT, field("born"), "1990-01-01");
    const auto row = session.child(ASSIZE_ROOT, field("events"));
    session.child(ASSIZE_ROOT, field("events"));
    session.set_boolean(row, armed, false);
    auto outcome = session.evaluate(list);
    CHECK(outcome.state == ASSIZE_PROVISIONAL && outcome.value == 0 && outcome.reason == 2);
    CHECK(session.value_name() == "low" && session.values().size() == 1);
    CHECK(session.because().size() == 1 && session.because()[0] == "many" && session.because_ids()[0] == 2);
    std::string joined;
    for (const auto name : session.possible()) {
        joined.append(name).append(" ");
    }
    CHECK(joined == "low high " && session.possible_ids().size() == 2);
    CHECK(session.missing()[0] == "events.armed" && !session.missing().empty());
    CHECK(session.outcome_error().empty());
    CHECK(session.outcome_json(list, {}).find("\"key\":\"P-1\"") != std::string_view::npos);
    CHECK(session.explain_text(list, "P-1").find("events.armed") != std::string::npos);
    CHECK(session.explain_json(list, "P-1").find("\"P-1\"") != std::string::npos);
    session.evaluate(tagged);
    CHECK(session.values().size() == 2 && session.values()[1] == "beta");
    session.set_json(person, R"({"id": "P-2", "height": 2.5, "events": []})");
    outcome = session.evaluate(list);
    CHECK(outcome.state == ASSIZE_DECIDED && outcome.value == 1);
    CHECK(thrown([&] { session.set_json(person, R"({"id": "P-3", "age": "old"})"); }).status() == ASSIZE_DATA);
    CHECK(session.fault_count() == 1 && assize::view(session.fault(0).message) == "`old` is not an integer");
    session.set_as_of({2027, 1, 1});
    CHECK(thrown([&] { session.evaluate(list); }).status() == ASSIZE_ORDER);
    session.begin(person);
    session.set_unreadable(ASSIZE_ROOT, field("height"));
    CHECK(session.evaluate(list).state == ASSIZE_ERROR && !session.outcome_error().empty());
    CHECK(session.rules().record_count() == 2);
    CHECK(thrown([&] { assize::Session(session.rules(), {2026, 2, 30}); }).status() == ASSIZE_RANGE);
}

constexpr std::string_view PEOPLE = "id,age,height,born,time_of,seen,stay,level,tags,names,calls,weight\n"
                                    "a,40,2.5,,,,,,,,,\nb,x,1,,,,,,,,,\n";
constexpr std::string_view EVENTS = "id,person,armed\n1,a,no\n2,b,yes\n";

assize::Evaluation evaluation(const assize::Rules &rules) {
    assize::Evaluation made(rules, assize::Date{2026, 6, 1});
    made.data_bytes(rules.find_record("Person"), "csv", PEOPLE).data_bytes(rules.find_record("Event"), "csv", EVENTS);
    return made;
}

void released(ArrowArrayStream stream) {
    CHECK(stream.release != nullptr);
    stream.release(&stream);
}

void tables() {
    const auto rules = assize::Rules::compile("layer.assize", RULES);
    const auto person = rules.find_record("Person");
    std::uint64_t told = 0;
    auto first = evaluation(rules);
    first.set_parameter("least", "3").only("list").only("people").members("people").on_progress([&](std::uint64_t rows) {
        told = rows;
        return true;
    });
    const auto results = std::move(first).run();
    CHECK(told == 2 && results.has_record_errors());
    CHECK((results.read(person) == std::pair<std::uint64_t, std::uint64_t>{2, 1}));
    CHECK(results.json().find("\"high\"") != std::string::npos && results.json(true) != results.json());
    released(results.category_stream(rules.find_category("list")));
    released(results.measure_stream(0));
    released(results.errors_stream());
    released(results.members_stream());
    CHECK(results.compare_text(results).find("list") != std::string::npos);
    CHECK(results.compare_json(results).find("\"list\"") != std::string::npos);
    CHECK(thrown([&] { results.category_stream(99); }).status() == ASSIZE_NOT_FOUND);

    CHECK(evaluation(rules).explain_text("a").find("tall") != std::string::npos);
    CHECK(evaluation(rules).explain_json("a", "list").find("\"tall\"") != std::string::npos);
    CHECK(thrown([&] { evaluation(rules).on_progress([](std::uint64_t) { return false; }).run(); }).status() == ASSIZE_STOPPED);
    try {
        evaluation(rules).on_progress([](std::uint64_t) -> bool { throw std::domain_error("mine"); }).run();
        CHECK(false);
    } catch (const std::domain_error &error) {
        CHECK(std::string_view(error.what()) == "mine");
    }
    auto once = evaluation(rules);
    once.run();
    CHECK(thrown([&] { once.run(); }).status() == ASSIZE_ORDER);
    CHECK(thrown([&] { evaluation(rules).data_path(person, "x.csv"); }).status() == ASSIZE_ORDER);
    auto stream = results.errors_stream();
    auto plain = assize::Evaluation(rules, assize_evaluation_options{0, {2026, 6, 1}, 1, 0, 5, 0});
    plain.data_stream(rules.find_record("Event"), stream);
    CHECK(stream.release == nullptr);
    ArrowSchema schema = {};
    ArrowArray array = {};
    CHECK(thrown([&] { plain.data_array(person, schema, array); }).status() == ASSIZE_ARGUMENT);
}

void store(std::string_view folder) {
    const assize::Store store(folder);
    CHECK(assize::view(store.rules({}, {2026, 6, 1}).info().name) == "stored");
    CHECK(store.reload().unchanged == 1 && store.reload_json().find("broken.assize") != std::string::npos);
    const auto faults = store.faults();
    CHECK(faults.size() == 1 && faults[0].second.status() == ASSIZE_RULES && !faults[0].second.diagnostics().empty());
    CHECK(store.versions_json().find("\"stored\"") != std::string::npos);
    CHECK(thrown([] { assize::Store("no such folder"); }).status() == ASSIZE_IO);
}

} // namespace

int main(int count, char **arguments) {
    CHECK(count == 2 && assize_abi_version() == ASSIZE_ABI_VERSION);
    rules();
    session();
    tables();
    store(arguments[1]);
    std::puts("fine");
    return 0;
}
