/* What there is over HTTP: the machine, images, VMs, their consoles. docs/control.md describes it. */
#include "denali-control.h"
#include "json.h"
#include "supervisor.h"
#include "web.h"

/*
 * Bytes of a list of VMs, at most, that are sent at once: what a client that reads slowly keeps here. And VMs fetched together: few
 * more than fit, since others wait meanwhile.
 */
#define LIST_PIECE 16000u
#define VMS_AT_ONCE 16u
/* Bytes of the list of images; each takes less than the rest of the room. */
#define IMAGES_PIECE 50000u

/* Answers with an error's status and what there is to say. */
static void answer_control_error(struct exchange *exchange, int32_t error, int refused) {
    if (error == DENALI_ERROR_INVALID) answer_reason(exchange, refused);
    else if (error == DENALI_ERROR_DENIED) answer_error(exchange, 403, "the supervisor cannot do this to itself");
    else if (error == DENALI_ERROR_NOT_FOUND) answer_error(exchange, 404, "there is no such thing");
    else if (error == DENALI_ERROR_TOO_BIG) answer_error(exchange, 413, "an image has 16 MiB at most");
    else answer_error(exchange, 507, "uploaded images are 512 and have 64 MiB together at most");
}

static bool read_members(struct exchange *exchange, struct json_member *members, uint32_t count) {
    struct json_error error;
    char bytes[128];
    struct text text = {.bytes = bytes, .capacity = sizeof bytes - 1};
    if (json_read(exchange->body, exchange->body_length, members, count, &error)) return true;
    if (error.member) {
        text_add(&text, error.member);
        text_add(&text, " ");
    }
    text_add(&text, error.reason);
    bytes[text.length] = '\0';
    answer_error(exchange, error.status, bytes);
    return false;
}

/* ---- The machine ---- */

static void show_index(struct exchange *exchange) {
    text_add(&exchange->answer, "{\"machine\":\"/machine\",\"images\":\"/images\",\"vms\":\"/vms\"}");
}

static void show_machine(struct exchange *exchange) {
    struct text *answer = &exchange->answer;
    struct denali_control_machine machine;
    fetch_machine(&machine);
    text_add(answer, "{");
    text_member_number(answer, "vms", machine.vm_count);
    text_key(answer, "uptimeSeconds");
    text_decimal(answer, denali_system_time(), 1000000000);
    text_key(answer, "quantumMilliseconds");
    if (machine.quantum == 0) text_add(answer, "null"); /* It is a number of instructions. */
    else text_decimal(answer, machine.quantum, 1000000);
    text_member(answer, "policy", machine.policy);
    text_member_number(answer, "memoryBudget", machine.memory_budget);
    text_member_number(answer, "memoryResident", machine.memory_resident);
    text_add(answer, "}");
}

static int32_t set_policy(char *policy) {
    return denali_control(DENALI_CONTROL_OPERATION_SET_POLICY, DENALI_CONTROL_HANDLE_MACHINE, policy, strlen(policy));
}

static void change_machine(struct exchange *exchange) {
    struct denali_control_machine before;
    uint64_t quantum = 0;
    char policy[DENALI_NAME_SIZE] = "";
    struct json_member members[] = {{.name = "quantumMilliseconds", .kind = JSON_MILLIS, .number = &quantum},
                                    {.name = "policy", .kind = JSON_TEXT, .text = policy, .size = sizeof policy}};
    if (!read_members(exchange, members, 2)) return;
    fetch_machine(&before);
    int32_t result = members[1].given ? set_policy(policy) : 0;
    if (result >= 0 && members[0].given) {
        result = denali_control(DENALI_CONTROL_OPERATION_SET_QUANTUM, DENALI_CONTROL_HANDLE_MACHINE, &quantum,
                                sizeof quantum);
        if (result < 0 && members[1].given) set_policy(before.policy); /* Both or nothing. */
    }
    if (result < 0) answer_control_error(exchange, result, 422);
    else show_machine(exchange);
}

/* ---- Images ---- */

static void list_images(struct exchange *exchange) {
    struct text *answer = &exchange->answer;
    uint32_t total, shown = 0;
    uint32_t count = fetch_images(&total);
    text_add(answer, "{\"images\":[");
    for (; shown < count && answer->length < IMAGES_PIECE; shown++) {
        text_add(answer, shown > 0 ? ",{" : "{");
        text_member(answer, "name", images[shown].name);
        text_member_number(answer, "memory", images[shown].memory_size);
        text_member_number(answer, "text", images[shown].text_size);
        text_add(answer, "}");
    }
    text_add(answer, "]");
    if (shown < total) text_member_number(answer, "more", total - shown);
    text_add(answer, "}");
}

