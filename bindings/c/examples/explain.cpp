// Why a person is on a list, and what is wrong with rules that do not check, in words for people.
//
// c++ -std=c++17 explain.cpp -lassize && ./a.out rules/lists.assize

#include <assize.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>

namespace {

void explain(const assize::Rules &rules) {
    const auto person = rules.find_record("Person");
    const auto list = rules.find_category("list");

    assize::Session session(rules, {2026, 6, 1});
    session.set_json(person, R"({
        "id": "P7", "born": "1990-04-02", "felon": null,
        "charges": [{"id": "C1", "offence": "13A", "weapon": true}, {"id": "C2", "offence": "90Z", "weapon": false}]
    })");
    const auto outcome = session.evaluate(list);
    std::cout << session.value_name() << ", " << assize::view(assize_state_name(outcome.state)) << "\n";
    for (const auto id : session.because_ids()) {
        const auto criterion = rules.criterion(list, id);
        std::cout << "  because " << assize::view(criterion.title) << " (line " << criterion.line << ")\n";
    }
    std::cout << "\n" << session.explain_text(list, "P7") << "\n";

    // The same rules where two charges make a chronic offender.
    const auto stricter = rules.with_parameter("chronic", "2");
    std::cout << "chronic at " << assize::view(stricter.parameter(0).value) << " charges instead of "
              << assize::view(stricter.parameter(0).default_value) << "\n\n";
}

void explain_what_is_wrong() {
    try {
        assize::Rules::compile("draft.assize", "ruleset draft version \"1\" { title \"Draft\" authority \"Nobody\" }\n"
                                               "codes Answer { few lots }\n"
                                               "record Person { id : text key  charges : integer }\n"
                                               "category many of Person -> Answer {\n"
                                               "  lots when enough : chrges >= 2\n"
                                               "  otherwise few\n"
                                               "}\n");
    } catch (const assize::Error &error) {
        std::cout << error.what() << "\n";
        for (const auto &found : error.diagnostics()) {
            std::cout << found.file << ":" << found.line << ":" << found.column << " " << found.code << "\n";
        }
        std::cout << error.rendered();
    }
}

} // namespace

int main(int argc, char **argv) {
    try {
        explain(assize::Rules::load(argc > 1 ? argv[1] : "rules/lists.assize"));
        explain_what_is_wrong();
        return EXIT_SUCCESS;
    } catch (const std::exception &error) {
        std::cerr << error.what() << "\n";
        return EXIT_FAILURE;
    }
}
