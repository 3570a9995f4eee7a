/*
 * exit: ends with the status it is given, 0 without one.
 *
 * exit [STATUS]
 */
#include "runtime.h"

DENALI_MEMORY(128 * 1024);

int main(int argc, char **argv) { return (int)number_argument(argc, argv, 1, 0); }
