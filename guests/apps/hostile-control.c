/*
 * hostile-control: uses the supervisor's control device to kill another VM.
 */
#include "hostile.h"

DENALI_MEMORY(128 * 1024);

int main(void) {
    attempt("kill VM 1 with the control device");
    /* Handles of VMs are larger than the two that the supervisor holds from boot. */
    for (uint32_t handle = DENALI_CONTROL_HANDLE_IMAGE_STORE + 1; handle < 16; handle++)
        denali_control(DENALI_CONTROL_OPERATION_KILL, handle, NULL, 0);
    escaped();
}
