/* Rules that change while the program runs: a store of a folder, reloaded on request. A file that does not check leaves
 * what it held before in force, and its error can be asked for.
 *
 * cc reload.c -lassize && ./a.out
 */

#define _POSIX_C_SOURCE 200809L

#include <assize.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const rules_text =
    "ruleset demo version \"%s\" { title \"Charges\" authority \"Police service\" }\n"
    "codes Answer { few lots }\n"
    "record Person { id : text key  charges : integer }\n"
    "category many of Person -> Answer { lots when enough : %s  otherwise few }\n";

static void check(assize_status status, assize_error **error) {
    if (status != ASSIZE_OK) {
        fprintf(stderr, "%s\n", assize_error_message(*error).data);
        assize_error_free(*error);
        exit(EXIT_FAILURE);
    }
}

/* Writes the rules beside the file and puts them in its place, so that nobody reads half of them. */
static void write_rules(const char *folder, const char *version, const char *condition) {
    char path[256], made[300];
    snprintf(path, sizeof path, "%s/demo.assize", folder);
    snprintf(made, sizeof made, "%s.new", path);
    FILE *file = fopen(made, "w");
    if (file == NULL || fprintf(file, rules_text, version, condition) < 0 || fclose(file) != 0 ||
        rename(made, path) != 0) {
        perror(made);
        exit(EXIT_FAILURE);
    }
}

/* Evaluates a person with two charges under some rules. */
static void print_outcome(const char *what, const assize_rules *rules) {
    assize_error *error = NULL;
    assize_ruleset_info info = {.struct_size = sizeof info};
    check(assize_rules_info(rules, &info, &error), &error);

    uint32_t person = ASSIZE_NONE, charges = ASSIZE_NONE, many = ASSIZE_NONE;
    check(assize_rules_find_record(rules, "Person", 6, &person, &error), &error);
    check(assize_rules_find_field(rules, person, "charges", 7, &charges, &error), &error);
    check(assize_rules_find_category(rules, "many", 4, &many, &error), &error);

    assize_session_options options = {.struct_size = sizeof options, .as_of = {2026, 6, 1}};
    assize_session *session = NULL;
    check(assize_session_new(rules, &options, &session, &error), &error);
    check(assize_session_begin(session, person, &error), &error);
    check(assize_session_set_integer(session, ASSIZE_ROOT, charges, 2, &error), &error);
    assize_outcome outcome = {.struct_size = sizeof outcome};
    check(assize_session_evaluate(session, many, &outcome, &error), &error);
    assize_str value = {0};
    check(assize_session_value_name(session, &value, &error), &error);
    printf("%s: version %s says %s\n", what, info.version.data, value.data);
    assize_session_free(session);
}

static assize_rules *current(const assize_store *store) {
    assize_error *error = NULL;
    assize_rules *rules = NULL;
    const assize_date today = {2026, 6, 1};
    check(assize_store_rules(store, "demo", 4, today, &rules, &error), &error);
    return rules;
}

static void reload(const assize_store *store) {
    assize_error *error = NULL;
    assize_reload counts = {.struct_size = sizeof counts};
    check(assize_store_reload(store, &counts, NULL, &error), &error);
    printf("reload: %u loaded, %u unchanged, %u failed\n", (unsigned)counts.loaded, (unsigned)counts.unchanged,
           (unsigned)counts.failed);
}

int main(void) {
    char folder[] = "/tmp/assize-reload-XXXXXX";
    if (mkdtemp(folder) == NULL) {
        perror(folder);
        return EXIT_FAILURE;
    }
    assize_error *error = NULL;

    write_rules(folder, "1", "charges >= 3");
    assize_store *store = NULL;
    check(assize_store_open(folder, strlen(folder), &store, &error), &error);
    assize_rules *first = current(store);
    print_outcome("at first", first);

    write_rules(folder, "2", "charges >= 2");
    reload(store);
    assize_rules *second = current(store);
    print_outcome("changed", second);
    /* Whoever has asked for rules keeps them. */
    print_outcome("kept", first);

    write_rules(folder, "3", "chargs >= 2");
    reload(store);
    assize_rules *third = current(store);
    print_outcome("broken", third);
    for (size_t at = 0; at < assize_store_fault_count(store); at++) {
        assize_text *path = NULL;
        assize_error *fault = NULL;
        check(assize_store_fault(store, at, &path, &fault, &error), &error);
        const assize_diagnostics *found = assize_error_diagnostics(fault);
        for (size_t of = 0; of < assize_diagnostics_count(found); of++) {
            assize_diagnostic diagnostic = {.struct_size = sizeof diagnostic};
            check(assize_diagnostics_get(found, of, &diagnostic, &error), &error);
            printf("%s:%u:%u: %s %s\n", strrchr(assize_text_str(path).data, '/') + 1, (unsigned)diagnostic.line,
                   (unsigned)diagnostic.column, diagnostic.code.data, diagnostic.message.data);
            if (diagnostic.help.data != NULL) {
                printf("  help: %s\n", diagnostic.help.data);
            }
        }
        assize_text_free(path);
        assize_error_free(fault);
    }

    assize_rules_free(first);
    assize_rules_free(second);
    assize_rules_free(third);
    assize_store_free(store);
    char path[256];
    snprintf(path, sizeof path, "%s/demo.assize", folder);
    if (remove(path) != 0 || rmdir(folder) != 0) {
        perror(folder);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
