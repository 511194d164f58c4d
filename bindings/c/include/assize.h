/* Assize: a rules and metrics engine. The C interface.
 *
 * Written from the sources of the library; do not edit.
 *
 * The contract, in short (`bindings/README.md` has all of it):
 *
 * - Every function that can fail returns `assize_status` and takes a last `assize_error **error`. It may be NULL;
 *   `*error` is written only on failure, is then the caller's, and goes back with `assize_error_free`.
 * - On failure no other output is touched. A status of a failure never leaves a handle behind.
 * - Text goes in as pointer and length, UTF-8, without a final NUL; NULL with length 0 is the empty text. Text comes out
 *   as `assize_str`, which is lent by the handle it came from and has a NUL after its last byte, or as an `assize_text`,
 *   which is the caller's.
 * - A handle keeps alive what it needs: handles may be freed in any order, and every free takes NULL.
 * - Structs that begin with `struct_size` have it set to their `sizeof` by the caller, results as well as options.
 *   In options, zero stands for the default of every other member.
 * - No function touches global state, writes to a stream, or changes the signal or panic handling of the process.
 */

#ifndef ASSIZE_H
#define ASSIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ASSIZE_VERSION_MAJOR 0
#define ASSIZE_VERSION_MINOR 1
#define ASSIZE_VERSION_PATCH 0
#define ASSIZE_VERSION "0.1.0"

/* The number of the interface below, which is that of the soname; a library of another number must not be called.
 * See `assize_abi_version`. */
#define ASSIZE_ABI_VERSION 0

/* No id: nothing of that kind, or no value. */
#define ASSIZE_NONE UINT32_C(0xFFFFFFFF)

/* The value of a category that settled on no code (`otherwise none`). */
#define ASSIZE_NO_CODE UINT32_C(0xFFFF)

/* The record itself, where a row is asked for; its children are numbered by `assize_session_child`. */
#define ASSIZE_ROOT UINT32_C(0)

/* The Arrow C Data Interface and C Stream Interface, as published by the Apache Arrow project. */

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

#endif /* ARROW_C_DATA_INTERFACE */

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};

#endif /* ARROW_C_STREAM_INTERFACE */


/** How a call ended. */
typedef enum assize_status {
    /** All well. */
    ASSIZE_OK = 0,
    /**
     * A NULL where something is needed, a length or `struct_size` that cannot be, a number that no enumeration has, or a
     * request in JSON that is not one.
     */
    ASSIZE_ARGUMENT = 1,
    /** A text is not UTF-8; `assize_error_offset` says where. */
    ASSIZE_UTF8 = 2,
    /** There is no such record, field, code, category, measure, parameter, rule set or item. */
    ASSIZE_NOT_FOUND = 3,
    /** The field holds values of another type, or the category is of another record than the one begun. */
    ASSIZE_TYPE = 4,
    /** A value that its type cannot hold: a date that does not exist, a decimal of too many digits, a range upside down. */
    ASSIZE_RANGE = 5,
    /** The rules do not check; the error has the diagnostics. */
    ASSIZE_RULES = 6,
    /** A file or folder cannot be read. */
    ASSIZE_IO = 7,
    /** Data that cannot be read: a cell, JSON, a table without a needed column, an Arrow array of the wrong type. */
    ASSIZE_DATA = 8,
    /**
     * A call out of turn: no record was begun, the row is of an earlier record, nothing was evaluated since the last
     * change, or the evaluation was run before.
     */
    ASSIZE_ORDER = 9,
    /** Another thread is inside the same handle. */
    ASSIZE_BUSY = 10,
    /** The caller's progress function asked for the evaluation to stop. */
    ASSIZE_STOPPED = 11,
    /** A fault of the library itself; the handle it happened in refuses further work. */
    ASSIZE_INTERNAL = 12,
} assize_status;

/** How serious a diagnostic is. */
typedef enum assize_severity {
    /** The rules do not load. */
    ASSIZE_SEVERITY_ERROR = 0,
    /** The rules load; something in them is likely not meant. */
    ASSIZE_SEVERITY_WARNING = 1,
} assize_severity;

/** What a field or a parameter holds. */
typedef enum assize_type {
    /** Yes or no. */
    ASSIZE_TYPE_BOOLEAN = 0,
    /** 64 bits, signed. */
    ASSIZE_TYPE_INTEGER = 1,
    /** Exact base ten, 28 digits. */
    ASSIZE_TYPE_DECIMAL = 2,
    /** UTF-8. */
    ASSIZE_TYPE_TEXT = 3,
    /** A civil date, years 1 to 9999. */
    ASSIZE_TYPE_DATE = 4,
    /** A time of day, to the microsecond. */
    ASSIZE_TYPE_TIME = 5,
    /** An instant, to the microsecond. */
    ASSIZE_TYPE_DATETIME = 6,
    /** By the calendar (months and days) or by the clock (microseconds). */
    ASSIZE_TYPE_DURATION = 7,
    /** One code of a list. */
    ASSIZE_TYPE_CODE = 8,
    /** Any number of codes of a list. */
    ASSIZE_TYPE_CODES = 9,
    /** Any number of texts. */
    ASSIZE_TYPE_TEXTS = 10,
    /** An integer known only to lie between two ends. */
    ASSIZE_TYPE_INTEGER_RANGE = 11,
    /** A decimal known only to lie between two ends. */
    ASSIZE_TYPE_DECIMAL_RANGE = 12,
    /** Child records. */
    ASSIZE_TYPE_MANY = 13,
} assize_type;

/** How a category chooses among its cases. */
typedef enum assize_hit {
    /** The first true case. */
    ASSIZE_HIT_FIRST = 0,
    /** The one true case; two are an error. */
    ASSIZE_HIT_UNIQUE = 1,
    /** The true case of the highest code. */
    ASSIZE_HIT_HIGHEST = 2,
    /** The codes of all true cases. */
    ASSIZE_HIT_ALL = 3,
} assize_hit;

/** How certain the outcome of a category is. */
typedef enum assize_state {
    /** Nothing unknown could change it. */
    ASSIZE_DECIDED = 0,
    /** There is a value, and something unknown could still change it. */
    ASSIZE_PROVISIONAL = 1,
    /** Nothing is true, and something is unknown. */
    ASSIZE_UNDETERMINED = 2,
    /** The category does not apply. */
    ASSIZE_NOT_APPLICABLE = 3,
    /** It could not be worked out. */
    ASSIZE_ERROR = 4,
} assize_state;

/** Why a value is missing. */
typedef enum assize_reason {
    /** Not known; what an empty cell means. */
    ASSIZE_REASON_UNKNOWN = 1,
    /** Asked, and not answered. */
    ASSIZE_REASON_NOT_ANSWERED = 2,
    /** There can be no value. */
    ASSIZE_REASON_NOT_APPLICABLE = 3,
    /** Nobody asked. */
    ASSIZE_REASON_NOT_COLLECTED = 4,
    /** Known to someone, and kept back. */
    ASSIZE_REASON_WITHHELD = 5,
} assize_reason;

/**
 * What is wrong with rules, or likely not meant, in the order of the text.
 *
 * It never changes: any number of threads may read it at the same time.
 */
typedef struct assize_diagnostics assize_diagnostics;

/**
 * Why a call failed.
 *
 * It never changes: any number of threads may read it at the same time.
 */
typedef struct assize_error assize_error;

/**
 * An evaluation of a rule set over tables: set up, then run once.
 *
 * One thread at a time may use it; another that is seen inside gets `ASSIZE_BUSY`. It may move between threads that
 * hand it over properly.
 */
typedef struct assize_evaluation assize_evaluation;

/**
 * What was counted of the measures of a run over a part of the data.
 *
 * Parts merge into the whole in any order, in any tree and however the data were split, and give the same bytes and the
 * same results. Each row must be in one part, with all of its children. The size is that of the measures' tables; only
 * distinct counts, medians and percentiles have all different values of each row beside it, unless the rules ask for them
 * as `approximate`. They never change: any number of threads may read them at the same time.
 */
typedef struct assize_partial assize_partial;

/**
 * The results of an evaluation.
 *
 * They never change: any number of threads may read them at the same time. A stream made from them is for one thread at
 * a time, and keeps them as long as it needs them.
 */
typedef struct assize_results assize_results;

/**
 * A checked rule set.
 *
 * It never changes: any number of threads may use it at the same time, and free their own clones of it.
 */
typedef struct assize_rules assize_rules;

/**
 * Evaluates one record after another. It is made once and used again: after the first records nothing is allocated.
 *
 * One thread at a time may use it; another that is seen inside gets `ASSIZE_BUSY`. It may move between threads that
 * hand it over properly. Any number of sessions may share a rule set.
 */
