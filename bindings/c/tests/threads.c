/* Many threads, one store: each asks for the rules in force, evaluates with a session of its own, and lets go, while
 * another thread changes the rules and reloads them. What a thread works out must be what its version says. */

#define _POSIX_C_SOURCE 200809L

#include <assize.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { THREADS = 6 };

static const char *const rules_text = "ruleset demo version \"%d\" { title \"Demo\" authority \"Nobody\" }\n"
                                      "codes Answer { few lots }\n"
                                      "record Charge { person : text  weight : decimal }\n"
                                      "record Person { id : text key  charges : many Charge by person }\n"
                                      "category many of Person -> Answer {\n"
                                      "  lots when enough : (count charges where weight > 1.5) >= %d\n"
                                      "  otherwise few\n"
                                      "}\n";

static const assize_store *store;
static const assize_rules *shared;
/* How often each thread has gone round, and whether they are to stop. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t round_done = PTHREAD_COND_INITIALIZER;
static int rounds[THREADS];
static bool stopped;

#define CHECK(call) check((call), &error, __LINE__)

static void check(assize_status status, assize_error **error, int line) {
    if (status != ASSIZE_OK) {
        fprintf(stderr, "line %d: %s\n", line, assize_error_message(*error).data);
        exit(EXIT_FAILURE);
    }
}

static void expect(int holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "%s\n", what);
        exit(EXIT_FAILURE);
    }
}

/* The version is also how many charges make many. */
static void write_rules(const char *folder, int version, bool broken) {
    char path[256], made[300];
    snprintf(path, sizeof path, "%s/demo.assize", folder);
    snprintf(made, sizeof made, "%s/demo.new", folder);
    FILE *file = fopen(made, "w");
    expect(file != NULL, "the rules cannot be written");
    fprintf(file, rules_text, version, version);
    if (broken) {
        fprintf(file, "category of nothing\n");
    }
    expect(fclose(file) == 0 && rename(made, path) == 0, "the rules cannot be put in place");
}

/* Evaluates persons of zero to four charges under some rules. */
static void evaluate(const assize_rules *rules, int seed) {
    assize_error *error = NULL;
    assize_ruleset_info info = {.struct_size = sizeof info};
    CHECK(assize_rules_info(rules, &info, &error));
    const int version = atoi(info.version.data);
    uint32_t person, charge, charges, weight, many;
    CHECK(assize_rules_find_record(rules, "Person", 6, &person, &error));
    CHECK(assize_rules_find_record(rules, "Charge", 6, &charge, &error));
    CHECK(assize_rules_find_field(rules, person, "charges", 7, &charges, &error));
    CHECK(assize_rules_find_field(rules, charge, "weight", 6, &weight, &error));
    CHECK(assize_rules_find_category(rules, "many", 4, &many, &error));
    assize_session_options options = {.struct_size = sizeof options, .as_of = {2026, 6, 1}};
    assize_session *session = NULL;
    CHECK(assize_session_new(rules, &options, &session, &error));
    for (int count = 0; count < 5; count++) {
        CHECK(assize_session_begin(session, person, &error));
        for (int at = 0; at < count; at++) {
            uint32_t row;
            CHECK(assize_session_child(session, ASSIZE_ROOT, charges, &row, &error));
            CHECK(assize_session_set_decimal_scaled(session, row, weight, 20 + seed % 7, 1, &error));
        }
        assize_outcome outcome = {.struct_size = sizeof outcome};
        CHECK(assize_session_evaluate(session, many, &outcome, &error));
        expect(outcome.state == ASSIZE_DECIDED, "an outcome is not decided");
        expect((outcome.value == 1) == (count >= version), "an outcome is not what the version says");
        const assize_str *names = NULL;
        size_t found = 0;
        CHECK(assize_session_because(session, &names, &found, &error));
        expect(found == (count >= version ? 1u : 0u), "a reason is not what the version says");
        assize_str json = {0};
        CHECK(assize_session_outcome_json(session, many, "P", 1, &json, &error));
        expect(json.data[0] == '{' && json.data[json.length - 1] == '}', "an outcome is not JSON");
    }
    /* What goes wrong, goes wrong in its own thread. */
    expect(assize_session_begin(session, 99, &error) == ASSIZE_NOT_FOUND, "a record was found that is not there");
    assize_error_free(error);
    assize_session_free(session);
}

