/* The commands that have a file of their own (commands-vms.c), for the table that names them (commands.c). */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "supervisor.h"

/* Each gets the line's words, its own name first. */
void create(int count, char **words);
void pause(int count, char **words);
void resume(int count, char **words);
void kill(int count, char **words);
void forget(int count, char **words);
void console(int count, char **words);
void type(int count, char **words);
void tickets(int count, char **words);

/* Says that something could not be done, and why. */
void complain(const char *what, const char *about, int32_t error);

#endif
