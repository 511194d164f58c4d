/* One record: set its fields and children by their ids, evaluate a category, read what it came to and why.
 *
 * cc categorise.c -lassize && ./a.out rules/lists.assize
 */

#include <assize.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ends the program when a call has failed, with what the library says about it. */
static void check(assize_status status, assize_error **error) {
    if (status != ASSIZE_OK) {
        fprintf(stderr, "%s\n", assize_error_message(*error).data);
        assize_error_free(*error);
        exit(EXIT_FAILURE);
    }
}

static uint32_t field(const assize_rules *rules, uint32_t record, const char *name) {
    assize_error *error = NULL;
    uint32_t id = ASSIZE_NONE;
    check(assize_rules_find_field(rules, record, name, strlen(name), &id, &error), &error);
    return id;
}

int main(int argc, char **argv) {
    const char *path = argc > 1 ? argv[1] : "rules/lists.assize";
    assize_error *error = NULL;

    if (assize_abi_version() != ASSIZE_ABI_VERSION) {
        fprintf(stderr, "the library and its header do not belong together\n");
        return EXIT_FAILURE;
    }

    assize_rules *rules = NULL;
    check(assize_rules_load(path, strlen(path), &rules, &error), &error);

    /* Names become ids once, before the first record. */
    uint32_t person = ASSIZE_NONE, charge = ASSIZE_NONE, list = ASSIZE_NONE;
    check(assize_rules_find_record(rules, "Person", 6, &person, &error), &error);
    check(assize_rules_find_record(rules, "Charge", 6, &charge, &error), &error);
    check(assize_rules_find_category(rules, "list", 4, &list, &error), &error);
    const uint32_t born = field(rules, person, "born");
    const uint32_t felon = field(rules, person, "felon");
    const uint32_t charges = field(rules, person, "charges");
    const uint32_t offence = field(rules, charge, "offence");
    const uint32_t weapon = field(rules, charge, "weapon");

    assize_session_options options = {.struct_size = sizeof options, .as_of = {2026, 6, 1}};
    assize_session *session = NULL;
    check(assize_session_new(rules, &options, &session, &error), &error);
    /* The session keeps the rules. */
    assize_rules_free(rules);

    /* A person with one charge, of whom nobody has written down whether there is a felony conviction. */
    check(assize_session_begin(session, person, &error), &error);
    check(assize_session_set_date_ymd(session, ASSIZE_ROOT, born, 1990, 4, 2, &error), &error);
    check(assize_session_set_missing(session, ASSIZE_ROOT, felon, ASSIZE_REASON_NOT_COLLECTED, &error), &error);
    uint32_t row = ASSIZE_NONE;
    check(assize_session_child(session, ASSIZE_ROOT, charges, &row, &error), &error);
    check(assize_session_set_code_name(session, row, offence, "assault", 7, &error), &error);
    check(assize_session_set_boolean(session, row, weapon, 1, &error), &error);

    assize_outcome outcome = {.struct_size = sizeof outcome};
    check(assize_session_evaluate(session, list, &outcome, &error), &error);

    assize_str value = {0};
    check(assize_session_value_name(session, &value, &error), &error);
    printf("list %s, %s\n", value.data == NULL ? "none yet" : value.data, assize_state_name(outcome.state).data);

    const assize_str *names = NULL;
    size_t count = 0;
    check(assize_session_because(session, &names, &count, &error), &error);
    for (size_t at = 0; at < count; at++) {
        printf("because %s\n", names[at].data);
    }
    check(assize_session_possible(session, &names, &count, &error), &error);
    for (size_t at = 0; at < count; at++) {
        printf("possible %s\n", names[at].data);
    }
    check(assize_session_missing(session, &names, &count, &error), &error);
    for (size_t at = 0; at < count; at++) {
        printf("missing %s\n", names[at].data);
    }

    /* The next record. Nothing of the one before is left, and nothing is allocated any more. */
    check(assize_session_begin(session, person, &error), &error);
    check(assize_session_set_cell(session, ASSIZE_ROOT, born, "1985-12-24", 10, &error), &error);
    check(assize_session_set_boolean(session, ASSIZE_ROOT, felon, 0, &error), &error);
    for (int of = 0; of < 3; of++) {
        check(assize_session_child(session, ASSIZE_ROOT, charges, &row, &error), &error);
        check(assize_session_set_cell(session, row, offence, "13C", 3, &error), &error);
        check(assize_session_set_boolean(session, row, weapon, 0, &error), &error);
    }
    assize_str json = {0};
    check(assize_session_outcome_json(session, list, "P2", 2, &json, &error), &error);
    printf("%s\n", json.data);

    assize_session_free(session);
    return EXIT_SUCCESS;
}