typedef struct assize_session assize_session;

/**
 * The rule sets of a folder.
 *
 * Any number of threads may use it at the same time: whoever has asked for rules keeps them, and only those who reload
 * wait for each other.
 */
typedef struct assize_store assize_store;

/**
 * A text that is the caller's.
 *
 * It never changes: any number of threads may read it at the same time.
 */
typedef struct assize_text assize_text;

/**
 * A text that is lent: UTF-8, with a NUL after its last byte that is not counted. `data` is NULL only where there is
 * no text at all (no title, no help); an empty text has `data` and length 0.
 *
 * It is good as long as the handle it came from, unless the function that gave it says less.
 */
typedef struct assize_str {
    /** The first byte. */
    const char *data;
    /** How many bytes, the final NUL not among them. */
    size_t length;
} assize_str;

/** A civil date of the Gregorian calendar. In results, all zero where there is no date. */
typedef struct assize_date {
    /** 1 to 9999. */
    int32_t year;
    /** 1 to 12. */
    uint32_t month;
    /** 1 to 31. */
    uint32_t day;
} assize_date;

/**
 * One thing that is wrong with rules. Lines and columns are counted from 1, columns in characters; all are 0 where it
 * has no place in a text.
 */
typedef struct assize_diagnostic {
    /** Set by the caller: `sizeof(assize_diagnostic)`. */
    size_t struct_size;
    /** How serious it is. */
    assize_severity severity;
    /** First line. */
    uint32_t line;
    /** First column. */
    uint32_t column;
    /** Last line. */
    uint32_t end_line;
    /** The column after the last one. */
    uint32_t end_column;
    /** Its stable code, such as `E0201`. */
    assize_str code;
    /** What is wrong, in one line. */
    assize_str message;
    /** The name of the file, as it was given; no text where it has no place. */
    assize_str file;
    /** Words for the underlined text; no text where there are none. */
    assize_str label;
    /** What to do about it; no text where nothing is known. */
    assize_str help;
} assize_diagnostic;

/** A rule file that is in memory. The texts need last only for the call. */
typedef struct assize_source {
    /** The name of the file, for diagnostics and for the `import`s of other files. */
    assize_str name;
    /** Its text. */
    assize_str text;
} assize_source;

/** The header of a rule set. */
typedef struct assize_ruleset_info {
    /** Set by the caller: `sizeof(assize_ruleset_info)`. */
    size_t struct_size;
    /** Its name. */
    assize_str name;
    /** Its title; no text where none is stated. */
    assize_str title;
    /** Its version. */
    assize_str version;
    /** `blake3:` and the hash of the sources, in hexadecimal. */
    assize_str hash;
    /** Who answers for it; no text where none is stated. */
    assize_str authority;
    /** Where it is published; no text where none is stated. */
    assize_str source;
    /** The first day it is in force; all zero where none is stated. */
    assize_date effective_from;
    /** The last day it is in force; all zero where none is stated. */
    assize_date effective_to;
} assize_ruleset_info;

/** A record. */
typedef struct assize_record_info {
    /** Set by the caller: `sizeof(assize_record_info)`. */
    size_t struct_size;
    /** Its name. */
    assize_str name;
    /** Its title; no text where none is stated. */
    assize_str title;
    /** Its documentation comment; no text where there is none. */
    assize_str docs;
    /** How many fields it has; their ids are 0 to that, less one. */
    uint32_t field_count;
    /** The field that is its key, or `ASSIZE_NONE`. */
    uint32_t key;
} assize_record_info;

/** A field of a record. */
typedef struct assize_field_info {
    /** Set by the caller: `sizeof(assize_field_info)`. */
    size_t struct_size;
    /** Its name. */
    assize_str name;
    /** Its title; no text where none is stated. */
    assize_str title;
    /** Its documentation comment; no text where there is none. */
    assize_str docs;
    /** Its unit; no text where none is stated. */
    assize_str unit;
    /** Its label; no text where none is stated. */
    assize_str label;
    /** How the members of a set are separated in one cell; no text where none is stated. */
    assize_str separator;
    /** What it holds. */
    assize_type field_type;
    /** The list of its codes, of a code or codes; else `ASSIZE_NONE`. */
    uint32_t list;
    /** The record of its children, of `ASSIZE_TYPE_MANY`; else `ASSIZE_NONE`. */
    uint32_t child;
    /** The field of the children that names this record's key, of `ASSIZE_TYPE_MANY`; else `ASSIZE_NONE`. */
    uint32_t child_by;
    /** How many headings it is known by in tables; see `assize_rules_field_heading`. */
    uint32_t heading_count;
    /** Whether it is the record's key. */
    bool key;
    /** Whether a record without it is at fault. */
    bool required;
    /** Whether tables may lack its column. */
    bool optional;
    /** Whether results must not show it. */
    bool is_protected;
    /** Whether any rule reads it: a host need not fill the others. */
    bool read;
} assize_field_info;

/** A code list. */
typedef struct assize_list_info {
    /** Set by the caller: `sizeof(assize_list_info)`. */
    size_t struct_size;
    /** Its name. */
    assize_str name;
    /** Its title; no text where none is stated. */
    assize_str title;
    /** Its documentation comment; no text where there is none. */
    assize_str docs;
    /** How many codes it has; their ids are 0 to that, less one. */
    uint32_t code_count;
    /** Whether its codes ascend. */
    bool ordered;
} assize_list_info;

/** A code of a list. */
typedef struct assize_code_info {
    /** Set by the caller: `sizeof(assize_code_info)`. */
    size_t struct_size;
    /** Its name. */
    assize_str name;
    /** Its title; no text where none is stated. */
    assize_str title;
    /** Its documentation comment; no text where there is none. */
    assize_str docs;
    /** How many texts stand for it in data; see `assize_rules_code_text`. */
    uint32_t text_count;
} assize_code_info;

/** A category. */
typedef struct assize_category_info {
    /** Set by the caller: `sizeof(assize_category_info)`. */
    size_t struct_size;
    /** Its name. */
    assize_str name;
    /** Its title; no text where none is stated. */
    assize_str title;
    /** Its documentation comment; no text where there is none. */
    assize_str docs;
    /** The record it is of. */
    uint32_t record;
    /** The list its value is of. */
    uint32_t list;
    /** How it chooses. */
    assize_hit hit;
    /** How many criteria it has; their ids are 0 to that, less one, in the order in which they are gone through. */
    uint32_t criterion_count;
} assize_category_info;

/** A criterion of a category. */
typedef struct assize_criterion_info {
    /** Set by the caller: `sizeof(assize_criterion_info)`. */
    size_t struct_size;
    /** Its name. */
    assize_str name;
    /** Its title; no text where none is stated. */
    assize_str title;
    /** Its documentation comment; no text where there is none. */
    assize_str docs;
    /** How its condition is written, its white space made single spaces. */
    assize_str text;
    /** The name of its file. */
    assize_str file;
    /** The line it begins on, from 1. */
    uint32_t line;
    /** The code that it gives, in the list of the category. */
    uint32_t code;
} assize_criterion_info;

/** A measure. */
typedef struct assize_measure_info {
    /** Set by the caller: `sizeof(assize_measure_info)`. */
    size_t struct_size;
    /** Its name. */
    assize_str name;
    /** Its title; no text where none is stated. */
    assize_str title;
    /** Its documentation comment; no text where there is none. */
    assize_str docs;
    /**
     * What it reports: `count`, `distinct`, `rate`, `ratio`, `sum`, `mean`, `percentile`, `approximate distinct`,
     * `approximate percentile`, `standardised rate`, `formula`.
     */
    assize_str form;
    /** The record it is of. */
    uint32_t record;
    /** How many breakdowns it has; see `assize_rules_measure_by`. */
    uint32_t by_count;
    /** Whether it is reported for each of several periods. */
    bool has_periods;
} assize_measure_info;

/** A parameter. */
typedef struct assize_parameter_info {
    /** Set by the caller: `sizeof(assize_parameter_info)`. */
    size_t struct_size;
    /** Its name. */
    assize_str name;
    /** Its title; no text where none is stated. */
    assize_str title;
    /** Its documentation comment; no text where there is none. */
    assize_str docs;
    /** The value it has: that of `assize_rules_with_parameter`, or else the one in the rules. */
    assize_str value;
    /** The value it has in the rules. */
    assize_str default_value;
    /** What it holds. */
    assize_type parameter_type;
    /** The list of its codes, of a code or codes; else `ASSIZE_NONE`. */
    uint32_t list;
} assize_parameter_info;

/** What a session needs to know. */
typedef struct assize_session_options {
    /** `sizeof(assize_session_options)`. */
    size_t struct_size;
    /** The evaluation date. It has no default. */
    assize_date as_of;
} assize_session_options;

