/* A records system: people and their charges are in an SQLite database. Each person is evaluated, and the list, how
 * certain it is, and the reasons go back into the database in one transaction.
 *
 * cc sqlite.c -lassize -lsqlite3 && ./a.out records.db rules/lists.assize
 */

#include <assize.h>
#include <sqlite3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a new database is filled with. */
static const char *const sample =
    "CREATE TABLE people (id TEXT PRIMARY KEY, born TEXT, felon INTEGER);"
    "CREATE TABLE charges (id INTEGER PRIMARY KEY, person TEXT NOT NULL REFERENCES people, laid_on TEXT,"
    "                      offence TEXT, weapon INTEGER);"
    "CREATE INDEX charges_of_person ON charges (person);"
    "CREATE TABLE outcomes (person TEXT PRIMARY KEY REFERENCES people, list TEXT, state TEXT NOT NULL,"
    "                       reasons TEXT NOT NULL, missing TEXT NOT NULL, error TEXT);"
    "INSERT INTO people VALUES ('P1', '1990-04-02', 1), ('P2', '1985-12-24', 0), ('P3', '1971-07-30', NULL),"
    "                          ('P4', '2012-01-15', 0), ('P5', '1999-09-09', 0), ('P6', '1999-13-40', 0),"
    "                          ('P7', '1964-02-29', 0);"
    "INSERT INTO charges (person, laid_on, offence, weapon) VALUES"
    "  ('P1', '2026-01-05', '13A', 1), ('P1', '2026-02-11', '90Z', 0),"
    "  ('P2', '2025-03-01', '13A', 0), ('P2', '2025-06-01', '13C', 0), ('P2', '2026-03-01', '13A', 0),"
    "  ('P3', '2026-05-20', '13C', 1),"
    "  ('P4', '2026-05-21', '13A', 0),"
    "  ('P5', '2026-04-01', 'U', 0), ('P5', '2026-04-02', '13A', 0),"
    "  ('P6', '2026-04-03', '13A', 0);";

typedef struct rule_ids {
    uint32_t person, born, felon, charges, on, offence, weapon, list;
} rule_ids;

static void check(assize_status status, assize_error **error) {
    if (status != ASSIZE_OK) {
        fprintf(stderr, "assize: %s\n", assize_error_message(*error).data);
        assize_error_free(*error);
        exit(EXIT_FAILURE);
    }
}

static void check_sql(sqlite3 *database, int status) {
    if (status != SQLITE_OK && status != SQLITE_ROW && status != SQLITE_DONE) {
        fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(database));
        exit(EXIT_FAILURE);
    }
}

static void run_sql(sqlite3 *database, const char *sql) {
    check_sql(database, sqlite3_exec(database, sql, NULL, NULL, NULL));
}

static sqlite3_stmt *prepare(sqlite3 *database, const char *sql) {
    sqlite3_stmt *statement = NULL;
    check_sql(database, sqlite3_prepare_v2(database, sql, -1, &statement, NULL));
    return statement;
}

static uint32_t field(const assize_rules *rules, uint32_t record, const char *name) {
    assize_error *error = NULL;
    uint32_t id = ASSIZE_NONE;
    check(assize_rules_find_field(rules, record, name, strlen(name), &id, &error), &error);
    return id;
}

static rule_ids find_ids(const assize_rules *rules) {
    assize_error *error = NULL;
    rule_ids found;
    uint32_t charge = ASSIZE_NONE;
    check(assize_rules_find_record(rules, "Person", 6, &found.person, &error), &error);
    check(assize_rules_find_record(rules, "Charge", 6, &charge, &error), &error);
    check(assize_rules_find_category(rules, "list", 4, &found.list, &error), &error);
    found.born = field(rules, found.person, "born");
    found.felon = field(rules, found.person, "felon");
    found.charges = field(rules, found.person, "charges");
    found.on = field(rules, charge, "on");
    found.offence = field(rules, charge, "offence");
    found.weapon = field(rules, charge, "weapon");
    return found;
}

/* Sets a field from a text column as a cell of a table is read. What cannot be read is a fault of the record, which its
 * outcome will tell; it does not end the run. NULL leaves the field missing. */
static void set_text(assize_session *session, uint32_t row, uint32_t id, sqlite3_stmt *from, int column) {
    const char *text = (const char *)sqlite3_column_text(from, column);
    if (text != NULL) {
        assize_error *error = NULL;
        const size_t length = (size_t)sqlite3_column_bytes(from, column);
        const assize_status status = assize_session_set_cell(session, row, id, text, length, &error);
        if (status == ASSIZE_DATA) {
            assize_error_free(error);
        } else {
            check(status, &error);
        }
    }
}

static void set_flag(assize_session *session, uint32_t row, uint32_t id, sqlite3_stmt *from, int column) {
    if (sqlite3_column_type(from, column) != SQLITE_NULL) {
        assize_error *error = NULL;
        check(assize_session_set_boolean(session, row, id, sqlite3_column_int(from, column), &error), &error);
    }
}

/* Binds names in one text, separated by commas. */
static void bind_names(sqlite3 *database, sqlite3_stmt *to, int at, const assize_str *names, size_t count) {
    size_t length = 1;
    for (size_t name = 0; name < count; name++) {
        length += names[name].length + 2;
    }
    char *joined = sqlite3_malloc64(length);
    if (joined == NULL) {
        check_sql(database, SQLITE_NOMEM);
        return;
    }
    size_t end = 0;
    for (size_t name = 0; name < count; name++) {
        if (name > 0) {
            joined[end++] = ',';
            joined[end++] = ' ';
        }
        memcpy(joined + end, names[name].data, names[name].length);
        end += names[name].length;
    }
    check_sql(database, sqlite3_bind_text64(to, at, joined, end, sqlite3_free, SQLITE_UTF8));
}

