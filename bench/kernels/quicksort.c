/* quicksort: records sorted by a comparison that is called through a pointer, as the C library's qsort does. */
#include "../support/bench.h"

#define COUNT 20000

struct record {
    uint32_t key;
    uint32_t value;
};

typedef int comparison(const struct record *left, const struct record *right);

static struct record records[COUNT];

static void swap(struct record *left, struct record *right) {
    struct record kept = *left;
    *left = *right;
    *right = kept;
}

static NOINLINE void sort(struct record *low, struct record *high, comparison *compare) {
    while (high - low > 8) {
        swap(low + 1, low + (high - low) / 2);
        const struct record pivot = low[1];
        struct record *left = low;
        struct record *right = high;
        for (;;) {
            while (compare(left, &pivot) < 0) left++;
            while (compare(&pivot, right - 1) < 0) right--;
            if (left >= right - 1) break;
            swap(left++, --right);
        }
        if (left - low < high - left) {
            sort(low, left, compare);
            low = left;
        } else {
            sort(left, high, compare);
            high = left;
        }
    }
    for (struct record *next = low + 1; next < high; next++)
        for (struct record *back = next; back > low && compare(back, back - 1) < 0; back--) swap(back, back - 1);
}

static NOINLINE int ascending(const struct record *left, const struct record *right) {
    return left->key < right->key ? -1 : left->key > right->key;
}

static NOINLINE int descending(const struct record *left, const struct record *right) {
    return right->value < left->value ? -1 : right->value > left->value;
}

uint32_t kernel_run(void) {
    uint32_t random = 7;
    for (uint32_t i = 0; i < COUNT; i++) records[i] = (struct record){next_random(&random) >> 8, next_random(&random)};
    comparison *const orders[] = {ascending, descending};
    uint32_t checksum = 0;
    for (size_t order = 0; order < LENGTH(orders); order++) {
        sort(records, records + COUNT, orders[order]);
        for (uint32_t i = 1; i < COUNT; i++)
            if (orders[order](&records[i - 1], &records[i]) > 0) return 0;
        for (uint32_t i = 0; i < COUNT; i += 100) checksum = mix(checksum, records[i].key);
    }
    return checksum;
}
