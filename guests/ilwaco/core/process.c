/* What a program asks about itself and the machine: identity, limits, names, and its end. */
#define _GNU_SOURCE
#include "disk.h"
#include "heap.h"
#include "memory.h"
#include "process.h"
#include "thread.h"
#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

/* The network's, where the program has one: what was sent arrives. No other thread runs meanwhile. */
void network_end(void) __attribute__((weak));

_Noreturn void process_end(int status) {
    disk_sync_all();
    if (network_end) network_end();
    denali_terminate(status);
}

long system_exit_group(int status) { process_end(status & 0xff); }

/* The end of a thread; that of the last one ends the VM. */
long system_exit(int status) {
    if (thread_count() == 1) process_end(status & 0xff);
    thread_end();
}

long system_getpid(void) { return PROCESS_ID; }
long system_gettid(void) { return current_thread->id; }
/* There is one user, who may everything in here. */
long system_zero(void) { return 0; }

long system_set_tid_address(int *address) {
    current_thread->clear_at_end = address;
    return current_thread->id;
}

long system_uname(struct utsname *name) {
    memset(name, 0, sizeof *name);
    strcpy(name->sysname, "Ilwaco");
    memcpy(name->nodename, (const char *)denali_registers.name, DENALI_NAME_SIZE);
    strcpy(name->release, "1");
    strcpy(name->version, "Denali virtual architecture 1");
    strcpy(name->machine, "i686");
    return 0;
}

/* Limits are what they are. One that asks for more descriptors than there are is refused, and servers then ask for fewer. */
long system_prlimit64(int process, int resource, const uint64_t new[2], uint64_t old[2]) {
    if (process != 0 && process != PROCESS_ID) return -ESRCH;
    if (resource < 0 || resource >= RLIM_NLIMITS) return -EINVAL;
    if (new && resource == RLIMIT_NOFILE && new[0] > MAXIMUM_DESCRIPTORS) return -EPERM;
    if (old) old[0] = old[1] = resource == RLIMIT_NOFILE ? MAXIMUM_DESCRIPTORS : UINT64_MAX;
    return 0;
}

long system_sysinfo(struct sysinfo *information) {
    memset(information, 0, sizeof *information);
    information->uptime = time_now() / SECOND;
    information->totalram = denali_registers.memory_size;
    information->freeram = heap_room();
    information->procs = thread_count();
    information->mem_unit = 1;
    return 0;
}

/* Time that passed counts as time computed: a VM does not know when it lost the CPU. */
long system_getrusage(int who, long *usage) {
    (void)who;
    uint64_t now = time_now();
    memset(usage, 0, 18 * sizeof *usage);
    usage[0] = now / SECOND;
    usage[1] = now % SECOND / MICROSECOND;
    return 0;
}

/* In hundredths of a second: the process's, the system's and both of children's. */
long system_times(int32_t *times) {
    int32_t now = (int32_t)(time_now() / (SECOND / 100));
    if (times) times[0] = now, times[1] = times[2] = times[3] = 0;
    return now;
}

long system_sched_getaffinity(int id, size_t size, uint8_t *set) {
    if ((id != 0 && !thread_find(id)) || size < sizeof(long)) return -EINVAL;
    memset(set, 0, sizeof(long));
    set[0] = 1;
    return sizeof(long);
}

/* Bytes from the wall clock and the VM's number, mixed (splitmix64): different for each VM and boot, fit for no secret. */
long system_getrandom(uint8_t *bytes, size_t size) {
    static uint64_t state;
    if (!state) state = denali_wall_clock() ^ (uint64_t)denali_registers.vm_id << 40;
    for (size_t i = 0; i < size; i++) {
        uint64_t mixed = state += 0x9e3779b97f4a7c15;
        mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
        bytes[i] = (uint8_t)(mixed ^ mixed >> 31);
    }
    return (long)size;
}
