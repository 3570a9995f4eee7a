/*
 * load: an HTTP load generator: closed or open loop, Zipf popularity over many servers, latency percentiles
 *
 *     load [SETTING=VALUE...] TARGET...        a target is 10.0.0.2, or a range 10.0.0.2-10.0.0.201
 *
 * connections=8 keeps so many requests under way; rate=200 begins so many a second instead. zipf=1 makes the n-th target's
 * popularity 1/n. seconds=10, interval=1 (between reports), keep=1 (connections), port=80, path=/.
 */
#include "load.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct settings settings = {.connections = 8, .interval = 1, .port = 80, .path = "/"};
struct results total, recent;

uint64_t microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void fail(const char *what, const char *detail) {
    fprintf(stderr, "load: %s%s\n", what, detail);
    exit(2);
}

static bool read_number(const char *argument, const char *name, double *number) {
    size_t length = strlen(name);
    char *end;
    if (strncmp(argument, name, length) != 0 || argument[length] != '=') return false;
    *number = strtod(argument + length + 1, &end);
    if (*end || end == argument + length + 1 || *number < 0) fail("not a number: ", argument);
    return true;
}

static void read_setting(const char *argument) {
    double number;
    if (read_number(argument, "connections", &number)) settings.connections = (unsigned)number;
    else if (read_number(argument, "rate", &number)) settings.rate = number;
    else if (read_number(argument, "zipf", &number)) settings.zipf = number;
    else if (read_number(argument, "seconds", &number)) settings.seconds = number;
    else if (read_number(argument, "interval", &number)) settings.interval = number;
    else if (read_number(argument, "keep", &number)) settings.keep = number != 0;
    else if (read_number(argument, "port", &number)) settings.port = (uint16_t)number;
    else if (strncmp(argument, "path=/", 6) == 0) settings.path = argument + 5;
    else fail("no such setting: ", argument);
}

static void read_arguments(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (strchr(argv[i], '=')) read_setting(argv[i]);
        else if (!targets_add(argv[i])) fail("no address or range, or too many: ", argv[i]);
    }
    if (targets_count() == 0) fail("wants a server's address, for example 10.0.0.2", "");
    if (settings.connections < 1 || settings.connections > MAXIMUM_CONNECTIONS)
        fail("connections= goes from 1 to 512", "");
    if (settings.interval <= 0) fail("interval= wants more than 0 seconds", "");
}

static void report(const char *label, const struct results *results, double seconds) {
    const struct histogram *latencies = &results->latencies;
    printf("%s%u requests, %u failed, %.0f/s, %.2f MB/s, latency us p50 %u p90 %u p99 %u p99.9 %u max %u", label,
           results->done, results->failed, results->done / seconds, (double)results->bytes / seconds / 1e6,
           histogram_percentile(latencies, 50), histogram_percentile(latencies, 90), histogram_percentile(latencies, 99),
           histogram_percentile(latencies, 99.9), latencies->maximum);
    if (results->skipped) printf(", %u not begun", results->skipped);
    printf("\n");
    fflush(stdout);
}

/* Closed loop: fills the places. Open loop: begins what is due; one that finds no place is counted. */
static void begin_requests(uint64_t now, uint64_t *next_due) {
    if (settings.rate == 0) {
        while (exchange_count() < settings.connections && exchange_begin(now)) continue;
        return;
    }
    for (; *next_due <= now; *next_due += (uint64_t)(1e6 / settings.rate)) {
        if (exchange_begin(*next_due)) continue;
        total.skipped++;
        recent.skipped++;
    }
}

int main(int argc, char **argv) {
    read_arguments(argc, argv);
    uint64_t start = microseconds(), next_due = start, reported = start;
    uint64_t end = settings.seconds > 0 ? start + (uint64_t)(settings.seconds * 1e6) : UINT64_MAX;
    uint64_t interval = (uint64_t)(settings.interval * 1e6);
    for (;;) {
        uint64_t now = microseconds();
        if (now >= end) break;
        if (now >= reported + interval) {
            report("", &recent, (double)(now - reported) / 1e6);
            recent = (struct results){0};
            reported = now;
        }
        begin_requests(now, &next_due);
        uint64_t until = reported + interval < end ? reported + interval : end;
        exchange_wait(settings.rate > 0 && next_due < until ? next_due : until);
    }
    report("total: ", &total, (double)(microseconds() - start) / 1e6);
    return total.failed > 0;
}
