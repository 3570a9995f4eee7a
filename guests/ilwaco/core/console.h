/* The console as a terminal: standard input, output and error. */
#ifndef ILWACO_CONSOLE_H
#define ILWACO_CONSOLE_H

#include <stddef.h>

/* Opens descriptors 0, 1 and 2. */
void console_start(void);
/* Takes what was typed. */
void console_poll(void);
/* One line for the person at the console, from Ilwaco itself. */
void console_note(const char *what, const char *detail);

struct file *console_open(int flags);

#endif