/* Fills the session with a person and their charges. */
static void read_person(assize_session *session, const rule_ids *ids, sqlite3 *database, sqlite3_stmt *person,
                        sqlite3_stmt *charges) {
    assize_error *error = NULL;
    check(assize_session_begin(session, ids->person, &error), &error);
    set_text(session, ASSIZE_ROOT, ids->born, person, 1);
    set_flag(session, ASSIZE_ROOT, ids->felon, person, 2);
    check_sql(database, sqlite3_bind_value(charges, 1, sqlite3_column_value(person, 0)));
    int status = SQLITE_ROW;
    while ((status = sqlite3_step(charges)) == SQLITE_ROW) {
        uint32_t row = ASSIZE_NONE;
        check(assize_session_child(session, ASSIZE_ROOT, ids->charges, &row, &error), &error);
        set_text(session, row, ids->on, charges, 0);
        set_text(session, row, ids->offence, charges, 1);
        set_flag(session, row, ids->weapon, charges, 2);
    }
    check_sql(database, status);
    check_sql(database, sqlite3_reset(charges));
}

/* Evaluates what the session holds and writes the outcome. */
static void write_outcome(assize_session *session, const rule_ids *ids, sqlite3 *database, sqlite3_stmt *person,
                          sqlite3_stmt *outcomes) {
    assize_error *error = NULL;
    assize_outcome outcome = {.struct_size = sizeof outcome};
    check(assize_session_evaluate(session, ids->list, &outcome, &error), &error);
    assize_str value = {0};
    check(assize_session_value_name(session, &value, &error), &error);
    const assize_str *names = NULL;
    size_t count = 0;

    check_sql(database, sqlite3_bind_value(outcomes, 1, sqlite3_column_value(person, 0)));
    /* No text is NULL: there is no list yet, or none can be told. */
    check_sql(database, sqlite3_bind_text(outcomes, 2, value.data, (int)value.length, SQLITE_TRANSIENT));
    check_sql(database, sqlite3_bind_text(outcomes, 3, assize_state_name(outcome.state).data, -1, SQLITE_STATIC));
    check(assize_session_because(session, &names, &count, &error), &error);
    bind_names(database, outcomes, 4, names, count);
    check(assize_session_missing(session, &names, &count, &error), &error);
    bind_names(database, outcomes, 5, names, count);
    assize_str fault = {0};
    check(assize_session_outcome_error(session, &fault, &error), &error);
    check_sql(database, sqlite3_bind_text(outcomes, 6, fault.data, (int)fault.length, SQLITE_TRANSIENT));
    check_sql(database, sqlite3_step(outcomes));
    check_sql(database, sqlite3_reset(outcomes));
}

static void print_rows(sqlite3 *database, const char *sql) {
    sqlite3_stmt *rows = prepare(database, sql);
    int status = SQLITE_ROW;
    while ((status = sqlite3_step(rows)) == SQLITE_ROW) {
        for (int at = 0; at < sqlite3_column_count(rows); at++) {
            printf("%s%s", at == 0 ? "" : " | ", (const char *)sqlite3_column_text(rows, at));
        }
        printf("\n");
    }
    check_sql(database, status);
    sqlite3_finalize(rows);
}

int main(int argc, char **argv) {
    const char *database_path = argc > 1 ? argv[1] : "records.db";
    const char *rules_path = argc > 2 ? argv[2] : "rules/lists.assize";
    assize_error *error = NULL;

    assize_rules *rules = NULL;
    check(assize_rules_load(rules_path, strlen(rules_path), &rules, &error), &error);
    const rule_ids ids = find_ids(rules);
    assize_session_options options = {.struct_size = sizeof options, .as_of = {2026, 6, 1}};
    assize_session *session = NULL;
    check(assize_session_new(rules, &options, &session, &error), &error);
    assize_rules_free(rules);

    sqlite3 *database = NULL;
    check_sql(database, sqlite3_open(database_path, &database));
    if (sqlite3_table_column_metadata(database, NULL, "people", NULL, NULL, NULL, NULL, NULL, NULL) != SQLITE_OK) {
        run_sql(database, sample);
    }

    run_sql(database, "BEGIN IMMEDIATE");
    run_sql(database, "DELETE FROM outcomes");
    sqlite3_stmt *people = prepare(database, "SELECT id, born, felon FROM people ORDER BY id");
    sqlite3_stmt *charges = prepare(database, "SELECT laid_on, offence, weapon FROM charges WHERE person = ?");
    sqlite3_stmt *outcomes = prepare(database, "INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?)");
    int status = SQLITE_ROW;
    while ((status = sqlite3_step(people)) == SQLITE_ROW) {
        read_person(session, &ids, database, people, charges);
        write_outcome(session, &ids, database, people, outcomes);
    }
    check_sql(database, status);
    sqlite3_finalize(people);
    sqlite3_finalize(charges);
    sqlite3_finalize(outcomes);
    run_sql(database, "COMMIT");
    assize_session_free(session);

    print_rows(database, "SELECT person, ifnull(list, '?'), state, reasons, missing, ifnull(error, '') FROM outcomes "
                         "ORDER BY person");
    print_rows(database, "SELECT ifnull(list, '?'), count(*) FROM outcomes GROUP BY list ORDER BY list");
    check_sql(database, sqlite3_close(database));
    return EXIT_SUCCESS;
}
