/* Where print() and printf() go: the console, or whoever asked for what a command prints. build includes it into print.c. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdint.h>

/* Takes what is printed from now on; a null pointer for the console. */
void output_to(void (*sink)(const char *bytes, uint32_t length));
/* Writes to the console or the sink; answers how many bytes it took. */
int32_t output_write(const void *bytes, uint32_t length);

#endif
