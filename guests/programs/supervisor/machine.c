/*
 * The machine as the control device shows it: VMs, images, and which VMs ended since the last look. Nothing here has the kernel look
 * at all VMs at once: it would keep every guest waiting meanwhile, and guests that ask for names cause much of it.
 */
#include "denali-control.h"
#include "services.h"
#include "supervisor.h"

/* VMs that ended, fetched together. */
#define ENDED_AT_ONCE 16u

struct denali_control_image images[MAXIMUM_IMAGES];

uint32_t fetch_vms(uint32_t handle, struct denali_control_vm *vms, uint32_t room) {
    vms->handle = handle;
    int32_t count = denali_control(DENALI_CONTROL_OPERATION_LIST_FROM, DENALI_CONTROL_HANDLE_MACHINE, vms, room * sizeof *vms);
    return count > 0 ? (uint32_t)count : 0;
}

uint32_t fetch_images(uint32_t *total) {
    int32_t count =
        denali_control(DENALI_CONTROL_OPERATION_LIST_IMAGES, DENALI_CONTROL_HANDLE_IMAGE_STORE, images, sizeof images);
    *total = count < 0 ? 0 : (uint32_t)count;
    return *total < MAXIMUM_IMAGES ? *total : MAXIMUM_IMAGES;
}

bool fetch_machine(struct denali_control_machine *machine) {
    return denali_control(DENALI_CONTROL_OPERATION_MACHINE, DENALI_CONTROL_HANDLE_MACHINE, machine, sizeof *machine) >= 0;
}

/* The VM with this name, or with this number where the name is empty, in the record. False when there is none. */
static bool look_up(const char *name, uint32_t id, struct denali_control_vm *vm) {
    if (strlen(name) >= sizeof vm->name) return false;
    memcpy(vm->name, name, strlen(name) + 1);
    vm->vm_id = id;
    return denali_control(DENALI_CONTROL_OPERATION_LOOKUP, DENALI_CONTROL_HANDLE_MACHINE, vm, sizeof *vm) >= 0;
}

const struct denali_control_vm *lookup_vm(const char *name_or_id) {
    static struct denali_control_vm found;
    uint32_t id;
    if (*name_or_id == '\0') return NULL;
    if (look_up(name_or_id, 0, &found)) return &found;
    return parse_number(name_or_id, &id) && look_up("", id, &found) ? &found : NULL;
}

const struct denali_control_vm *find_vm(const char *name_or_id) {
    const struct denali_control_vm *vm = lookup_vm(name_or_id);
    if (!vm) printf("there is no VM `%s`; `list` shows them\n", name_or_id);
    return vm;
}

const struct denali_control_vm *vm_of(uint32_t handle) {
    static struct denali_control_vm found;
    return fetch_vms(handle, &found, 1) == 1 && found.handle == handle ? &found : NULL;
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
    static struct denali_control_vm ended[ENDED_AT_ONCE];
    bool any = false;
    for (;;) {
        int32_t count = denali_control(DENALI_CONTROL_OPERATION_TAKE_ENDED, DENALI_CONTROL_HANDLE_MACHINE, ended, sizeof ended);
        if (count <= 0) return any;
        for (int32_t i = 0; i < count; i++)
            printf("%sVM %u (%s) %s\n", any || i > 0 ? "" : before, ended[i].vm_id, ended[i].name,
                   ended[i].state == DENALI_VM_STATE_CRASHED ? "crashed" : "terminated");
        any = true;
    }
}

uint32_t vm_number(const char *name) {
    struct denali_control_vm vm;
    return *name != '\0' && look_up(name, 0, &vm) && !has_ended(vm.state) ? vm.vm_id : 0;
}

bool vm_is_alive(uint32_t number) {
    struct denali_control_vm vm;
    return look_up("", number, &vm) && !has_ended(vm.state);
}
