/* The one process that a VM is. */
#ifndef ILWACO_PROCESS_H
#define ILWACO_PROCESS_H

#define PROCESS_ID 1

/* Writes what files on disks need to survive, and ends the VM. */
_Noreturn void process_end(int status);

#endif
