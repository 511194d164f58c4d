/* How long a program waits for the library and a rule file: opening the one and loading the other, in microseconds. */

#define _POSIX_C_SOURCE 200809L

#include <assize.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec * 1e6 + (double)at.tv_nsec / 1e3;
}

/* A function of the library. POSIX lets what `dlsym` gives be copied into a pointer to a function. */
#define FIND(type, name)                                                                                               \
    type name;                                                                                                         \
    do {                                                                                                               \
        void *found = dlsym(library, "assize_" #name);                                                                 \
        if (found == NULL) {                                                                                           \
            fprintf(stderr, "there is no assize_" #name "\n");                                                         \
            return EXIT_FAILURE;                                                                                       \
        }                                                                                                              \
        memcpy(&name, &found, sizeof name);                                                                            \
    } while (0)

typedef assize_status (*load_function)(const char *, size_t, assize_rules **, assize_error **);
typedef assize_status (*category_function)(const assize_rules *, uint32_t, assize_category_info *, assize_error **);
typedef void (*free_function)(assize_rules *);

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "start LIBRARY RULES\n");
        return EXIT_FAILURE;
    }
    const double start = now();
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return EXIT_FAILURE;
    }
    FIND(load_function, rules_load);
    const double opened = now();
    assize_rules *rules = NULL;
    if (rules_load(argv[2], strlen(argv[2]), &rules, NULL) != ASSIZE_OK) {
        fprintf(stderr, "the rules do not load\n");
        return EXIT_FAILURE;
    }
    const double loaded = now();

    FIND(category_function, rules_category);
    FIND(free_function, rules_free);
    assize_category_info info = {.struct_size = sizeof info};
    if (rules_category(rules, 0, &info, NULL) != ASSIZE_OK) {
        return EXIT_FAILURE;
    }
    printf("%u %.0f %.0f\n", (unsigned)info.criterion_count, opened - start, loaded - opened);
    rules_free(rules);
    return EXIT_SUCCESS;
}
