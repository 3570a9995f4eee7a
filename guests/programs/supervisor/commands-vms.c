/* The commands on VMs. */
#include "commands.h"
#include "denali-control.h"
#include "text.h"

void complain(const char *what, const char *about, int32_t error) {
    printf("could not %s %s: %s\n", what, about, error_text(error));
}

/* Copies a word into a field of a record. False when it does not fit with its NUL. */
static bool fill_field(char *field, uint32_t size, const char *word) {
    uint32_t length = strlen(word) + 1;
    if (length > size) {
        printf("`%s` is too long, %u bytes are possible\n", word, size > 0 ? size - 1 : 0);
        return false;
    }
    memcpy(field, word, length);
    return true;
}

/* Puts the words into the request, blanks between them. */
static bool fill_arguments(struct denali_control_create *request, int count, char **words) {
    char *next = request->arguments, *end = next + sizeof request->arguments;
    for (int i = 0; i < count; i++) {
        if (i > 0) next[-1] = ' ';
        if (!fill_field(next, (uint32_t)(end - next), words[i])) return false;
        next += strlen(words[i]) + 1;
    }
    return true;
}

/* Numbers given as options before the image. */
struct create_options {
    uint32_t copies, kilobytes, tickets; /* 0: not given. */
};

/* Reads `-n COUNT` and its like. Answers how many words they are, -1 for a mistake. */
static int read_options(struct create_options *options, int count, char **words) {
    int read = 0;
    while (read < count && words[read][0] == '-') {
        char kind = words[read][1];
        uint32_t *number = kind == 'n'   ? &options->copies
                           : kind == 'm' ? &options->kilobytes
                           : kind == 't' ? &options->tickets
                                         : NULL;
        if (!number || words[read][2] != '\0' || read + 1 >= count || !parse_number(words[read + 1], number) || *number == 0)
            return -1;
        read += 2;
    }
    bool sensible = options->kilobytes < 4u << 20 && options->tickets <= MAXIMUM_TICKETS;
    return sensible && read < count ? read : -1;
}

/* Creates them one after the other, as far as it goes; answers how many, and the last result. */
static uint32_t create_copies(struct denali_control_create *request, const struct create_options *options,
                              int32_t *result) {
    for (uint32_t created = 0; created < options->copies; created++) {
        *result = denali_control(DENALI_CONTROL_OPERATION_CREATE, DENALI_CONTROL_HANDLE_IMAGE_STORE, request,
                                 sizeof *request);
        if (*result < 0) return created;
        if (options->tickets > 0) set_tickets((uint32_t)*result, options->tickets);
    }
    return options->copies;
}

void create(int count, char **words) {
    struct create_options options = {.copies = 1};
    int skipped = read_options(&options, count - 1, words + 1);
    if (skipped < 0) {
        print("usage: create [-n COUNT] [-m KB] [-t TICKETS] IMAGE [NAME [ARGUMENT...]]\n");
        return;
    }
    words += skipped;
    count -= skipped;
    struct denali_control_create request;
    memset(&request, 0, sizeof request);
    request.memory_size = options.kilobytes * 1024;
    if (!fill_field(request.image, sizeof request.image, words[1])) return;
    if (count > 2 && !fill_field(request.name, sizeof request.name, words[2])) return;
    if (count > 3 && !fill_arguments(&request, count - 3, words + 3)) return;
    int32_t result = 0;
    uint32_t created = create_copies(&request, &options, &result);
    if (created > 0) printf("created %u %s\n", created, created == 1 ? "VM" : "VMs");
    if (result == DENALI_ERROR_NOT_FOUND) printf("there is no image `%s`; `images` shows them\n", words[1]);
    else if (result < 0) complain("create", words[1], result);
}

