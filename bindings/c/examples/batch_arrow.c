/* A table: columns handed over by the Arrow C Data Interface without a copy, results read as an Arrow stream.
 *
 * No Arrow library is needed: the structs are filled by hand, and read by hand.
 *
 * cc batch_arrow.c -lassize && ./a.out rules/levels.assize
 */

#include <assize.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 5, COLUMNS = 4 };

/* The table. A bit of a validity bitmap says whether there is a value, the lowest bit first. */
static const int32_t id_ends[ROWS + 1] = {0, 2, 4, 6, 8, 10};
static const char ids[] = "P1P2P3P4P5";
static const uint8_t armed[] = {0x01};       /* yes no  no ?  no */
static const uint8_t armed_valid[] = {0x17}; /* the fourth is not known */
static const int64_t charges[ROWS] = {0, 4, 1, 1, 0};
static const int64_t calls[ROWS] = {2, 0, 0, 3, 0};
static const uint8_t calls_valid[] = {0x0f}; /* the fifth is not known */

static void check(assize_status status, assize_error **error) {
    if (status != ASSIZE_OK) {
        fprintf(stderr, "%s\n", assize_error_message(*error).data);
        assize_error_free(*error);
        exit(EXIT_FAILURE);
    }
}

static void *allocate(size_t count, size_t size) {
    void *made = calloc(count, size);
    if (made == NULL) {
        fprintf(stderr, "out of memory\n");
        exit(EXIT_FAILURE);
    }
    return made;
}

/* What is allocated below is released here: the children first, then the struct's own arrays. */
static void release_schema(struct ArrowSchema *schema) {
    for (int64_t at = 0; at < schema->n_children; at++) {
        struct ArrowSchema *child = schema->children[at];
        if (child->release != NULL) {
            child->release(child);
        }
        free(child);
    }
    free(schema->children);
    schema->release = NULL;
}

static void release_array(struct ArrowArray *array) {
    for (int64_t at = 0; at < array->n_children; at++) {
        struct ArrowArray *child = array->children[at];
        if (child->release != NULL) {
            child->release(child);
        }
        free(child);
    }
    free(array->children);
    free(array->buffers);
    array->release = NULL;
}

static void make(struct ArrowSchema *schema, struct ArrowArray *array, const char *name, const char *format,
                 int64_t buffers, const void *first, const void *second, const void *third) {
    const void *all[3] = {first, second, third};
    *schema = (struct ArrowSchema){
        .format = format, .name = name, .flags = ARROW_FLAG_NULLABLE, .release = release_schema};
    *array = (struct ArrowArray){
        .length = ROWS, .null_count = -1, .n_buffers = buffers, .release = release_array};
    array->buffers = allocate((size_t)buffers, sizeof *array->buffers);
    memcpy(array->buffers, all, (size_t)buffers * sizeof *array->buffers);
}

/* A struct array whose children are the columns. */
static void make_table(struct ArrowSchema *schema, struct ArrowArray *array) {
    make(schema, array, "", "+s", 1, NULL, NULL, NULL);
    schema->n_children = array->n_children = COLUMNS;
    schema->children = allocate(COLUMNS, sizeof *schema->children);
    array->children = allocate(COLUMNS, sizeof *array->children);
    for (int at = 0; at < COLUMNS; at++) {
        schema->children[at] = allocate(1, sizeof **schema->children);
        array->children[at] = allocate(1, sizeof **array->children);
    }
    make(schema->children[0], array->children[0], "id", "u", 3, NULL, id_ends, ids);
    make(schema->children[1], array->children[1], "armed", "b", 2, armed_valid, armed, NULL);
    make(schema->children[2], array->children[2], "charges", "l", 2, NULL, charges, NULL);
    make(schema->children[3], array->children[3], "calls", "l", 2, calls_valid, calls, NULL);
}

