/* Reading arguments, and complaining about them. */
#include "runtime.h"

bool parse_number(const char *text, uint32_t *number) {
    uint64_t value = 0;
    if (*text == '\0') return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9') return false;
        value = value * 10 + (uint32_t)(*text - '0');
        if (value > UINT32_MAX) return false;
    }
    *number = (uint32_t)value;
    return true;
}

_Noreturn void usage_error(char **argv, const char *what, const char *detail) {
    printf("%s: %s%s\n", argv[0], what, detail);
    denali_terminate(2);
}

uint32_t number_argument(int argc, char **argv, int index, uint32_t otherwise) {
    if (index >= argc) return otherwise;
    uint32_t number;
    if (!parse_number(argv[index], &number)) usage_error(argv, "wants a number, not ", argv[index]);
    return number;
}
