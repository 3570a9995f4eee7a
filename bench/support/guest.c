/* The benchmark's program as a guest: the host, which reads its console, stamps each line with its clock. */
#include "bench.h"
#include "runtime.h"

DENALI_MEMORY(16 * 1024 * 1024);

void bench_mark(const char *line) { printf("%s\n", line); }

int main(int argc, char **argv) { return bench_main(argc, argv); }
