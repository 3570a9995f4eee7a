/* The VM's arguments: those in front that are the system's own, and the program's. */
#ifndef ILWACO_ARGUMENTS_H
#define ILWACO_ARGUMENTS_H

/*
 * Fills in the program's; answers how many. Others in front, like `ip=10.0.0.7`, are kept for arguments_setting(). A VM
 * without arguments gets the lines of the image's /etc/arguments.
 */
int arguments_take(char **arguments, int capacity);
/* What stands behind `name=` in front of the program's arguments; null when it was not given. */
const char *arguments_setting(const char *name);

#endif
