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

/* Requests a second: time is counted in microseconds. */
#define HIGHEST_RATE 1e6
/* With this nobody but the first target is ever asked. */
#define STEEPEST_ZIPF 100
/* Seconds. */
#define SHORTEST_INTERVAL 0.001
#define LONGEST_TIME 1e9
/* Waits are in whole milliseconds: what was due in the last of them, microseconds, may not have been begun for that alone. */
#define LATENESS 1000u

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

/* Whether it is this setting, which then has a number in its range. */
static bool read_number(const char *argument, const char *name, double least, double most, double *number) {
    size_t length = strlen(name);
    if (strncmp(argument, name, length) != 0 || argument[length] != '=') return false;
    const char *text = argument + length + 1;
    char *end;
    *number = strtod(text, &end);
    if (end != text && *end == 0 && *number >= least && *number <= most) return true;
    fprintf(stderr, "load: %s= wants a number from %.10g to %.10g, not %s\n", name, least, most, text);
    exit(2);
}

static void read_path(const char *path) {
    settings.path = path;
    if (strlen(path) <= LONGEST_PATH) return;
    fprintf(stderr, "load: path= has room for %d bytes\n", LONGEST_PATH);
    exit(2);
}

static void read_setting(const char *argument) {
    double number;
    if (read_number(argument, "connections", 1, MAXIMUM_CONNECTIONS, &number)) settings.connections = (unsigned)number;
    else if (read_number(argument, "rate", 0, HIGHEST_RATE, &number)) settings.rate = number;
    else if (read_number(argument, "zipf", 0, STEEPEST_ZIPF, &number)) settings.zipf = number;
    else if (read_number(argument, "seconds", 0, LONGEST_TIME, &number)) settings.seconds = number;
    else if (read_number(argument, "interval", SHORTEST_INTERVAL, LONGEST_TIME, &number)) settings.interval = number;
    else if (read_number(argument, "keep", 0, 1, &number)) settings.keep = number != 0;
    else if (read_number(argument, "port", 1, 65535, &number)) settings.port = (uint16_t)number;
    else if (strncmp(argument, "path=/", 6) == 0) read_path(argument + 5);
    else fail("no such setting: ", argument);
}

static void read_arguments(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (strchr(argv[i], '=')) read_setting(argv[i]);
        else if (!targets_add(argv[i])) fail("no address or range, or too many: ", argv[i]);
    }
    if (targets_count() == 0) fail("wants a server's address, for example 10.0.0.2", "");
    targets_weigh();
}

static void report(const char *label, const struct results *results, double seconds) {
    const struct histogram *latencies = &results->latencies;
    printf("%s%u requests, %u failed, %.0f/s, %.2f MB/s, latency us p50 %u p90 %u p99 %u p99.9 %u max %u", label,
           results->done, results->failed, results->done / seconds, (double)results->bytes / seconds / 1e6,
           histogram_percentile(latencies, 50), histogram_percentile(latencies, 90), histogram_percentile(latencies, 99),
           histogram_percentile(latencies, 99.9), latencies->maximum);
    if (results->skipped) printf(", %llu not begun", (unsigned long long)results->skipped);
    printf("\n");
    fflush(stdout);
}

/* Open loop: microseconds from the start at which a request is due. */
static uint64_t due(uint64_t request) {
    double when = (double)request * 1e6 / settings.rate;
    return (uint64_t)(when < LONGEST_TIME * 1e6 ? when : LONGEST_TIME * 1e6);
}

/* Counts those that were due until now as not begun. */
static void skip(uint64_t start, uint64_t now, uint64_t *next) {
    if (start + due(*next) > now) return;
    uint64_t first_later = (uint64_t)((double)(now - start) * settings.rate / 1e6) + 1;
    if (first_later <= *next) first_later = *next + 1;
    total.skipped += first_later - *next;
    recent.skipped += first_later - *next;
    *next = first_later;
}

/* Closed loop: fills the places. Open loop: begins what is due; where one finds no place, neither do the others, and all are counted. */
static void begin_requests(uint64_t start, uint64_t now, uint64_t *next) {
    if (settings.rate == 0) {
        while (exchange_count() < settings.connections && exchange_begin(now)) continue;
        return;
    }
    while (start + due(*next) <= now && exchange_begin(start + due(*next))) ++*next;
    skip(start, now, next);
}

int main(int argc, char **argv) {
    read_arguments(argc, argv);
    uint64_t start = microseconds(), next = 0, reported = start;
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
        begin_requests(start, now, &next);
        uint64_t until = reported + interval < end ? reported + interval : end;
        exchange_wait(settings.rate > 0 && start + due(next) < until ? start + due(next) : until);
    }
    if (settings.rate > 0 && end - start > LATENESS) skip(start, end - LATENESS, &next);
    report("total: ", &total, (double)(microseconds() - start) / 1e6);
    return total.failed > 0;
}