/** What a category came to. */
typedef struct assize_outcome {
    /** Set by the caller: `sizeof(assize_outcome)`. */
    size_t struct_size;
    /** How certain it is. */
    assize_state state;
    /**
     * The code, in the list of the category: `ASSIZE_NO_CODE` when no code applies, `ASSIZE_NONE` when there is no value.
     * Of a category with `hit all`, the first of its codes.
     */
    uint32_t value;
    /** The first of its reasons: a criterion of the category, or `ASSIZE_NONE`. */
    uint32_t reason;
} assize_outcome;

/** A value that could not be read. */
typedef struct assize_fault {
    /** Set by the caller: `sizeof(assize_fault)`. */
    size_t struct_size;
    /** Its row: of the record itself 1, of children the how-manieth of their record in the input. */
    uint64_t row;
    /** The record it is of. */
    uint32_t record;
    /** The field it is of, or `ASSIZE_NONE`. */
    uint32_t field;
    /** Its stable code, such as `D0102`. */
    assize_str code;
    /** What is wrong, in one line. */
    assize_str message;
    /** The key of its row; no text where there is none, or none that could be read. */
    assize_str key;
} assize_fault;

/** What an evaluation needs to know. Zero stands for the default of every member but `as_of`. */
typedef struct assize_evaluation_options {
    /** `sizeof(assize_evaluation_options)`. */
    size_t struct_size;
    /** The evaluation date. It has no default. */
    assize_date as_of;
    /** Whether to leave out reasons, possible codes and missing fields: values and states alone are faster. Not 0 is yes. */
    int32_t no_reasons;
    /** Whether to count what each criterion did. It needs reasons. Not 0 is yes. */
    int32_t coverage;
    /** How many faults of each record's rows are listed, of those that are counted; 0 stands for 1000. */
    uint32_t errors_listed;
    /** How many threads work, the calling one among them, at most 256; 0 stands for 1. The results are the same. */
    uint32_t threads;
} assize_evaluation_options;

/**
 * Is told how many rows were worked out so far, on the thread that runs the evaluation. What it returns is 0 to go on;
 * anything else stops the evaluation. It must not throw or jump out, nor use the evaluation.
 */
typedef int32_t (*assize_progress)(void *context, uint64_t rows);

/** What a reload did, in counts of files. */
typedef struct assize_reload {
    /** Set by the caller: `sizeof(assize_reload)`. */
    size_t struct_size;
    /** Files of which something new is in force. */
    uint32_t loaded;
    /** Files that hold what they held. */
    uint32_t unchanged;
    /** Files that are gone. */
    uint32_t removed;
    /** Files whose content is not in force; what they held before stays. */
    uint32_t failed;
} assize_reload;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The number of the interface that this library has; compare it with `ASSIZE_ABI_VERSION`.
 *
 * It cannot fail. Since 0.1.
 */
uint32_t assize_abi_version(void);

/**
 * The version of the library, such as `0.1.0`.
 *
 * The text lasts as long as the library is loaded. It cannot fail. Since 0.1.
 */
assize_str assize_version(void);

/**
 * The name of a status in words, such as `not found`; `unknown` for a number that is none.
 *
 * The text lasts as long as the library is loaded. It cannot fail. Since 0.1.
 */
assize_str assize_status_name(uint32_t status);

/**
 * The word of a state, as results have it, such as `provisional`; empty for a number that is none.
 *
 * The text lasts as long as the library is loaded. It cannot fail. Since 0.1.
 */
assize_str assize_state_name(uint32_t state);

/**
 * The word of a reason, as the language has it, such as `not_answered`; empty for a number that is none.
 *
 * The text lasts as long as the library is loaded. It cannot fail. Since 0.1.
 */
assize_str assize_reason_name(uint32_t reason);

/**
 * The name of a type, as the language has it where it has one, such as `integer`; empty for a number that is none.
 *
 * The text lasts as long as the library is loaded. It cannot fail. Since 0.1.
 */
assize_str assize_type_name(uint32_t of);

/**
 * The text of an owned text.
 *
 * The result is lent until `text` is freed; of NULL it is no text. It cannot fail. Since 0.1.
 */
assize_str assize_text_str(const assize_text *text);

/**
 * Frees an owned text.
 *
 * NULL is taken and nothing is done. It cannot fail. Since 0.1.
 */
void assize_text_free(assize_text *text);

/**
 * The date so many days after 1970-01-01, which is how `assize_session_set_date_days` counts.
 *
 * `*days` is written. Errors: `ASSIZE_RANGE` for a date that does not exist; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_date_to_days(assize_date date, int32_t *days, assize_error **error);

/**
 * The date that is so many days after 1970-01-01.
 *
 * `*date` is written. Errors: `ASSIZE_RANGE` outside the years 1 to 9999; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_date_from_days(int32_t days, assize_date *date, assize_error **error);

/**
 * The status that the failed call returned.
 *
 * Of NULL it is `ASSIZE_OK`. It cannot fail. Since 0.1.
 */
assize_status assize_error_status(const assize_error *error);

/**
 * What went wrong, in one line.
 *
 * The text is lent until `error` is freed; of NULL it is no text. It cannot fail. Since 0.1.
 */
assize_str assize_error_message(const assize_error *error);

/**
 * The byte of the text given at which it stops being UTF-8, of an `ASSIZE_UTF8`; `SIZE_MAX` of any other error.
 *
 * Of NULL it is `SIZE_MAX`. It cannot fail. Since 0.1.
 */
size_t assize_error_offset(const assize_error *error);

/**
 * Everything that is wrong with the rules, of an `ASSIZE_RULES`.
 *
 * The list is lent until `error` is freed, and must not be freed itself; NULL where there is none, and of NULL. It
 * cannot fail. Since 0.1.
 */
const assize_diagnostics *assize_error_diagnostics(const assize_error *error);

/**
 * Frees an error, and the diagnostics it has.
 *
 * NULL is taken and nothing is done. It cannot fail. Since 0.1.
 */
void assize_error_free(assize_error *error);

/**
 * How many diagnostics there are.
 *
 * Of NULL there are none. It cannot fail. Since 0.1.
 */
size_t assize_diagnostics_count(const assize_diagnostics *list);

/**
 * A diagnostic by its number, from 0.
 *
 * `*out` is written; its texts are lent as long as the list is. Errors: `ASSIZE_NOT_FOUND` past the end;
 * `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_diagnostics_get(
    const assize_diagnostics *list,
    size_t index,
    assize_diagnostic *out,
    assize_error **error);

/**
 * All diagnostics as people read them, with the underlined source, without colours.
 *
 * `*out` is the caller's, to be freed with `assize_text_free`. Errors: `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_diagnostics_text(
    const assize_diagnostics *list,
    assize_text **out,
    assize_error **error);

/**
 * All diagnostics as a JSON array, with their labels, notes, help and fixes.
 *
 * `*out` is the caller's, to be freed with `assize_text_free`. Errors: `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_diagnostics_json(
    const assize_diagnostics *list,
    assize_text **out,
    assize_error **error);

/**
 * How many of the diagnostics are errors; the others are warnings.
 *
 * Of NULL there are none. It cannot fail. Since 0.1.
 */
size_t assize_diagnostics_error_count(const assize_diagnostics *list);

/**
 * Loads a rule file, and the files it imports, from disk.
 *
 * `*out` is the caller's, to be freed with `assize_rules_free`. Errors: `ASSIZE_IO` when a file cannot be read;
 * `ASSIZE_RULES`, with diagnostics, when the rules do not check; `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_load(
    const char *path,
    size_t path_length,
    assize_rules **out,
    assize_error **error);

/**
 * Loads several rule files as one rule set, and the files they import, from disk.
 *
 * `*out` is the caller's, to be freed with `assize_rules_free`. Errors: as `assize_rules_load`; `ASSIZE_ARGUMENT` also
 * when there are none. Since 0.1.
 */
assize_status assize_rules_load_files(
    const assize_str *paths,
    size_t count,
    assize_rules **out,
    assize_error **error);

/**
 * Compiles rules from one text. `name` stands for a file name in diagnostics. The text cannot import files.
 *
 * `*out` is the caller's, to be freed with `assize_rules_free`. Errors: `ASSIZE_RULES`, with diagnostics, when the rules
 * do not check; `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_compile(
    const char *name,
    size_t name_length,
    const char *source,
    size_t source_length,
    assize_rules **out,
    assize_error **error);

/**
 * Compiles rules from several texts, which may import each other by their names. Nothing is read from disk.
 *
 * `*out` is the caller's, to be freed with `assize_rules_free`. Errors: as `assize_rules_compile`; `ASSIZE_ARGUMENT` also
 * when there are none. Since 0.1.
 */
