/* The commands, one function each, and the table that names them. */
#include "commands.h"

/* Words of a line; more are an error. */
#define MAXIMUM_WORDS 40
/* VMs that `list` shows, and that `list all` does: nobody is served meanwhile. They are fetched so many at a time. */
#define LISTED 50u
#define MOST_LISTED 16384u
#define LIST_PIECE 64u

struct command {
    const char *name;
    const char *usage;
    const char *purpose;
    int least_words, most_words; /* The command's name counts. */
    void (*run)(int count, char **words);
};

static const struct command *find_command(const char *name);
static void help(int count, char **words);

static void print_vm(const struct denali_control_vm *vm) {
    uint32_t milliseconds = (uint32_t)(vm->cpu_nanoseconds / MILLISECOND);
    printf("%5u %-20s %-18s %-10s %5uKB %4u.%03us\n", vm->vm_id, vm->name, vm->image, state_name(vm->state),
           vm->memory_size / 1024, milliseconds / 1000, milliseconds % 1000);
}

static void list(int count, char **words) {
    static struct denali_control_vm piece[LIST_PIECE];
    struct denali_control_machine machine;
    uint32_t shown = 0, handle = 0, fetched;
    bool all = count == 2 && strcmp(words[1], "all") == 0;
    if (count == 2 && !all) {
        print("usage: list [all]\n");
        return;
    }
    uint32_t most = all ? MOST_LISTED : LISTED;
    printf("%5s %-20s %-18s %-10s %7s %9s\n", "ID", "NAME", "IMAGE", "STATE", "MEMORY", "CPU");
    while (shown < most && (fetched = fetch_vms(handle, piece, most - shown < LIST_PIECE ? most - shown : LIST_PIECE)) > 0) {
        for (uint32_t i = 0; i < fetched; i++) print_vm(&piece[i]);
        shown += fetched;
        handle = piece[fetched - 1].handle + 1;
    }
    if (fetch_machine(&machine) && shown < machine.vm_count)
        printf("... and %u more%s\n", machine.vm_count - shown, all ? "" : " (`list all`)");
}

static void list_images(int count, char **words) {
    (void)count;
    (void)words;
    uint32_t total;
    uint32_t fetched = fetch_images(&total);
    printf("%-24s %8s %8s\n", "IMAGE", "TEXT", "MEMORY");
    for (uint32_t i = 0; i < fetched; i++)
        printf("%-24s %7uB %6uKB\n", images[i].name, images[i].text_size, images[i].memory_size / 1024);
    if (fetched < total) printf("... and %u more\n", total - fetched);
}

/* Reads milliseconds with up to six decimals as nanoseconds. */
static bool parse_milliseconds(const char *text, uint64_t *nanoseconds) {
    char whole[LINE_SIZE];
    uint32_t length = 0, milliseconds;
    while (text[length] != '\0' && text[length] != '.') {
        whole[length] = text[length];
        length++;
    }
    whole[length] = '\0';
    if (!parse_number(whole, &milliseconds)) return false;
    *nanoseconds = milliseconds * MILLISECOND;
    if (text[length] == '\0') return true;
    uint32_t unit = MILLISECOND;
    for (const char *digit = text + length + 1; *digit != '\0'; digit++) {
        unit /= 10;
        if (*digit < '0' || *digit > '9' || unit == 0) return false;
        *nanoseconds += (uint32_t)(*digit - '0') * unit;
    }
    return true;
}

static void print_quantum(uint64_t nanoseconds) {
    if (nanoseconds == 0) puts("quantum by instructions");
    else printf("quantum %llu.%03u ms\n", nanoseconds / MILLISECOND, (uint32_t)(nanoseconds % MILLISECOND / MICROSECOND));
}

static void quantum(int count, char **words) {
    struct denali_control_machine machine;
    uint64_t nanoseconds;
    if (count == 2) {
        if (!parse_milliseconds(words[1], &nanoseconds)) {
            printf("`%s` is not a number of milliseconds\n", words[1]);
            return;
        }
        int32_t result = denali_control(DENALI_CONTROL_OPERATION_SET_QUANTUM, DENALI_CONTROL_HANDLE_MACHINE,
                                        &nanoseconds, sizeof nanoseconds);
        if (result < 0) {
            complain("set the quantum to", words[1], result);
            return;
        }
    }
    if (fetch_machine(&machine)) print_quantum(machine.quantum);
}

