/*
 * hostile-control: uses the devices that are the supervisor's: to kill VM 1, to list VMs, and to reach outside
 *
 *     hostile-control [kill|list|uplink]
 */
#include "hostile.h"

DENALI_MEMORY(128 * 1024);

/* The supervisor's handles for VMs are their numbers behind the fixed ones. */
#define FIRST_VM_HANDLE 16

enum { KILL, LIST, UPLINK };
static const char *const names[] = {"kill", "list", "uplink"};
static const char *const aims[] = {"kill VM 1", "list all VMs", "take what came from outside"};

static union {
    struct denali_control_vm vm;
    struct denali_uplink_event event;
} record;

int main(int argc, char **argv) {
    int chosen = CHOOSE(names);
    attempt(aims[chosen]);
    switch (chosen) {
    case KILL: denali_control(DENALI_CONTROL_OPERATION_KILL, FIRST_VM_HANDLE + 1, NULL, 0); break;
    case LIST:
        denali_control(DENALI_CONTROL_OPERATION_LIST, DENALI_CONTROL_HANDLE_MACHINE, &record, sizeof record.vm);
        break;
    case UPLINK:
        denali_uplink(DENALI_UPLINK_OPERATION_NEXT, DENALI_UPLINK_HANDLE_DEVICE, &record, sizeof record.event);
        break;
    }
    escaped();
}