assize_status assize_rules_compile_files(
    const assize_source *files,
    size_t count,
    assize_rules **out,
    assize_error **error);

/**
 * A rule set that differs in the value of a parameter, read from text as a cell of its type is. The given rule set stays
 * as it is; both share what they have in common.
 *
 * `*out` is the caller's, to be freed with `assize_rules_free`. Errors: `ASSIZE_NOT_FOUND` when there is no such
 * parameter; `ASSIZE_RANGE` when it does not take the value; `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_with_parameter(
    const assize_rules *rules,
    const char *name,
    size_t name_length,
    const char *value,
    size_t value_length,
    assize_rules **out,
    assize_error **error);

/**
 * Another handle on the same rule set, which costs no more than the handle.
 *
 * `*out` is the caller's, to be freed with `assize_rules_free`. Errors: `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_clone(
    const assize_rules *rules,
    assize_rules **out,
    assize_error **error);

/**
 * Frees a rule set. Sessions, evaluations and results made from it stay as they are.
 *
 * NULL is taken and nothing is done. It cannot fail. Since 0.1.
 */
void assize_rules_free(assize_rules *rules);

/**
 * What is likely not meant, though the rules load.
 *
 * The list is lent until `rules` is freed, and must not be freed itself; NULL only of NULL. It cannot fail. Since 0.1.
 */
const assize_diagnostics *assize_rules_warnings(const assize_rules *rules);

/**
 * The header of a rule set: name, version, hash, and when it is in force.
 *
 * `*out` is written; its texts are lent until `rules` is freed. Errors: `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_info(
    const assize_rules *rules,
    assize_ruleset_info *out,
    assize_error **error);

/**
 * How many records there are; their ids are 0 to that, less one.
 *
 * Of NULL there are none. It cannot fail. Since 0.1.
 */
uint32_t assize_rules_record_count(const assize_rules *rules);

/**
 * A record.
 *
 * `*out` is written; its texts are lent until `rules` is freed. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_record(
    const assize_rules *rules,
    uint32_t record,
    assize_record_info *out,
    assize_error **error);

/**
 * The id of a record by its name.
 *
 * `*out` is written. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_find_record(
    const assize_rules *rules,
    const char *name,
    size_t name_length,
    uint32_t *out,
    assize_error **error);

/**
 * A field of a record.
 *
 * `*out` is written; its texts are lent until `rules` is freed. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_field(
    const assize_rules *rules,
    uint32_t record,
    uint32_t field,
    assize_field_info *out,
    assize_error **error);

/**
 * The id of a field by its name.
 *
 * `*out` is written. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_find_field(
    const assize_rules *rules,
    uint32_t record,
    const char *name,
    size_t name_length,
    uint32_t *out,
    assize_error **error);

/**
 * A heading by which a field is known in tables, by its number from 0.
 *
 * `*out` is written, and lent until `rules` is freed. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_field_heading(
    const assize_rules *rules,
    uint32_t record,
    uint32_t field,
    uint32_t index,
    assize_str *out,
    assize_error **error);

/**
 * How many code lists there are; their ids are 0 to that, less one.
 *
 * Of NULL there are none. It cannot fail. Since 0.1.
 */
uint32_t assize_rules_list_count(const assize_rules *rules);

/**
 * A code list.
 *
 * `*out` is written; its texts are lent until `rules` is freed. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_list(
    const assize_rules *rules,
    uint32_t list,
    assize_list_info *out,
    assize_error **error);

/**
 * The id of a code list by its name.
 *
 * `*out` is written. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_find_list(
    const assize_rules *rules,
    const char *name,
    size_t name_length,
    uint32_t *out,
    assize_error **error);

/**
 * A code of a list.
 *
 * `*out` is written; its texts are lent until `rules` is freed. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_code(
    const assize_rules *rules,
    uint32_t list,
    uint32_t code,
    assize_code_info *out,
    assize_error **error);

/**
 * The id of a code by its name.
 *
 * `*out` is written. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_find_code(
    const assize_rules *rules,
    uint32_t list,
    const char *name,
    size_t name_length,
    uint32_t *out,
    assize_error **error);

/**
 * A text that stands for a code in data, by its number from 0.
 *
 * `*out` is written, and lent until `rules` is freed. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_code_text(
    const assize_rules *rules,
    uint32_t list,
    uint32_t code,
    uint32_t index,
    assize_str *out,
    assize_error **error);

/**
 * How many categories there are; their ids are 0 to that, less one.
 *
 * Of NULL there are none. It cannot fail. Since 0.1.
 */
uint32_t assize_rules_category_count(const assize_rules *rules);

/**
 * A category.
 *
 * `*out` is written; its texts are lent until `rules` is freed. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_category(
    const assize_rules *rules,
    uint32_t category,
    assize_category_info *out,
    assize_error **error);

/**
 * The id of a category by its name.
 *
 * `*out` is written. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_find_category(
    const assize_rules *rules,
    const char *name,
    size_t name_length,
    uint32_t *out,
    assize_error **error);

/**
 * A criterion of a category.
 *
 * `*out` is written; its texts are lent until `rules` is freed. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_criterion(
    const assize_rules *rules,
    uint32_t category,
    uint32_t criterion,
    assize_criterion_info *out,
    assize_error **error);

/**
 * The id of a criterion of a category by its name.
 *
 * `*out` is written. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_find_criterion(
    const assize_rules *rules,
    uint32_t category,
    const char *name,
    size_t name_length,
    uint32_t *out,
    assize_error **error);

/**
 * How many measures there are; their ids are 0 to that, less one.
 *
 * Of NULL there are none. It cannot fail. Since 0.1.
 */
uint32_t assize_rules_measure_count(const assize_rules *rules);

/**
 * A measure.
 *
 * `*out` is written; its texts are lent until `rules` is freed. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_measure(
    const assize_rules *rules,
    uint32_t measure,
    assize_measure_info *out,
    assize_error **error);

/**
 * The id of a measure by its name.
 *
 * `*out` is written. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_find_measure(
    const assize_rules *rules,
    const char *name,
    size_t name_length,
    uint32_t *out,
    assize_error **error);

/**
 * The name of a breakdown of a measure, by its number from 0.
 *
 * `*out` is written, and lent until `rules` is freed. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_measure_by(
    const assize_rules *rules,
    uint32_t measure,
    uint32_t index,
    assize_str *out,
    assize_error **error);

/**
 * How many parameters there are; their ids are 0 to that, less one.
 *
 * Of NULL there are none. It cannot fail. Since 0.1.
 */
uint32_t assize_rules_parameter_count(const assize_rules *rules);

/**
 * A parameter.
 *
 * `*out` is written; its texts are lent until `rules` is freed. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_parameter(
    const assize_rules *rules,
    uint32_t parameter,
    assize_parameter_info *out,
    assize_error **error);

/**
 * The id of a parameter by its name.
 *
 * `*out` is written. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_find_parameter(
    const assize_rules *rules,
    const char *name,
    size_t name_length,
    uint32_t *out,
    assize_error **error);

/**
 * Everything a rule set takes and gives, as JSON Schema (2020-12): what the command `assize schema` writes.
 *
 * `*out` is the caller's, to be freed with `assize_text_free`. Errors: `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_schema_json(
    const assize_rules *rules,
    assize_text **out,
    assize_error **error);

/**
 * Runs the `test` blocks of a rule set, and tells what came of them as JSON: whether all passed, each test with what did
 * not come out as expected, and how the tests reached each criterion.
 *
 * `*out` is the caller's, to be freed with `assize_text_free`. Tests that fail are no error. Errors: `ASSIZE_ARGUMENT`.
 * Since 0.1.
 */
assize_status assize_rules_test_json(
    const assize_rules *rules,
    assize_text **out,
    assize_error **error);

/**
 * A session for a rule set, which it keeps.
 *
 * `*out` is the caller's, to be freed with `assize_session_free`. Errors: `ASSIZE_RANGE` when `as_of` is not a date;
 * `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_new(
    const assize_rules *rules,
    const assize_session_options *options,
    assize_session **out,
    assize_error **error);

/**
 * Frees a session. It must not be in use.
 *
 * NULL is taken and nothing is done. It cannot fail. Since 0.1.
 */
void assize_session_free(assize_session *session);

