/*
 * Latencies as a histogram: buckets that grow by an eighth, so that a percentile is right within 12.5 % whatever its size. Times
 * are in microseconds.
 *
 *     struct histogram latencies = {0};
 *     histogram_add(&latencies, 250);
 *     printf("%u\n", histogram_percentile(&latencies, 99.9));
 */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>

/* Eight for each power of two of 32-bit numbers. */
#define HISTOGRAM_BUCKETS (30 * 8)

struct histogram {
    uint32_t counts[HISTOGRAM_BUCKETS];
    uint32_t count;
    uint32_t maximum;
};

static inline unsigned histogram_bucket(uint32_t microseconds) {
    if (microseconds < 8) return microseconds;
    unsigned exponent = 31 - (unsigned)__builtin_clz(microseconds);
    return (exponent - 2) * 8 + (microseconds >> (exponent - 3) & 7);
}

/* The largest number that falls into a bucket. */
static inline uint32_t histogram_limit(unsigned bucket) {
    if (bucket < 8) return bucket;
    unsigned exponent = bucket / 8 + 2;
    return (uint32_t)(((uint64_t)(8 + bucket % 8 + 1) << (exponent - 3)) - 1);
}

static inline void histogram_add(struct histogram *histogram, uint32_t microseconds) {
    histogram->counts[histogram_bucket(microseconds)]++;
    histogram->count++;
    if (microseconds > histogram->maximum) histogram->maximum = microseconds;
}

/* The time within which so many percent were done; 0 when nothing was. */
static inline uint32_t histogram_percentile(const struct histogram *histogram, double percent) {
    uint32_t wanted = (uint32_t)(histogram->count * percent / 100), seen = 0;
    if (wanted < 1) wanted = 1;
    for (unsigned bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
        seen += histogram->counts[bucket];
        if (seen < wanted) continue;
        uint32_t limit = histogram_limit(bucket);
        return limit < histogram->maximum ? limit : histogram->maximum;
    }
    return histogram->maximum;
}

#endif
