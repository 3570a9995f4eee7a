/* A program that does nothing: whether the host runs it shows whether the host runs i386 programs at all. */
#include "bench.h"

int bench_main(int argc, char **argv) {
    (void)argv;
    return argc == 1 ? 0 : 2;
}