/**
 * Another handle on the rule set that a session keeps.
 *
 * `*out` is the caller's, to be freed with `assize_rules_free`. Errors: `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_rules(
    assize_session *session,
    assize_rules **out,
    assize_error **error);

/**
 * Takes another evaluation date. The record that was begun is forgotten.
 *
 * Errors: `ASSIZE_RANGE` when `as_of` is not a date; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_set_as_of(
    assize_session *session,
    assize_date as_of,
    assize_error **error);

/**
 * Begins a record: every field is missing, `unknown`, there are no children, and rows of earlier records end.
 *
 * Errors: `ASSIZE_NOT_FOUND` when there is no such record; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_begin(assize_session *session, uint32_t record, assize_error **error);

/**
 * Adds a child to a row by one of its `many` fields. The record itself is the row `ASSIZE_ROOT`.
 *
 * `*row` is written: the child's number, good until the next record begins. Errors: `ASSIZE_NOT_FOUND` when the row has
 * no such field; `ASSIZE_TYPE` when the field does not hold children; `ASSIZE_ORDER` when no record was begun or `parent`
 * is of an earlier one; `ASSIZE_RANGE` when there are more children than can be numbered; `ASSIZE_BUSY`;
 * `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_child(
    assize_session *session,
    uint32_t parent,
    uint32_t field,
    uint32_t *row,
    assize_error **error);

/**
 * Sets a boolean: 0 is no, anything else yes.
 *
 * Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds values of another
 * type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since
 * 0.1.
 */
assize_status assize_session_set_boolean(
    assize_session *session,
    uint32_t row,
    uint32_t field,
    int32_t value,
    assize_error **error);

/**
 * Sets an integer, or a range of integers to one value.
 *
 * Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds values of another
 * type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since
 * 0.1.
 */
assize_status assize_session_set_integer(
    assize_session *session,
    uint32_t row,
    uint32_t field,
    int64_t value,
    assize_error **error);

/**
 * Sets a decimal from text, such as `12.50`.
 *
 * The text is read before the call returns. Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE`
 * when the field holds values of another type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one;
 * `ASSIZE_DATA` when the text is not a decimal; `ASSIZE_RANGE` when it has more than 28 digits; `ASSIZE_UTF8`;
 * `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_set_decimal_text(
    assize_session *session,
    uint32_t row,
    uint32_t field,
    const char *value,
    size_t value_length,
    assize_error **error);

/**
 * Sets a decimal from a number and how many of its digits are behind the point: 1250 and 2 are `12.50`.
 *
 * Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds values of another
 * type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_RANGE` when `scale` is more
 * than 28; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_set_decimal_scaled(
    assize_session *session,
    uint32_t row,
    uint32_t field,
    int64_t coefficient,
    uint32_t scale,
    assize_error **error);

/**
 * Sets a date, as days after 1970-01-01.
 *
 * Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds values of another
 * type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_RANGE` outside the years 1 to
 * 9999; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_set_date_days(
    assize_session *session,
    uint32_t row,
    uint32_t field,
    int32_t days,
    assize_error **error);

/**
 * Sets a date by year, month and day.
 *
 * Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds values of another
 * type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_RANGE` when there is no such
 * date; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_set_date_ymd(
    assize_session *session,
    uint32_t row,
    uint32_t field,
    int32_t year,
    uint32_t month,
    uint32_t day,
    assize_error **error);

/**
 * Sets a time of day, as microseconds after midnight.
 *
 * Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds values of another
 * type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_RANGE` when a day has no such
 * time; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_set_time(
    assize_session *session,
    uint32_t row,
    uint32_t field,
    int64_t microseconds,
    assize_error **error);

/**
 * Sets an instant, as microseconds after 1970-01-01T00:00:00Z.
 *
 * Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds values of another
 * type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_RANGE` outside the years 1 to
 * 9999; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_set_datetime(
    assize_session *session,
    uint32_t row,
    uint32_t field,
    int64_t microseconds,
    assize_error **error);

/**
 * Sets a duration by the calendar, in months and days.
 *
 * Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds values of another
 * type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since
 * 0.1.
 */
assize_status assize_session_set_duration_calendar(
    assize_session *session,
    uint32_t row,
    uint32_t field,
    int32_t months,
    int32_t days,
    assize_error **error);

/**
 * Sets a duration by the clock, in microseconds.
 *
 * Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds values of another
 * type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since
 * 0.1.
 */
assize_status assize_session_set_duration_clock(
    assize_session *session,
    uint32_t row,
    uint32_t field,
    int64_t microseconds,
    assize_error **error);

/**
 * Sets a code by its id in the field's list; see `assize_rules_find_code`.
 *
 * `ASSIZE_NOT_FOUND` also stands for a code that the list does not have. Errors: `ASSIZE_NOT_FOUND` when the row has
 * no such field; `ASSIZE_TYPE` when the field holds values of another type; `ASSIZE_ORDER` when no record was begun or
 * `row` is of an earlier one; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_set_code(
    assize_session *session,
    uint32_t row,
    uint32_t field,
    uint32_t code,
    assize_error **error);

/**
 * Sets a code by its name in the rules. Texts that stand for it in data are read by `assize_session_set_cell`.
 *
 * `ASSIZE_NOT_FOUND` also stands for a code that the list does not have. Errors: `ASSIZE_NOT_FOUND` when the row has
 * no such field; `ASSIZE_TYPE` when the field holds values of another type; `ASSIZE_ORDER` when no record was begun or
 * `row` is of an earlier one; `ASSIZE_UTF8`; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_set_code_name(
    assize_session *session,
    uint32_t row,
    uint32_t field,
    const char *value,
    size_t value_length,
    assize_error **error);

/**
 * Sets a text, as it is.
 *
 * The text is copied. Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds
 * values of another type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_UTF8`;
 * `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_set_text(
    assize_session *session,
    uint32_t row,
    uint32_t field,
    const char *value,
    size_t value_length,
    assize_error **error);

/**
 * Sets a set of codes by their ids, in any order.
 *
 * The array is read before the call returns. `ASSIZE_NOT_FOUND` also stands for a code that the list does not have.
 * Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds values of another
 * type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since
 * 0.1.
 */
assize_status assize_session_set_codes(
    assize_session *session,
    uint32_t row,
    uint32_t field,
    const uint32_t *codes,
    size_t count,
    assize_error **error);

/**
 * Sets a set of texts, in any order.
 *
 * The texts are copied. Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds
 * values of another type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_UTF8`;
 * `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_set_texts(
    assize_session *session,
    uint32_t row,
    uint32_t field,
    const assize_str *texts,
    size_t count,
    assize_error **error);

/**
 * Sets a range of integers, both ends included; NULL is an open end. With both open the field is missing, `unknown`.
 *
 * The ends are read before the call returns. Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE`
 * when the field holds values of another type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one;
 * `ASSIZE_RANGE` when the lower end is above the upper one; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_set_integer_range(
    assize_session *session,
    uint32_t row,
    uint32_t field,
    const int64_t *lower,
    const int64_t *upper,
    assize_error **error);

/**
 * Sets a range of decimals from text, both ends included; an empty text is an open end. With both open the field is
 * missing, `unknown`.
 *
 * The texts are read before the call returns. Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE`
 * when the field holds values of another type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one;
 * `ASSIZE_DATA` when a text is not a decimal; `ASSIZE_RANGE` when the lower end is above the upper one, or an end has
 * more than 28 digits; `ASSIZE_UTF8`; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_set_decimal_range(
    assize_session *session,
    uint32_t row,
    uint32_t field,
    const char *lower,
    size_t lower_length,
    const char *upper,
    size_t upper_length,
    assize_error **error);

/**
 * Leaves a field missing, for an `assize_reason`. A required one is then a fault of the record.
 *
 * Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds values of another
 * type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since
 * 0.1.
 */
assize_status assize_session_set_missing(
    assize_session *session,
    uint32_t row,
    uint32_t field,
    uint32_t reason,
    assize_error **error);

/**
 * Marks a field as one that could not be read, which is a fault of the record.
 *
 * Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds values of another
 * type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since
 * 0.1.
 */
assize_status assize_session_set_unreadable(
    assize_session *session,
    uint32_t row,
    uint32_t field,
    assize_error **error);

