/*
 * What the guest runtime offers beyond the virtual architecture: start-up, printing, strings, arguments, interrupts,
 * typed lines and Ethernet. It is not a C library: Ilwaco has one.
 *
 * The program is `int main(void)` or the form below: argv[0] is the VM's name, the rest are its arguments.
 *
 *     #include "runtime.h"
 *     int main(int argc, char **argv) {
 *         printf("%s has %d arguments\n", argv[0], argc - 1);
 *         return 0; // the VM's exit status
 *     }
 */
#ifndef DENALI_RUNTIME_H
#define DENALI_RUNTIME_H

#include "denali.h"
#include <stdbool.h>

#define MICROSECOND 1000ull
#define MILLISECOND 1000000ull
#define SECOND 1000000000ull

/* First address behind the image; memory from here to the stack is free. The linker script knows it. */
extern uint8_t image_end[];

/* ---- Console ---- */

/* Writes all bytes to the console. */
void print_bytes(const char *bytes, size_t length);
void print(const char *text);
/*
 * Conversions: %s %c %d %u %x %%, with `ll` for 64 bits, a minimum width (`*` takes it from the arguments), `0` for zero
 * padding and `-` for left alignment. Output reaches the console in one piece where it fits 256 bytes.
 */
void printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- Strings and memory, as in C ---- */

void *memcpy(void *to, const void *from, size_t length);
void *memmove(void *to, const void *from, size_t length);
void *memset(void *to, int byte, size_t length);
int memcmp(const void *left, const void *right, size_t length);
size_t strlen(const char *text);
int strcmp(const char *left, const char *right);

/* ---- Arguments ---- */

/* Reads a decimal number. False, and `number` as it was, when the text is anything else or does not fit. */
bool parse_number(const char *text, uint32_t *number);
/* Argument `index` as a number, or `otherwise` where it is missing. One that is not a number ends the VM, status 2. */
uint32_t number_argument(int argc, char **argv, int index, uint32_t otherwise);
/* Ends the VM with a line that names it and status 2: a mistake of whoever started it. */
_Noreturn void usage_error(char **argv, const char *what, const char *detail);

/* ---- Time and interrupts ---- */

/* Idles until a system time, taking and dropping interrupts meanwhile. */
void idle_until(uint64_t time);
/*
 * Makes interrupts call a function with the bitmask delivered, interrupts disabled; registers and flags are kept for
 * what was interrupted. A null pointer goes back to taking interrupts from denali_idle().
 */
void set_interrupt_handler(void (*handler)(uint32_t delivered));

/* ---- Lines typed at the keyboard ---- */

#define LINE_SIZE 256

/* A line being typed. All zero is an empty line. */
struct line {
    char text[LINE_SIZE]; /* NUL-terminated. */
    uint32_t length;
};

enum line_event { LINE_MORE, LINE_COMPLETE, LINE_CANCELLED, LINE_END };

/*
 * Takes one typed byte and echoes it: Backspace erases a character, ^U the line, ^C cancels it, Enter completes it and
 * ^D is the end. After LINE_COMPLETE and LINE_CANCELLED set `length` to 0 for the next one.
 */
enum line_event line_type(struct line *line, char byte);

/* ---- Ethernet (IEEE 802.3) ---- */

#define ETHERNET_ADDRESS_SIZE 6
#define ETHERNET_MINIMUM_FRAME 60
/* EtherType for local experiments (IEEE 802, section 9.2.4), big-endian in the frame. */
#define ETHERTYPE_EXPERIMENT 0x88b5

struct ethernet_header {
    uint8_t destination[ETHERNET_ADDRESS_SIZE];
    uint8_t source[ETHERNET_ADDRESS_SIZE];
    uint8_t type[2]; /* Big-endian. */
};

extern const uint8_t ethernet_broadcast[ETHERNET_ADDRESS_SIZE];

/* Fills a header; the source is this VM's own address. */
void ethernet_fill(struct ethernet_header *header, const uint8_t *destination, uint16_t type);
/*
 * Sends a frame, idling while the queue is full. Answers 0 or an error. It drops the interrupts it takes meanwhile: look for
 * received frames after it, not before.
 */
int32_t ethernet_send(const void *frame, uint32_t length);
/* Prints `02:44:4e:00:00:01`. */
void print_mac(const uint8_t *address);

#endif