static bool has_image(const char *name) {
    uint32_t total;
    for (uint32_t i = fetch_images(&total); i > 0; i--)
        if (strcmp(images[i - 1].name, name) == 0) return true;
    return false;
}

void upload_begin(struct exchange *exchange) {
    struct denali_control_upload upload = {.length = 0};
    const char *name = exchange->request->segments[1];
    uint64_t length = exchange->request->content_length;
    if (strlen(name) >= sizeof upload.name) {
        answer_error(exchange, 422, "the name is too long");
        return;
    }
    memcpy(upload.name, name, strlen(name));
    upload.length = length > UINT32_MAX ? UINT32_MAX : (uint32_t)length;
    int32_t handle =
        denali_control(DENALI_CONTROL_OPERATION_UPLOAD, DENALI_CONTROL_HANDLE_IMAGE_STORE, &upload, sizeof upload);
    if (handle < 0) answer_control_error(exchange, handle, has_image(name) ? 409 : 422);
    else exchange->session->upload = (uint32_t)handle;
}

void upload_complete(struct exchange *exchange) {
    struct text *answer = &exchange->answer;
    uint32_t upload = exchange->session->upload;
    exchange->session->upload = 0;
    int32_t result = denali_control(DENALI_CONTROL_OPERATION_COMPLETE, upload, NULL, 0);
    if (result < 0) {
        answer_control_error(exchange, result, 422);
        return;
    }
    exchange->status = 201;
    text_add(answer, "{");
    text_member(answer, "name", exchange->request->segments[1]);
    text_member_number(answer, "bytes", exchange->request->content_length);
    text_add(answer, "}");
}

/* An upload has its own way, by what its endpoint says. */
static void upload(struct exchange *exchange) { (void)exchange; }

/* ---- VMs ---- */

static void add_vm(struct text *answer, const struct denali_control_vm *vm) {
    text_add(answer, "{");
    text_member_number(answer, "id", vm->vm_id);
    text_member(answer, "name", vm->name);
    text_member(answer, "image", vm->image);
    text_member(answer, "state", state_name(vm->state));
    text_member_number(answer, "memory", vm->memory_size);
    text_key(answer, "cpuSeconds");
    text_decimal(answer, vm->cpu_nanoseconds, 1000000000);
    text_member_number(answer, "instructions", vm->instructions);
}

/* A VM with all there is to say. */
static void show(struct exchange *exchange, const struct denali_control_vm *vm) {
    struct text *answer = &exchange->answer;
    struct denali_control_details details;
    int32_t result = denali_control(DENALI_CONTROL_OPERATION_DETAILS, vm->handle, &details, sizeof details);
    if (result < 0) {
        answer_control_error(exchange, result, 409);
        return;
    }
    add_vm(answer, vm);
    text_member_number(answer, "tickets", details.tickets);
    text_member_number(answer, "consoleLength", details.console_length);
    if (vm->state == DENALI_VM_STATE_TERMINATED) text_member_number(answer, "status", (uint8_t)details.status);
    if (vm->state == DENALI_VM_STATE_CRASHED) text_member(answer, "fault", details.fault);
    text_add(answer, "}");
}

/* The VM that the path names; an answer that says so, and null, when there is none. */
static const struct denali_control_vm *named_vm(struct exchange *exchange) {
    const struct denali_control_vm *vm = lookup_vm(exchange->request->segments[1]);
    if (!vm) answer_error(exchange, 404, "there is no such VM");
    return vm;
}

bool list_continue(struct session *session, struct text *text) {
    static struct denali_control_vm vms[VMS_AT_ONCE];
    uint32_t count;
    if (session->last_listed == 0) text_add(text, "{\"vms\":[");
    while ((count = fetch_vms(session->last_listed + 1, vms, VMS_AT_ONCE)) > 0)
        for (uint32_t i = 0; i < count; i++) {
            if (text->length > LIST_PIECE) return true;
            if (session->last_listed != 0) text_add(text, ",");
            session->last_listed = vms[i].handle;
            add_vm(text, &vms[i]);
            text_add(text, "}");
        }
    text_add(text, "]}\n");
    return false;
}

