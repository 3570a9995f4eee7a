/* What the hostile guests share: they say what they try, and it is news when they come back. */
#ifndef HOSTILE_H
#define HOSTILE_H

#include "runtime.h"

/* Says what comes next. */
static inline void attempt(const char *what) { printf("trying to %s\n", what); }

/* The attempt should have ended this VM and did not. */
static inline _Noreturn void escaped(void) {
    print("still alive: the attempt was not stopped\n");
    denali_terminate(1);
}

/* Chooses among the attempts: argument 1, or the first name without one. Ends the VM when there is no such name. */
static inline int choose(int argc, char **argv, const char *const *names, int count) {
    if (argc < 2) return 0;
    for (int i = 0; i < count; i++)
        if (strcmp(argv[1], names[i]) == 0) return i;
    printf("%s: knows no attempt `%s`, only:", argv[0], argv[1]);
    for (int i = 0; i < count; i++) printf(" %s", names[i]);
    print("\n");
    denali_terminate(2);
}

#define CHOOSE(names) choose(argc, argv, names, sizeof(names) / sizeof *(names))

#endif
