/* The machine as the control device shows it: VMs, images, and which VMs ended since the last look. */
#include "denali-control.h"
#include "services.h"
#include "supervisor.h"

struct denali_control_vm vms[MAXIMUM_VMS];
struct denali_control_image images[MAXIMUM_IMAGES];

/* Handles that were alive at the last look, in ascending order as LIST has them. */
static uint32_t alive[MAXIMUM_VMS];
static uint32_t alive_count;
/* The largest handle at the last look: larger ones are of VMs created since, which may have ended already. */
static uint32_t largest_seen;

static uint32_t fetch(uint32_t operation, uint32_t handle, void *buffer, uint32_t size, uint32_t capacity,
                      uint32_t *total) {
    int32_t count = denali_control(operation, handle, buffer, size);
    *total = count < 0 ? 0 : (uint32_t)count;
    return *total < capacity ? *total : capacity;
}

uint32_t fetch_vms(uint32_t *total) {
    return fetch(DENALI_CONTROL_OPERATION_LIST, DENALI_CONTROL_HANDLE_MACHINE, vms, sizeof vms, MAXIMUM_VMS, total);
}

uint32_t fetch_images(uint32_t *total) {
    return fetch(DENALI_CONTROL_OPERATION_LIST_IMAGES, DENALI_CONTROL_HANDLE_IMAGE_STORE, images, sizeof images,
                 MAXIMUM_IMAGES, total);
}

bool fetch_machine(struct denali_control_machine *machine) {
    return denali_control(DENALI_CONTROL_OPERATION_MACHINE, DENALI_CONTROL_HANDLE_MACHINE, machine, sizeof *machine) >= 0;
}

const struct denali_control_vm *lookup_vm(const char *name_or_id) {
    uint32_t total, id = 0;
    uint32_t count = fetch_vms(&total);
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(vms[i].name, name_or_id) == 0) return &vms[i];
    if (parse_number(name_or_id, &id))
        for (uint32_t i = 0; i < count; i++)
            if (vms[i].vm_id == id) return &vms[i];
    return NULL;
}

const struct denali_control_vm *find_vm(const char *name_or_id) {
    const struct denali_control_vm *vm = lookup_vm(name_or_id);
    if (!vm) printf("there is no VM `%s`; `list` shows them\n", name_or_id);
    return vm;
}

const struct denali_control_vm *vm_of(uint32_t handle) {
    uint32_t total;
    uint32_t count = fetch_vms(&total);
    for (uint32_t i = 0; i < count; i++)
        if (vms[i].handle == handle) return &vms[i];
    return NULL;
}

int32_t set_tickets(uint32_t handle, uint32_t tickets) {
    return denali_control(DENALI_CONTROL_OPERATION_SET_TICKETS, handle, &tickets, sizeof tickets);
}

const char *state_name(uint32_t state) {
    static const char *const names[] = {
        [DENALI_VM_STATE_RUNNING] = "running",       [DENALI_VM_STATE_READY] = "ready",
        [DENALI_VM_STATE_IDLE] = "idle",             [DENALI_VM_STATE_PAUSED] = "paused",
        [DENALI_VM_STATE_SWAPPING] = "swapping",     [DENALI_VM_STATE_SWAPPED] = "swapped",
        [DENALI_VM_STATE_TERMINATED] = "terminated", [DENALI_VM_STATE_CRASHED] = "crashed",
    };
    return state < sizeof names / sizeof *names ? names[state] : "unknown";
}

bool has_ended(uint32_t state) { return state == DENALI_VM_STATE_TERMINATED || state == DENALI_VM_STATE_CRASHED; }

const char *error_text(int32_t error) {
    switch (error) {
    case DENALI_ERROR_AGAIN: return "not now, try again";
    case DENALI_ERROR_INVALID: return "the kernel does not take that";
    case DENALI_ERROR_DENIED: return "not allowed";
    case DENALI_ERROR_TOO_BIG: return "too big";
    case DENALI_ERROR_NOT_FOUND: return "there is no such thing";
    case DENALI_ERROR_INPUT_OUTPUT: return "the host could not do it";
    case DENALI_ERROR_NO_SPACE: return "there is no room for it";
    default: return "unknown error";
    }
}

bool report_ended(const char *before) {
    uint32_t total, seen = 0, still_alive = 0;
    uint32_t count = fetch_vms(&total);
    bool any = false;
    for (uint32_t i = 0; i < count; i++) {
        const struct denali_control_vm *vm = &vms[i];
        /* Both lists ascend, so one walk finds each VM; those that were reaped in between are passed over. */
        while (seen < alive_count && alive[seen] < vm->handle) seen++;
        bool was_alive = seen < alive_count && alive[seen] == vm->handle;
        if (has_ended(vm->state) && (was_alive || vm->handle > largest_seen)) {
            printf("%sVM %u (%s) %s\n", any ? "" : before, vm->vm_id, vm->name,
                   vm->state == DENALI_VM_STATE_CRASHED ? "crashed" : "terminated");
            any = true;
        }
    }
    for (uint32_t i = 0; i < count; i++)
        if (!has_ended(vms[i].state)) alive[still_alive++] = vms[i].handle;
    alive_count = still_alive;
    if (count > 0) largest_seen = vms[count - 1].handle;
    return any;
}

/* Names that connections asked for lately: a machine of thousands of VMs is not listed for each connection. */
#define REMEMBERED 16u
static struct {
    char name[DENALI_NAME_SIZE];
    uint32_t number;
} remembered[REMEMBERED];
static uint32_t next_remembered;

void forget_names(void) { memset(remembered, 0, sizeof remembered); }

uint32_t vm_number(const char *name) {
    uint32_t total;
    if (*name == '\0' || strlen(name) >= DENALI_NAME_SIZE) return 0;
    for (uint32_t i = 0; i < REMEMBERED; i++)
        if (strcmp(remembered[i].name, name) == 0) return remembered[i].number;
    uint32_t count = fetch_vms(&total);
    for (uint32_t i = 0; i < count; i++) {
        if (has_ended(vms[i].state) || strcmp(vms[i].name, name) != 0) continue;
        uint32_t place = next_remembered++ % REMEMBERED;
        memcpy(remembered[place].name, vms[i].name, DENALI_NAME_SIZE);
        remembered[place].number = vms[i].vm_id;
        return vms[i].vm_id;
    }
    return 0;
}
