/* What happens when no thread runs: devices are looked after, and the VM idles until the nearest deadline. */
#ifndef ILWACO_IDLE_H
#define ILWACO_IDLE_H

#include <stdbool.h>
#include <stdint.h>

/* Returns when a thread is ready. */
void idle_until_ready(void);
/* Idles until something happens, no later than a system time, and looks after it. */
void idle_once(uint64_t latest);
/* Looks after devices whose interrupts are pending. Cheap when none is. */
void devices_poll(void);
/* The thread that was chosen runs from now on. */
void slice_begins(void);

/* Of thread.c: whether one is ready; the nearest deadline of those that wait; makes those ready whose deadline is past. */
bool threads_ready(void);
uint64_t threads_deadline(void);
void threads_expire(uint64_t now);

/* Of alarm.c: when SIGALRM is due, and sending it. */
uint64_t alarm_deadline(void);
void alarm_poll(uint64_t now);

/* The network's, where a program has one: takes received packets, runs timers; the time of the next timer. */
void network_poll(void) __attribute__((weak));
uint64_t network_deadline(void) __attribute__((weak));

#endif