/**
 * Sets a field from text, read as a cell of a table is: with the texts that stand for codes and for missing values,
 * and in the formats of the reference.
 *
 * A cell that cannot be read leaves the field unreadable, which is a fault of the record, as it is in a table; the
 * fault is listed, see `assize_session_fault`. Errors: `ASSIZE_NOT_FOUND` when the row has no such field;
 * `ASSIZE_TYPE` when the field holds values of another type; `ASSIZE_ORDER` when no record was begun or `row` is of an
 * earlier one; `ASSIZE_DATA` when the cell cannot be read; `ASSIZE_UTF8`; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_set_cell(
    assize_session *session,
    uint32_t row,
    uint32_t field,
    const char *value,
    size_t value_length,
    assize_error **error);

/**
 * Begins a record and fills it from a JSON object, its children nested as arrays of objects. Members are known by the
 * headings of their fields, as in a JSON Lines file.
 *
 * What cannot be read is a fault of the record, as it is in a table: the faults are listed, see `assize_session_fault`, and
 * outcomes of the record are errors. Errors: `ASSIZE_DATA` when the text is not a JSON object, or a member cannot be read;
 * `ASSIZE_NOT_FOUND` when there is no such record, and only then none is begun; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_set_json(
    assize_session *session,
    uint32_t record,
    const char *json,
    size_t json_length,
    assize_error **error);

/**
 * Evaluates a category of the record that was begun.
 *
 * `*out` is written, and getters are about this outcome until the record changes or another category is evaluated.
 * Errors: `ASSIZE_NOT_FOUND` when there is no such category; `ASSIZE_ORDER` when no record was begun; `ASSIZE_TYPE` when
 * the category is of another record; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_evaluate(
    assize_session *session,
    uint32_t category,
    assize_outcome *out,
    assize_error **error);

/**
 * The name of the value of the last outcome: of its code, or `none`; no text where there is no value. Of a category with
 * `hit all`, of the first of its codes.
 *
 * `*out` is written, and lent until the session is freed. Errors: `ASSIZE_ORDER` when nothing was evaluated since the
 * record changed; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_value_name(
    assize_session *session,
    assize_str *out,
    assize_error **error);

/**
 * The names of the codes of the last outcome: one where there is a value, any number under `hit all`, none where there
 * is no value.
 *
 * `*items` and `*count` are written; the array is lent until the session is next used other than by getters. Errors:
 * `ASSIZE_ORDER` when nothing was evaluated since the record changed; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_values(
    assize_session *session,
    const assize_str **items,
    size_t *count,
    assize_error **error);

/**
 * The names of the true criteria behind the value of the last outcome, in the order of the rules.
 *
 * `*items` and `*count` are written; the array is lent until the session is next used other than by getters. Errors:
 * `ASSIZE_ORDER` when nothing was evaluated since the record changed; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_because(
    assize_session *session,
    const assize_str **items,
    size_t *count,
    assize_error **error);

/**
 * The ids of the true criteria behind the value of the last outcome, in the order of the rules.
 *
 * `*items` and `*count` are written; the array is lent until the session is next used other than by getters. Errors:
 * `ASSIZE_ORDER` when nothing was evaluated since the record changed; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_because_ids(
    assize_session *session,
    const uint32_t **items,
    size_t *count,
    assize_error **error);

/**
 * The names of the codes that the last outcome could still be, in declared order, `none` last; of a decided one, its
 * value.
 *
 * `*items` and `*count` are written; the array is lent until the session is next used other than by getters. Errors:
 * `ASSIZE_ORDER` when nothing was evaluated since the record changed; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_possible(
    assize_session *session,
    const assize_str **items,
    size_t *count,
    assize_error **error);

/**
 * The ids of the codes that the last outcome could still be, in declared order, `ASSIZE_NO_CODE` last.
 *
 * `*items` and `*count` are written; the array is lent until the session is next used other than by getters. Errors:
 * `ASSIZE_ORDER` when nothing was evaluated since the record changed; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_possible_ids(
    assize_session *session,
    const uint32_t **items,
    size_t *count,
    assize_error **error);

/**
 * The names of the missing fields that could change the last outcome, such as `felon` or `charges.weapon`, in the order
 * in which the rules read them.
 *
 * `*items` and `*count` are written; the array is lent until the session is next used other than by getters. Errors:
 * `ASSIZE_ORDER` when nothing was evaluated since the record changed; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_missing(
    assize_session *session,
    const assize_str **items,
    size_t *count,
    assize_error **error);

/**
 * What went wrong, of a last outcome whose state is `ASSIZE_ERROR`; no text of any other.
 *
 * `*out` is written, and lent until the session is next used other than by getters. Errors: `ASSIZE_ORDER` when nothing
 * was evaluated since the record changed; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_outcome_error(
    assize_session *session,
    assize_str *out,
    assize_error **error);

/**
 * Evaluates a category, and gives its outcome as JSON: the object that a whole result has for the record.
 *
 * `key` is what stands for the record in the object; where it is empty, its own key does, or `1` of a record without. It
 * is without blanks. `*out` is written, and lent until the session is next used other than by getters. Errors: as `assize_session_evaluate`; `ASSIZE_UTF8`. Since 0.1.
 */
assize_status assize_session_outcome_json(
    assize_session *session,
    uint32_t category,
    const char *key,
    size_t key_length,
    assize_str *out,
    assize_error **error);

/**
 * How many values of the record that was begun could not be read by `assize_session_set_cell` and
 * `assize_session_set_json`.
 *
 * Of NULL, and of a session that is in use, there are none. It cannot fail. Since 0.1.
 */
size_t assize_session_fault_count(assize_session *session);

/**
 * A value that could not be read, by its number from 0.
 *
 * `*out` is written; its texts are lent until the next record begins. Errors: `ASSIZE_NOT_FOUND` past the end;
 * `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_session_fault(
    assize_session *session,
    size_t index,
    assize_fault *out,
    assize_error **error);

/**
 * Explains the outcome of a category of the record that was begun, for people: which criterion decided, what was read,
 * what is missing and what it could change.
 *
 * `key` is what stands for the record in the text; where it is empty, its own key does. `*out` is the caller's, to be freed with `assize_text_free`. Errors:
 * as `assize_session_evaluate`; `ASSIZE_UTF8`. Since 0.1.
 */
assize_status assize_session_explain_text(
    assize_session *session,
    uint32_t category,
    const char *key,
    size_t key_length,
    assize_text **out,
    assize_error **error);

/**
 * Explains the outcome of a category of the record that was begun, as JSON.
 *
 * `key` is what stands for the record in the object; where it is empty, its own key does. `*out` is the caller's, to be freed with `assize_text_free`.
 * Errors: as `assize_session_evaluate`; `ASSIZE_UTF8`. Since 0.1.
 */
assize_status assize_session_explain_json(
    assize_session *session,
    uint32_t category,
    const char *key,
    size_t key_length,
    assize_text **out,
    assize_error **error);

/**
 * An evaluation of a rule set, which it keeps.
 *
 * `*out` is the caller's, to be freed with `assize_evaluation_free`. Errors: `ASSIZE_RANGE` when `as_of` is not a date;
 * `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_evaluation_new(
    const assize_rules *rules,
    const assize_evaluation_options *options,
    assize_evaluation **out,
    assize_error **error);

/**
 * Frees an evaluation, whether or not it was run, and releases the Arrow structs it has taken over. It must not be in
 * use.
 *
 * NULL is taken and nothing is done. It cannot fail. Since 0.1.
 */
void assize_evaluation_free(assize_evaluation *evaluation);

/**
 * Sets a parameter for this evaluation, its value read from text as a cell of its type is.
 *
 * The texts are read before the call returns. Errors: `ASSIZE_NOT_FOUND` when there is no such parameter; `ASSIZE_RANGE`
 * when it does not take the value; `ASSIZE_UTF8`; `ASSIZE_ORDER` after the run; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since
 * 0.1.
 */
assize_status assize_evaluation_set_parameter(
    assize_evaluation *evaluation,
    const char *name,
    size_t name_length,
    const char *value,
    size_t value_length,
    assize_error **error);

/**
 * Takes the rows of a record from a file, whose name's ending tells its format: `.csv`, `.tsv`, `.jsonl`, and `.parquet`
 * where the library was built with it. The file is opened by the run.
 *
 * The path is read before the call returns. Errors: `ASSIZE_NOT_FOUND` when there is no such record; `ASSIZE_ORDER` when
 * it has its rows already, or after the run; `ASSIZE_UTF8`; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_evaluation_data_path(
    assize_evaluation *evaluation,
    uint32_t record,
    const char *path,
    size_t path_length,
    assize_error **error);

/**
 * Takes the rows of a record from the content of a file that is in memory. `format` is `csv`, `tsv`, `jsonl` or
 * `parquet`.
 *
 * The content is copied. Errors: `ASSIZE_NOT_FOUND` when there is no such record or format; `ASSIZE_ORDER` when the record
 * has its rows already, or after the run; `ASSIZE_UTF8` of `format`; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_evaluation_data_bytes(
    assize_evaluation *evaluation,
    uint32_t record,
    const char *format,
    size_t format_length,
    const char *content,
    size_t content_length,
    assize_error **error);

/**
 * Takes the rows of a record from an Arrow stream of struct arrays. It is read by the run, a batch at a time, and nothing
 * is copied.
 *
 * The stream is taken over: the caller's struct is marked as released, also on failure, save `ASSIZE_BUSY` and where
 * `evaluation` is NULL. Errors: `ASSIZE_ARGUMENT`, also when the stream was released before; `ASSIZE_DATA` when its schema is
 * not one of columns; `ASSIZE_NOT_FOUND` when there is no such record; `ASSIZE_ORDER` when the record has its rows already,
 * or after the run; `ASSIZE_BUSY`. Since 0.1.
 */