static void policy(int count, char **words) {
    struct denali_control_machine machine;
    if (count == 2) {
        int32_t result = denali_control(DENALI_CONTROL_OPERATION_SET_POLICY, DENALI_CONTROL_HANDLE_MACHINE, words[1],
                                        strlen(words[1]));
        if (result < 0) {
            complain("set the policy", words[1], result);
            return;
        }
    }
    if (fetch_machine(&machine)) printf("policy %s\n", machine.policy);
}

static void status(int count, char **words) {
    (void)count;
    (void)words;
    struct denali_control_machine machine;
    if (!fetch_machine(&machine)) return;
    uint64_t seconds = denali_system_time() / SECOND;
    printf("up %llu s, %u VMs, %llu of %llu MB in core\n", seconds, machine.vm_count, machine.memory_resident >> 20,
           machine.memory_budget >> 20);
    print_quantum(machine.quantum);
    printf("policy %s\n", machine.policy);
}

static const struct command commands[] = {
    {"help", "help [COMMAND]", "this list", 1, 2, help},
    {"list", "list [all]", "the VMs", 1, 2, list},
    {"images", "images", "what VMs can be made of", 1, 1, list_images},
    {"create", "create [OPTION...] IMAGE [NAME [ARGUMENT...]]", "start VMs; -n COUNT, -m KB of memory, -t TICKETS", 2,
     MAXIMUM_WORDS, create},
    {"pause", "pause VM...", "stop VMs until they are resumed", 2, MAXIMUM_WORDS, pause},
    {"resume", "resume VM...", "let paused VMs go on", 2, MAXIMUM_WORDS, resume},
    {"kill", "kill VM...", "end VMs", 2, MAXIMUM_WORDS, kill},
    {"forget", "forget VM...", "take VMs that have ended from the list", 2, MAXIMUM_WORDS, forget},
    {"console", "console VM", "what a VM printed last", 2, 2, console},
    {"type", "type VM WORD...", "type a line on a VM's keyboard", 3, MAXIMUM_WORDS, type},
    {"tickets", "tickets VM [NUMBER]", "show or set a VM's lottery tickets", 2, 3, tickets},
    {"quantum", "quantum [MILLISECONDS]", "show or set the time slice", 1, 2, quantum},
    {"policy", "policy [NAME]", "show or set the scheduling policy", 1, 2, policy},
    {"status", "status", "the machine", 1, 1, status},
};
#define COMMAND_COUNT (sizeof commands / sizeof *commands)

static void help(int count, char **words) {
    const struct command *wanted = count == 2 ? find_command(words[1]) : NULL;
    if (count == 2 && wanted == NULL) {
        printf("there is no command `%s`\n", words[1]);
        return;
    }
    for (uint32_t i = 0; i < COMMAND_COUNT; i++)
        if (wanted == NULL || wanted == &commands[i]) printf("%-46s %s\n", commands[i].usage, commands[i].purpose);
    if (wanted == NULL) print("A VM is named by its name or its number.\n");
}

static const struct command *find_command(const char *name) {
    for (uint32_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(commands[i].name, name) == 0) return &commands[i];
    return NULL;
}

/* Splits a line at blanks, in place. Answers how many words there are, one more than fit when there are too many. */
static int split(char *line, char **words) {
    int count = 0;
    for (;;) {
        while (*line == ' ' || *line == '\t') *line++ = '\0';
        if (*line == '\0' || count > MAXIMUM_WORDS) return count;
        if (count < MAXIMUM_WORDS) words[count] = line;
        count++;
        while (*line != '\0' && *line != ' ' && *line != '\t') line++;
    }
}

void execute(char *line) {
    char *words[MAXIMUM_WORDS];
    int count = split(line, words);
    if (count == 0) return;
    const struct command *command = find_command(words[0]);
    if (command == NULL) printf("there is no command `%s`; `help` lists them\n", words[0]);
    else if (count < command->least_words || count > command->most_words) printf("usage: %s\n", command->usage);
    else command->run(count, words);
}
