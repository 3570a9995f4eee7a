/* Limits and defaults of Ilwaco, each with its unit and the reason for its value. */
#ifndef ILWACO_PARAMS_H
#define ILWACO_PARAMS_H

#define PAGE_SIZE 4096u
#define MICROSECOND 1000ull
#define MILLISECOND 1000000ull
#define SECOND 1000000000ull

/* Bytes of the first thread's stack: an eighth of the memory between these bounds. Interpreters recurse deeply. */
#define MAIN_STACK_SMALLEST (64u * 1024)
#define MAIN_STACK_LARGEST (1024u * 1024)
#define MAIN_STACK_SHARE 8

/* Argument strings that a program gets; the register page has room for 3,072 bytes of them. */
#define MAXIMUM_ARGUMENTS 256

/* How long a thread computes while others are ready: a few quanta, so that switching stays cheap. */
#define THREAD_SLICE (10 * MILLISECOND)

/* Open files. Servers with hundreds of connections need as many; an entry takes 4 bytes. */
#define MAXIMUM_DESCRIPTORS 1024

/* Bytes of a path. Linux has 4,096; ours are copied on small stacks. */
#define MAXIMUM_PATH 1024

/* Links within links in one path before it counts as a loop. Linux counts all links of a path. */
#define MAXIMUM_LINKS 40

/* Bytes that a pipe holds, and that were typed and not read. */
#define PIPE_CAPACITY 16384u
#define TYPED_CAPACITY 4096u

#endif
