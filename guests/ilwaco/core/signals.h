/* Signals: from the keyboard, from the program to itself, and for pipes and connections that nobody reads. */
#ifndef ILWACO_SIGNALS_H
#define ILWACO_SIGNALS_H

#include "thread.h"

/* Sends one to the thread, with null to the one that runs or ran last. It takes effect when the thread leaves the system. */
void signal_send(struct thread *thread, int number);
/* Whether the thread has one that it does not block. */
bool signal_is_due(const struct thread *thread);
/* In the system: runs the handlers of all that are due, and leaves the system. */
void signal_run_handlers(void);

#endif