/* Counts a round; whether there is to be another. */
static bool again(int thread) {
    pthread_mutex_lock(&lock);
    rounds[thread]++;
    pthread_cond_broadcast(&round_done);
    const bool more = !stopped;
    pthread_mutex_unlock(&lock);
    return more;
}

/* Until a thread has gone round once more. */
static void wait_for(int thread) {
    pthread_mutex_lock(&lock);
    for (const int before = rounds[thread]; rounds[thread] == before;) {
        pthread_cond_wait(&round_done, &lock);
    }
    pthread_mutex_unlock(&lock);
}

static void *work(void *argument) {
    const int thread = (int)(intptr_t)argument;
    const assize_date today = {2026, 6, 1};
    assize_error *error = NULL;
    do {
        assize_rules *rules = NULL;
        CHECK(assize_store_rules(store, "", 0, today, &rules, &error));
        evaluate(rules, thread + 1);
        assize_rules *clone = NULL;
        CHECK(assize_rules_clone(rules, &clone, &error));
        assize_rules_free(rules);
        evaluate(clone, thread);
        assize_rules_free(clone);
        /* One rule set that all threads use at the same time. */
        evaluate(shared, thread);
        for (size_t at = 0; at < assize_store_fault_count(store); at++) {
            assize_text *path = NULL;
            assize_error *fault = NULL;
            if (assize_store_fault(store, at, &path, &fault, NULL) == ASSIZE_OK) {
                expect(assize_diagnostics_count(assize_error_diagnostics(fault)) > 0, "a fault without a diagnostic");
                assize_text_free(path);
                assize_error_free(fault);
            }
        }
    } while (again(thread));
    return NULL;
}

int main(int argc, char **argv) {
    const int reloads = argc > 1 ? atoi(argv[1]) : 50;
    char folder[] = "/tmp/assize-threads-XXXXXX";
    expect(mkdtemp(folder) != NULL, "there is no folder");
    write_rules(folder, 1, false);
    assize_error *error = NULL;
    assize_store *opened = NULL;
    CHECK(assize_store_open(folder, strlen(folder), &opened, &error));
    store = opened;
    assize_rules *first = NULL;
    CHECK(assize_store_rules(store, "demo", 4, (assize_date){2026, 6, 1}, &first, &error));
    shared = first;

    pthread_t threads[THREADS];
    for (int at = 0; at < THREADS; at++) {
        expect(pthread_create(&threads[at], NULL, work, (void *)(intptr_t)at) == 0, "a thread does not start");
    }
    for (int at = 0; at < reloads; at++) {
        write_rules(folder, at % 4 + 1, at % 5 == 4);
        assize_reload counts = {.struct_size = sizeof counts};
        assize_text *report = NULL;
        CHECK(assize_store_reload(store, &counts, &report, &error));
        expect(counts.loaded + counts.unchanged + counts.failed == 1, "a reload has lost count");
        assize_text_free(report);
        /* The next one when one of the threads, each in its turn, has met this one or missed it. */
        wait_for(at % THREADS);
    }
    for (int at = 0; at < THREADS; at++) {
        wait_for(at);
    }
    pthread_mutex_lock(&lock);
    stopped = true;
    pthread_mutex_unlock(&lock);
    for (int at = 0; at < THREADS; at++) {
        expect(pthread_join(threads[at], NULL) == 0, "a thread does not end");
    }
    assize_rules_free(first);
    assize_store_free(opened);
    char path[256];
    snprintf(path, sizeof path, "%s/demo.assize", folder);
    expect(remove(path) == 0 && rmdir(folder) == 0, "the folder cannot be removed");
    printf("as every version says\n");
    return EXIT_SUCCESS;
}