assize_status assize_evaluation_data_stream(
    assize_evaluation *evaluation,
    uint32_t record,
    struct ArrowArrayStream *stream,
    assize_error **error);

/**
 * Takes the rows of a record from one Arrow struct array, whose children are the columns. Nothing is copied.
 *
 * Both structs are taken over: the caller's are marked as released, also on failure, save `ASSIZE_BUSY` and where
 * `evaluation` is NULL. Errors: as `assize_evaluation_data_stream`; `ASSIZE_DATA` also when the array is not as its schema
 * says. Since 0.1.
 */
assize_status assize_evaluation_data_array(
    assize_evaluation *evaluation,
    uint32_t record,
    struct ArrowSchema *schema,
    struct ArrowArray *array,
    assize_error **error);

/**
 * Restricts the evaluation to this category or measure, and to the others that this was called with.
 *
 * The name is read before the call returns. Errors: `ASSIZE_NOT_FOUND` when there is no such category or measure;
 * `ASSIZE_UTF8`; `ASSIZE_ORDER` after the run; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_evaluation_only(
    assize_evaluation *evaluation,
    const char *name,
    size_t name_length,
    assize_error **error);

/**
 * Lists the records of a measure in the results, each with the stage it ended in and its breakdown.
 *
 * The name is read before the call returns. Errors: `ASSIZE_NOT_FOUND` when there is no such measure; `ASSIZE_UTF8`;
 * `ASSIZE_ORDER` after the run; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_evaluation_members(
    assize_evaluation *evaluation,
    const char *measure,
    size_t measure_length,
    assize_error **error);

/**
 * Has a function told how many rows were worked out so far, a batch at a time; it may stop the run.
 *
 * `context` is handed to the function as it is, and must last until the run has ended. Errors: `ASSIZE_ORDER` after the
 * run; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_evaluation_progress(
    assize_evaluation *evaluation,
    assize_progress progress,
    void *context,
    assize_error **error);

/**
 * Reads the data and works everything out. An evaluation runs once, also when that fails; the handle stays to be freed.
 *
 * `*out` is the caller's, to be freed with `assize_results_free`. Faults of single rows are in the results. Errors:
 * `ASSIZE_DATA` when data that are needed were not given, cannot be read, or lack a column; `ASSIZE_NOT_FOUND` when there is
 * nothing to evaluate; `ASSIZE_STOPPED` when the progress function asked for it; `ASSIZE_ORDER` when it was run before;
 * `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_evaluation_run(
    assize_evaluation *evaluation,
    assize_results **out,
    assize_error **error);

/**
 * Reads the data, which are a part of the whole, and counts the measures over it: see `assize_partial`. An evaluation runs
 * once, as by `assize_evaluation_run`.
 *
 * `*out` is the caller's, to be freed with `assize_partial_free`. Errors: as `assize_evaluation_run`; `ASSIZE_NOT_FOUND` also
 * when there is no measure, or a category or members were asked for. Since 0.1.
 */
assize_status assize_evaluation_partial(
    assize_evaluation *evaluation,
    assize_partial **out,
    assize_error **error);

/**
 * Runs the evaluation for the record of a key, and explains its outcome for people. With an empty `category`, all of the
 * record's categories are explained.
 *
 * `*out` is the caller's, to be freed with `assize_text_free`. Errors: as `assize_evaluation_run`; `ASSIZE_NOT_FOUND` also
 * when there is no such category, or no record of that key; `ASSIZE_UTF8`. Since 0.1.
 */
assize_status assize_evaluation_explain_text(
    assize_evaluation *evaluation,
    const char *key,
    size_t key_length,
    const char *category,
    size_t category_length,
    assize_text **out,
    assize_error **error);

/**
 * Runs the evaluation for the record of a key, and explains its outcome as JSON: an array of one object a category. With
 * an empty `category`, all of the record's categories are explained.
 *
 * `*out` is the caller's, to be freed with `assize_text_free`. Errors: as `assize_evaluation_explain_text`. Since 0.1.
 */
assize_status assize_evaluation_explain_json(
    assize_evaluation *evaluation,
    const char *key,
    size_t key_length,
    const char *category,
    size_t category_length,
    assize_text **out,
    assize_error **error);

/**
 * Evaluates in one call: a request in JSON, the results in JSON.
 *
 * The request is `{"as_of": "2026-06-01", "parameters": {…}, "only": […], "reasons": true, "coverage": false,
 * "exact": false, "members": "NAME", "records": {"NAME": [{…}, …], …}}`; all but `as_of` and `records` may be left out.
 * The rows of a record are objects, with their children nested or in lists of their own. The results are the object that
 * the command `assize run --format json` writes. `*out` is the caller's, to be freed with `assize_text_free`. Faults of
 * single rows are in the results. Errors: `ASSIZE_ARGUMENT` when the request is not such an object, or asks for what the
 * rules do not have, and the message names the member; `ASSIZE_DATA` when data that are needed are not there; `ASSIZE_UTF8`.
 * Since 0.1.
 */
assize_status assize_evaluate_json(
    const assize_rules *rules,
    const char *request,
    size_t request_length,
    assize_text **out,
    assize_error **error);

/**
 * Frees results. Streams made from them stay as they are.
 *
 * NULL is taken and nothing is done. It cannot fail. Since 0.1.
 */
void assize_results_free(assize_results *results);

/**
 * Everything as JSON: the object that the command `assize run --format json` writes. With `exact` not 0, measures also
 * have their value unrounded.
 *
 * `*out` is the caller's, to be freed with `assize_text_free`. Errors: `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_results_json(
    const assize_results *results,
    int32_t exact,
    assize_text **out,
    assize_error **error);

/**
 * Whether any row of the data has a fault; no of NULL.
 *
 * It cannot fail. Since 0.1.
 */
bool assize_results_has_record_errors(const assize_results *results);

/**
 * How many rows of a record were read, and how many faults they have.
 *
 * `*rows` and `*faults` are written; both are 0 of a record that was given no rows. Errors: `ASSIZE_NOT_FOUND` when there is
 * no such record; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_results_read(
    const assize_results *results,
    uint32_t record,
    uint64_t *rows,
    uint64_t *faults,
    assize_error **error);

/**
 * The outcomes of a category as an Arrow stream: `key`, `value`, `state`, and with reasons `because`, `possible` and
 * `missing`, then `error`. Batches are made when they are asked for.
 *
 * `*out` is the caller's, to be released by its own `release`; what stood there before is not released. Errors:
 * `ASSIZE_NOT_FOUND` when the results do not have the category; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_results_category_stream(
    const assize_results *results,
    uint32_t category,
    struct ArrowArrayStream *out,
    assize_error **error);

/**
 * The rows of a measure as an Arrow stream.
 *
 * `*out` is the caller's, to be released by its own `release`; what stood there before is not released. Errors:
 * `ASSIZE_NOT_FOUND` when the results do not have the measure; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_results_measure_stream(
    const assize_results *results,
    uint32_t measure,
    struct ArrowArrayStream *out,
    assize_error **error);

/**
 * The points of a measure's charts as an Arrow stream: the breakdowns, the period, `chart`, `phase`, `value`, `centre`, the
 * ends of each level's limits, `left_out`, `flags` and `because`.
 *
 * `*out` is the caller's, to be released by its own `release`; what stood there before is not released. Errors:
 * `ASSIZE_NOT_FOUND` when the results do not have the measure, or it asks for no chart; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_results_charts_stream(
    const assize_results *results,
    uint32_t measure,
    struct ArrowArrayStream *out,
    assize_error **error);

/**
 * The groups of an audit as an Arrow stream, all groups together last: the breakdowns, `all`, the period, `state`, the
 * counts, the shares in percent with `NAME_lower` and `NAME_upper`, `auc`, and what was expected where the audit says so.
 *
 * `*out` is the caller's, to be released by its own `release`; what stood there before is not released. Errors:
 * `ASSIZE_NOT_FOUND` when the results do not have the measure, or it is no audit; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_results_audit_stream(
    const assize_results *results,
    uint32_t measure,
    struct ArrowArrayStream *out,
    assize_error **error);

/**
 * What was found for each indicator as an Arrow stream: `indicator`, `title`, `evidence`, the facets, `source`,
 * `collected`, `owner`, `method`, `state`, `value`, `lower`, `upper`, `answers`, `level`, `possible`, the score out of 100
 * `at_least` and `at_most`, `target`, `because`. No rows where the rules have no indicator.
 *
 * `*out` is the caller's, to be released by its own `release`; what stood there before is not released. Errors:
 * `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_results_indicators_stream(
    const assize_results *results,
    struct ArrowArrayStream *out,
    assize_error **error);

/**
 * What evaluations come to as an Arrow stream: `evaluation`, `objective` (none for the whole, which stands before its
 * objectives), `title`, `weight`, `level`, `at_least`, `at_most`, `because`, `known`, `indicators`.
 *
 * `*out` is the caller's, to be released by its own `release`; what stood there before is not released. Errors:
 * `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_results_evaluations_stream(
    const assize_results *results,
    struct ArrowArrayStream *out,
    assize_error **error);

/**
 * The evaluation matrix as an Arrow stream: `evaluation`, `objective`, `question`, `criterion`, `indicator`, `source`,
 * `method`, `frequency`, `responsible`, `collected`.
 *
 * `*out` is the caller's, to be released by its own `release`; what stood there before is not released. Errors:
 * `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_results_matrix_stream(
    const assize_results *results,
    struct ArrowArrayStream *out,
    assize_error **error);

/**
 * The faults of the data's rows as an Arrow stream: `record`, `row`, `key`, `field`, `code`, `message`.
 *
 * `*out` is the caller's, to be released by its own `release`; what stood there before is not released. Errors:
 * `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_results_errors_stream(
    const assize_results *results,
    struct ArrowArrayStream *out,
    assize_error **error);

/**
 * The records of the measure that `assize_evaluation_members` asked for as an Arrow stream: `key`, `stage`, the breakdowns,
 * each with its `NAME__missing`, and `period`.
 *
 * `*out` is the caller's, to be released by its own `release`; what stood there before is not released. Errors:
 * `ASSIZE_NOT_FOUND` when no members were asked for; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_results_members_stream(
    const assize_results *results,
    struct ArrowArrayStream *out,
    assize_error **error);

/**
 * Counts in one call: a request in JSON, as `assize_evaluate_json` takes it, over a part of the data.
 *
 * `*out` is the caller's, to be freed with `assize_partial_free`. Errors: as `assize_evaluate_json`; `ASSIZE_ARGUMENT` also
 * when there is no measure, or the request asks for a category or for members. Since 0.1.
 */