/* The list has its own way, too. */
static void list(struct exchange *exchange) { answer_error(exchange, 400, "a list is asked for without a body"); }

static void create(struct exchange *exchange) {
    static char location[32];
    struct denali_control_create request;
    memset(&request, 0, sizeof request);
    uint64_t memory = 0, tickets = 0;
    struct json_member members[] = {
        {.name = "image", .kind = JSON_TEXT, .text = request.image, .size = sizeof request.image},
        {.name = "name", .kind = JSON_TEXT, .text = request.name, .size = sizeof request.name},
        {.name = "arguments", .kind = JSON_WORDS, .text = request.arguments, .size = sizeof request.arguments},
        {.name = "memory", .kind = JSON_NUMBER, .number = &memory},
        {.name = "tickets", .kind = JSON_NUMBER, .number = &tickets}};
    if (!read_members(exchange, members, sizeof members / sizeof *members)) return;
    if (!members[0].given) answer_error(exchange, 422, "image is missing: the name of one");
    else if (members[3].given && (memory == 0 || memory > UINT32_MAX)) answer_error(exchange, 422, "memory is no such size");
    else if (members[4].given && (tickets == 0 || tickets > MAXIMUM_TICKETS))
        answer_error(exchange, 422, "tickets must be 1 to 10000");
    if (exchange->status != 200) return;
    request.memory_size = (uint32_t)memory;
    int32_t handle =
        denali_control(DENALI_CONTROL_OPERATION_CREATE, DENALI_CONTROL_HANDLE_IMAGE_STORE, &request, sizeof request);
    if (handle == DENALI_ERROR_NOT_FOUND) answer_error(exchange, 422, "there is no such image; see /images");
    else if (handle < 0) answer_control_error(exchange, handle, 422);
    if (handle < 0) return;
    if (members[4].given) set_tickets((uint32_t)handle, (uint32_t)tickets);
    const struct denali_control_vm *vm = vm_of((uint32_t)handle);
    if (!vm) {
        answer_control_error(exchange, DENALI_ERROR_NOT_FOUND, 409);
        return;
    }
    struct text path = {.bytes = location, .capacity = sizeof location - 1};
    text_add(&path, "/vms/");
    text_number(&path, vm->vm_id);
    location[path.length] = '\0';
    exchange->status = 201;
    exchange->location = location;
    show(exchange, vm);
}

static void show_vm(struct exchange *exchange) {
    const struct denali_control_vm *vm = named_vm(exchange);
    if (vm) show(exchange, vm);
}

static void change_vm(struct exchange *exchange) {
    const struct denali_control_vm *vm = named_vm(exchange);
    uint64_t tickets = 0;
    struct json_member members[] = {{.name = "tickets", .kind = JSON_NUMBER, .number = &tickets}};
    if (!vm || !read_members(exchange, members, 1)) return;
    if (members[0].given && (tickets == 0 || tickets > MAXIMUM_TICKETS)) {
        answer_error(exchange, 422, "tickets must be 1 to 10000");
        return;
    }
    int32_t result = members[0].given ? set_tickets(vm->handle, (uint32_t)tickets) : 0;
    if (result < 0) answer_control_error(exchange, result, 409);
    else show(exchange, vm);
}

/* Does an operation and shows what became of the VM. */
static void operate(struct exchange *exchange, uint32_t operation) {
    const struct denali_control_vm *vm = named_vm(exchange);
    if (!vm) return;
    uint32_t handle = vm->handle;
    int32_t result = denali_control(operation, handle, NULL, 0);
    if (result < 0) {
        answer_control_error(exchange, result, 409);
        return;
    }
    vm = operation == DENALI_CONTROL_OPERATION_FORGET ? NULL : vm_of(handle); /* Which is gone then. */
    if (vm) show(exchange, vm);
    else text_add(&exchange->answer, "{}");
}

static void pause(struct exchange *exchange) { operate(exchange, DENALI_CONTROL_OPERATION_PAUSE); }
static void resume(struct exchange *exchange) { operate(exchange, DENALI_CONTROL_OPERATION_RESUME); }
static void kill(struct exchange *exchange) { operate(exchange, DENALI_CONTROL_OPERATION_KILL); }
static void forget(struct exchange *exchange) { operate(exchange, DENALI_CONTROL_OPERATION_FORGET); }

/* ---- Consoles ---- */

/* Digits of a position: more than any VM prints in its life. */
#define LONGEST_POSITION 15u