/* Does an operation to each VM named, and says so. Most make no sense on a VM that has ended. */
static void operate(uint32_t operation, const char *verb, const char *done, int count, char **words) {
    for (int i = 1; i < count; i++) {
        const struct denali_control_vm *vm = find_vm(words[i]);
        if (vm == NULL) continue;
        if (has_ended(vm->state) && operation != DENALI_CONTROL_OPERATION_FORGET) {
            printf("VM %u (%s) has already %s\n", vm->vm_id, vm->name, state_name(vm->state));
            continue;
        }
        int32_t result = denali_control(operation, vm->handle, NULL, 0);
        if (result < 0) complain(verb, vm->name, result);
        else printf("%s VM %u (%s)\n", done, vm->vm_id, vm->name);
    }
}

void pause(int count, char **words) {
    operate(DENALI_CONTROL_OPERATION_PAUSE, "pause", "paused", count, words);
}

void resume(int count, char **words) {
    operate(DENALI_CONTROL_OPERATION_RESUME, "resume", "resumed", count, words);
}

void kill(int count, char **words) {
    operate(DENALI_CONTROL_OPERATION_KILL, "kill", "killed", count, words);
}

void forget(int count, char **words) {
    operate(DENALI_CONTROL_OPERATION_FORGET, "forget", "forgot", count, words);
}

/* ---- Consoles and tickets ---- */

/* What it printed may be for another terminal, or meant to do something to this one: all but text is shown as `?`. */
static void print_harmless(char *bytes, uint32_t length) {
    for (uint32_t at = 0; at < length;) {
        int32_t size = character_length(bytes + at, length - at);
        uint32_t count = size > 0 ? (uint32_t)size : 1;
        bool is_text = size > 0 && (bytes[at] == '\n' || bytes[at] == '\t' || is_visible(bytes + at, count));
        if (!is_text) memset(bytes + at, '?', count);
        at += count;
    }
    print_bytes(bytes, length);
    if (length > 0 && bytes[length - 1] != '\n') print("\n");
}

void console(int count, char **words) {
    static struct denali_control_console last;
    struct denali_control_details details;
    const struct denali_control_vm *vm = find_vm(words[1]);
    (void)count;
    if (vm == NULL || denali_control(DENALI_CONTROL_OPERATION_DETAILS, vm->handle, &details, sizeof details) < 0) return;
    uint64_t length = details.console_length;
    last.position = length > DENALI_CONSOLE_PIECE ? length - DENALI_CONSOLE_PIECE : 0;
    int32_t result = denali_control(DENALI_CONTROL_OPERATION_READ_CONSOLE, vm->handle, &last, sizeof last);
    if (result < 0) complain("read the console of", vm->name, result);
    else print_harmless(last.bytes, (uint32_t)result);
}

void type(int count, char **words) {
    char text[LINE_SIZE];
    uint32_t length = 0;
    const struct denali_control_vm *vm = find_vm(words[1]);
    if (vm == NULL) return;
    for (int i = 2; i < count; i++) {
        uint32_t size = strlen(words[i]); /* The words came from a line: they fit one. */
        memcpy(text + length, words[i], size);
        length += size;
        text[length++] = i + 1 < count ? ' ' : '\n';
    }
    int32_t result = denali_control(DENALI_CONTROL_OPERATION_TYPE, vm->handle, text, length);
    if (result < 0) complain("type to", vm->name, result);
    else if ((uint32_t)result < length) printf("%s took %d of %u bytes: its keyboard is full\n", vm->name, result, length);
}

void tickets(int count, char **words) {
    struct denali_control_details details;
    uint32_t number;
    const struct denali_control_vm *vm = find_vm(words[1]);
    if (vm == NULL) return;
    if (count == 3 && !parse_number(words[2], &number)) {
        printf("`%s` is not a number of tickets\n", words[2]);
        return;
    }
    int32_t result = count == 3 ? set_tickets(vm->handle, number) : 0;
    if (result >= 0) result = denali_control(DENALI_CONTROL_OPERATION_DETAILS, vm->handle, &details, sizeof details);
    if (result < 0) complain("set the tickets of", vm->name, result);
    else printf("tickets %u\n", details.tickets);
}
