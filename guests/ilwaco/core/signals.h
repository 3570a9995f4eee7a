/* Signals: from the keyboard, from the program to itself, and for pipes and connections that nobody reads. */
#ifndef ILWACO_SIGNALS_H
#define ILWACO_SIGNALS_H

#include "thread.h"

/* Sends one to the thread, with null to the process: to any thread that does not block it, or waits for it. It takes effect when the thread leaves the system. */
void signal_send(struct thread *thread, int number);
/* Whether the thread has one that it does not block. */
bool signal_is_due(struct thread *thread);
/* In the system: runs the handlers of all that are due. Answers whether the call that they interrupted is done again. */
bool signals_let_restart(void);
/* Begins a wait with another mask, null for the same one; answers the mask before. */
uint64_t signals_mask_for_wait(const uint32_t *set);
/* Ends it: where a signal has ended it, with -EINTR, the handler runs with the wait's mask. Answers the outcome. */
long signals_end_wait(uint64_t before, long outcome);
/* The program has ended: from now on only what is sent to end it is due, and nothing of before. */
void signals_only_to_end(void);
/* In the system: runs the handlers of all that are due, and leaves the system. */
void signal_run_handlers(void);

#endif
