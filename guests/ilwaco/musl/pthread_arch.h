/* The architecture has no segments: the running thread is a global, which Ilwaco's scheduler changes. */
extern uintptr_t ilwaco_thread_pointer;
static inline uintptr_t __get_tp(void) { return ilwaco_thread_pointer; }

#define MC_PC gregs[REG_EIP]