assize_status assize_partial_json(
    const assize_rules *rules,
    const char *request,
    size_t request_length,
    assize_partial **out,
    assize_error **error);

/**
 * Reads the bytes that `assize_partial_bytes` gave, of the same rules. The parameters are those of the run, whatever the
 * rules start from.
 *
 * The bytes are copied. `*out` is the caller's, to be freed with `assize_partial_free`. Errors: `ASSIZE_DATA` when the bytes
 * are no partial results, of another version, not complete or damaged; `ASSIZE_ARGUMENT`, also when they are of other rules.
 * Since 0.1.
 */
assize_status assize_partial_read(
    const assize_rules *rules,
    const char *data,
    size_t data_length,
    assize_partial **out,
    assize_error **error);

/**
 * Puts the partial results of `count` parts together.
 *
 * The parts stay as they are. `*out` is the caller's, to be freed with `assize_partial_free`. Errors: `ASSIZE_ARGUMENT`, also
 * when there are no parts, one of them is NULL, or they are of different rules, dates, parameters or measures;
 * `ASSIZE_DATA` when a measure would have too many rows. Since 0.1.
 */
assize_status assize_partial_merge(
    const assize_partial *const *parts,
    size_t count,
    assize_partial **out,
    assize_error **error);

/**
 * The bytes: the same for the same content, in whatever order it was counted and merged.
 *
 * `*data` is lent until `partial` is freed. Errors: `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_partial_bytes(
    const assize_partial *partial,
    const char **data,
    size_t *data_length,
    assize_error **error);

/**
 * The results of what was counted: the measures, as an evaluation of the same data gives them. They have no categories,
 * and faults of rows are counted and not listed.
 *
 * `*out` is the caller's, to be freed with `assize_results_free`. Errors: `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_partial_finish(
    const assize_partial *partial,
    assize_results **out,
    assize_error **error);

/**
 * Frees partial results. Results made from them stay as they are.
 *
 * NULL is taken and nothing is done. It cannot fail. Since 0.1.
 */
void assize_partial_free(assize_partial *partial);

/**
 * What two rule sets declare differently, for people. With `all` not 0, changes of wording are listed too; otherwise they
 * are counted.
 *
 * `*out` is the caller's, to be freed with `assize_text_free`. Errors: `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_changes_text(
    const assize_rules *old,
    const assize_rules *new_,
    int32_t all,
    assize_text **out,
    assize_error **error);

/**
 * What two rule sets declare differently, as JSON: what the command `assize compare --format json` writes without data.
 *
 * `*out` is the caller's, to be freed with `assize_text_free`. Errors: `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_rules_changes_json(
    const assize_rules *old,
    const assize_rules *new_,
    assize_text **out,
    assize_error **error);

/**
 * Who moves where between results by older and by newer rules over the same data, and what the measures do, for people.
 * With `all` not 0, what stayed is shown too. Each move has up to `examples` keys.
 *
 * `*out` is the caller's, to be freed with `assize_text_free`. Errors: `ASSIZE_DATA` when the results are not of the same
 * data; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_results_compare_text(
    const assize_results *old,
    const assize_results *new_,
    uint32_t examples,
    int32_t all,
    assize_text **out,
    assize_error **error);

/**
 * Who moves where between results by older and by newer rules over the same data, and what the measures do, as JSON: what
 * the command `assize compare --format json` writes. Each move has up to `examples` keys.
 *
 * `*out` is the caller's, to be freed with `assize_text_free`. Errors: `ASSIZE_DATA` when the results are not of the same
 * data; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_results_compare_json(
    const assize_results *old,
    const assize_results *new_,
    uint32_t examples,
    assize_text **out,
    assize_error **error);

/**
 * Opens a folder and loads its rule files, those that end in `.assize`. Files that do not check do not keep it from
 * opening; see `assize_store_fault`.
 *
 * `*out` is the caller's, to be freed with `assize_store_free`. Errors: `ASSIZE_IO` when the folder cannot be read;
 * `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_store_open(
    const char *folder,
    size_t folder_length,
    assize_store **out,
    assize_error **error);

/**
 * Frees a store. Rule sets that came from it stay as they are.
 *
 * NULL is taken and nothing is done. It cannot fail. Since 0.1.
 */
void assize_store_free(assize_store *store);

/**
 * Looks at the folder again. New content is checked first; where it does not check, what the file held before stays in
 * force. Rule sets that were asked for before do not change.
 *
 * `*counts` is written, and `*report`, which is JSON, is the caller's, to be freed with `assize_text_free`; either may be
 * NULL where it is not wanted. Errors: `ASSIZE_ARGUMENT`; files that cannot be taken are none. Since 0.1.
 */
assize_status assize_store_reload(
    const assize_store *store,
    assize_reload *counts,
    assize_text **report,
    assize_error **error);

/**
 * The rules in force on a day. `name` may be empty where the folder has one rule set.
 *
 * `*out` is the caller's, to be freed with `assize_rules_free`; it stays as it is through later reloads. Errors:
 * `ASSIZE_NOT_FOUND` when there is no such rule set, none is in force on the day, or which one cannot be told;
 * `ASSIZE_RANGE` when `as_of` is not a date; `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_store_rules(
    const assize_store *store,
    const char *name,
    size_t name_length,
    assize_date as_of,
    assize_rules **out,
    assize_error **error);

/**
 * How many files have content that is not in force.
 *
 * Another thread's reload may change that before the next call. Of NULL there are none. It cannot fail. Since 0.1.
 */
size_t assize_store_fault_count(const assize_store *store);

/**
 * Why the content of a file is not in force, by its number from 0.
 *
 * `*path` and `*fault` are the caller's, to be freed with `assize_text_free` and `assize_error_free`. The fault has the
 * status that loading the file alone would have: `ASSIZE_RULES` with diagnostics, `ASSIZE_IO`, or `ASSIZE_RULES` without where
 * two files claim the same day. Errors: `ASSIZE_NOT_FOUND` past the end; `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_store_fault(
    const assize_store *store,
    size_t index,
    assize_text **path,
    assize_error **fault,
    assize_error **error);

/**
 * The versions that the store has, as a JSON array: name, version, hash, effective dates, path, and how each stands:
 * `current`, `kept` (its file now holds something that cannot be taken) or `clash`.
 *
 * `*out` is the caller's, to be freed with `assize_text_free`. Errors: `ASSIZE_ARGUMENT`. Since 0.1.
 */
assize_status assize_store_versions_json(
    const assize_store *store,
    assize_text **out,
    assize_error **error);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* ASSIZE_H */