/* Where `from=N` says; where the last piece starts, without. False when it says something else. */
static bool read_position(const char *query, uint64_t length, uint64_t *position) {
    *position = length > DENALI_CONSOLE_PIECE ? length - DENALI_CONSOLE_PIECE : 0;
    if (*query == '\0') return true;
    const char *digit = query + 5;
    if (strlen(query) < 6 || strlen(query) > 5 + LONGEST_POSITION || memcmp(query, "from=", 5) != 0) return false;
    for (*position = 0; *digit >= '0' && *digit <= '9'; digit++) *position = *position * 10 + (uint64_t)(*digit - '0');
    return *digit == '\0';
}

/* The length without a character that is cut off at the end: it comes with the next piece. */
static uint32_t whole_characters(const char *bytes, uint32_t length) {
    for (uint32_t back = 1; back <= 3 && back <= length; back++) {
        int32_t size = character_length(bytes + length - back, back);
        if (size < 0) return length - back;
        if (size > 0) break;
    }
    return length;
}

static void show_console(struct exchange *exchange) {
    static struct denali_control_console console;
    struct denali_control_details details;
    struct text *answer = &exchange->answer;
    const struct denali_control_vm *vm = named_vm(exchange);
    if (!vm) return;
    denali_control(DENALI_CONTROL_OPERATION_DETAILS, vm->handle, &details, sizeof details);
    if (!read_position(exchange->request->query, details.console_length, &console.position)) {
        answer_error(exchange, 400, "the query is not from=N, a position in the console");
        return;
    }
    int32_t length = denali_control(DENALI_CONTROL_OPERATION_READ_CONSOLE, vm->handle, &console, sizeof console);
    if (length < 0) {
        answer_control_error(exchange, length, 409);
        return;
    }
    /* Of what a VM that has ended printed last nothing is to come. */
    bool is_all = has_ended(vm->state) && console.position + (uint32_t)length >= details.console_length;
    uint32_t whole = is_all ? (uint32_t)length : whole_characters(console.bytes, (uint32_t)length);
    text_add(answer, "{");
    text_member_number(answer, "from", console.position);
    text_member_number(answer, "next", console.position + whole);
    text_key(answer, "text");
    text_quote(answer, console.bytes, whole);
    text_key(answer, "ended");
    text_add(answer, has_ended(vm->state) ? "true}" : "false}");
}

static void type(struct exchange *exchange) {
    const struct denali_control_vm *vm = named_vm(exchange);
    if (!vm) return;
    int32_t taken = denali_control(DENALI_CONTROL_OPERATION_TYPE, vm->handle, (void *)exchange->body, exchange->body_length);
    if (taken < 0) {
        answer_control_error(exchange, taken, 409);
        return;
    }
    text_add(&exchange->answer, "{");
    text_member_number(&exchange->answer, "typed", (uint32_t)taken);
    text_add(&exchange->answer, "}");
}

const struct endpoint endpoints[] = {
    {METHOD_GET, {NULL}, show_index, ENDPOINT_PLAIN},
    {METHOD_GET, {"machine"}, show_machine, ENDPOINT_PLAIN},
    {METHOD_PATCH, {"machine"}, change_machine, ENDPOINT_PLAIN},
    {METHOD_GET, {"images"}, list_images, ENDPOINT_PLAIN},
    {METHOD_PUT, {"images", "*"}, upload, ENDPOINT_UPLOAD},
    {METHOD_GET, {"vms"}, list, ENDPOINT_LIST},
    {METHOD_POST, {"vms"}, create, ENDPOINT_PLAIN},
    {METHOD_GET, {"vms", "*"}, show_vm, ENDPOINT_PLAIN},
    {METHOD_PATCH, {"vms", "*"}, change_vm, ENDPOINT_PLAIN},
    {METHOD_DELETE, {"vms", "*"}, forget, ENDPOINT_PLAIN},
    {METHOD_POST, {"vms", "*", "pause"}, pause, ENDPOINT_PLAIN},
    {METHOD_POST, {"vms", "*", "resume"}, resume, ENDPOINT_PLAIN},
    {METHOD_POST, {"vms", "*", "kill"}, kill, ENDPOINT_PLAIN},
    {METHOD_GET, {"vms", "*", "console"}, show_console, ENDPOINT_PLAIN},
    {METHOD_POST, {"vms", "*", "console"}, type, ENDPOINT_PLAIN},
    {.run = NULL},
};