static bool is_valid(const struct ArrowArray *array, int64_t row) {
    const uint8_t *bits = array->buffers[0];
    const int64_t at = array->offset + row;
    return array->null_count == 0 || bits == NULL || (bits[at / 8] >> (at % 8) & 1) != 0;
}

/* Prints a text of 64-bit offsets, or an entry of a dictionary of 32-bit ones. */
static void print_text(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t row) {
    const int64_t at = array->offset + row;
    if (!is_valid(array, row)) {
        printf("-");
    } else if (schema->dictionary != NULL) {
        const int64_t key = strcmp(schema->format, "c") == 0 ? ((const int8_t *)array->buffers[1])[at]
                                                             : ((const int32_t *)array->buffers[1])[at];
        print_text(schema->dictionary, array->dictionary, key);
    } else if (strcmp(schema->format, "u") == 0) {
        const int32_t *ends = array->buffers[1];
        printf("%.*s", ends[at + 1] - ends[at], (const char *)array->buffers[2] + ends[at]);
    } else if (strcmp(schema->format, "U") == 0) {
        const int64_t *ends = array->buffers[1];
        printf("%.*s", (int)(ends[at + 1] - ends[at]), (const char *)array->buffers[2] + ends[at]);
    } else {
        printf("?");
    }
}

/* Prints the members of a list of dictionary entries. */
static void print_list(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t row) {
    if (!is_valid(array, row)) {
        printf("-");
        return;
    }
    const int32_t *ends = (const int32_t *)array->buffers[1] + array->offset + row;
    for (int32_t member = ends[0]; member < ends[1]; member++) {
        printf(member == ends[0] ? "" : ",");
        print_text(schema->children[0], array->children[0], member);
    }
}

int main(int argc, char **argv) {
    const char *path = argc > 1 ? argv[1] : "rules/levels.assize";
    assize_error *error = NULL;

    assize_rules *rules = NULL;
    check(assize_rules_load(path, strlen(path), &rules, &error), &error);
    uint32_t person = ASSIZE_NONE, level = ASSIZE_NONE;
    check(assize_rules_find_record(rules, "Person", 6, &person, &error), &error);
    check(assize_rules_find_category(rules, "level", 5, &level, &error), &error);

    assize_evaluation_options options = {.struct_size = sizeof options, .as_of = {2026, 6, 1}};
    assize_evaluation *evaluation = NULL;
    check(assize_evaluation_new(rules, &options, &evaluation, &error), &error);
    assize_rules_free(rules);

    /* Both structs are the evaluation's after this, whether or not it succeeds. */
    struct ArrowSchema schema;
    struct ArrowArray array;
    make_table(&schema, &array);
    check(assize_evaluation_data_array(evaluation, person, &schema, &array, &error), &error);

    assize_results *results = NULL;
    check(assize_evaluation_run(evaluation, &results, &error), &error);
    assize_evaluation_free(evaluation);

    /* The stream keeps the results. */
    struct ArrowArrayStream stream;
    check(assize_results_category_stream(results, level, &stream, &error), &error);
    assize_results_free(results);

    int failed = stream.get_schema(&stream, &schema);
    while (failed == 0) {
        failed = stream.get_next(&stream, &array);
        if (failed != 0 || array.release == NULL) {
            break;
        }
        for (int64_t row = 0; row < array.length; row++) {
            for (int64_t at = 0; at < schema.n_children; at++) {
                const struct ArrowSchema *column = schema.children[at];
                printf("%s%s=", at == 0 ? "" : " ", column->name);
                if (strcmp(column->format, "+l") == 0) {
                    print_list(column, array.children[at], row);
                } else {
                    print_text(column, array.children[at], row);
                }
            }
            printf("\n");
        }
        array.release(&array);
    }
    if (failed != 0) {
        fprintf(stderr, "%s\n", stream.get_last_error(&stream));
    }
    if (schema.release != NULL) {
        schema.release(&schema);
    }
    stream.release(&stream);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
