/*
 * The supervisor's parts: the machine behind the control device (machine.c), the commands (commands.c), the loop (main.c), the
 * network's centre (services.h), and the control interface (session.h). It is the only VM that holds handles: the machine's and
 * the image store's from boot, those of VMs from what these answer. What it has no handle of it cannot name.
 */
#ifndef SUPERVISOR_H
#define SUPERVISOR_H

#include "runtime.h"

/* Images it can see; of a larger store the rest is counted. Bounds the buffer: 40 bytes each. */
#define MAXIMUM_IMAGES 1024
/* Lottery tickets that a VM can hold. */
#define MAXIMUM_TICKETS 10000u

/* Fetches VMs with this handle and larger ones, in ascending order, as many as there is room for: how many these are. */
uint32_t fetch_vms(uint32_t handle, struct denali_control_vm *vms, uint32_t room);
/* Fetches the images into `images`: how many are there, and in `total` how many there are. */
extern struct denali_control_image images[MAXIMUM_IMAGES];
uint32_t fetch_images(uint32_t *total);
bool fetch_machine(struct denali_control_machine *machine);

/* The VM with this name, or else with this number, as it is now. NULL when there is none. */
const struct denali_control_vm *lookup_vm(const char *name_or_id);
/* The same; prints a line that says so when there is none. */
const struct denali_control_vm *find_vm(const char *name_or_id);
/* The VM of this handle, as it is now. NULL when it was forgotten. */
const struct denali_control_vm *vm_of(uint32_t handle);
int32_t set_tickets(uint32_t handle, uint32_t tickets);

const char *state_name(uint32_t state);
bool has_ended(uint32_t state);
/* A DENALI_ERROR_... in words. */
const char *error_text(int32_t error);

/* Prints a line for each VM that ended since the last call. `before` is printed ahead of the first. True if any did. */
bool report_ended(const char *before);

/* commands.c. Carries out one typed line. */
void execute(char *line);

#endif
