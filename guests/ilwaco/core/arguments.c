/* Takes the system's settings from the front of the VM's arguments, as Linux does with those of its command line. */
#include "arguments.h"
#include "denali.h"
#include "heap.h"
#include "tree.h"
#include <fcntl.h>
#include <string.h>

static const char *const names[] = {"ip", "gateway", "dns"};
#define SETTINGS (sizeof names / sizeof names[0])

static const char *values[SETTINGS];

static int setting_of(const char *argument) {
    for (unsigned i = 0; i < SETTINGS; i++) {
        size_t length = strlen(names[i]);
        if (strncmp(argument, names[i], length) == 0 && argument[length] == '=') return (int)i;
    }
    return -1;
}

/* The lines of /etc/arguments, when the image has it. */
static int default_arguments(char **arguments, int capacity) {
    struct node *node;
    if (tree_find_node(AT_FDCWD, "/etc/arguments", true, &node) != 0 || !node->fixed) return 0;
    char *line = heap_copy_text((const char *)node->bytes, (size_t)node->size);
    int count = 0;
    while (line && *line && count < capacity) {
        char *end = strchr(line, '\n'); /* Null in the last line of a file that does not end with one. */
        if (end) *end = 0;
        arguments[count++] = line;
        line = end ? end + 1 : NULL;
    }
    return count;
}

int arguments_take(char **arguments, int capacity) {
    int count = 0, setting;
    char *next = (char *)denali_registers.arguments;
    for (uint32_t i = 0; i < denali_registers.argument_count; i++, next += strlen(next) + 1) {
        if (count == 0 && (setting = setting_of(next)) >= 0) values[setting] = strchr(next, '=') + 1;
        else if (count < capacity) arguments[count++] = next;
    }
    return count ? count : default_arguments(arguments, capacity);
}

const char *arguments_setting(const char *name) {
    for (unsigned i = 0; i < SETTINGS; i++)
        if (strcmp(names[i], name) == 0) return values[i];
    return NULL;
}
