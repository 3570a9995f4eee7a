/* hash: a table of strings with chains, filled with words and then asked for them. */
#include "../support/bench.h"

#define WORDS 8000
#define BUCKETS 4096
#define LOOK_UPS 40000

struct entry {
    struct entry *next;
    const char *key;
    uint32_t count;
};

static struct entry *buckets[BUCKETS];
static struct entry entries[WORDS];
static char text[WORDS * 12];
static const char *words[WORDS];

static void make_words(void) {
    uint32_t random = 3;
    char *end = text;
    for (uint32_t i = 0; i < WORDS; i++) {
        words[i] = end;
        uint32_t length = 3 + next_random(&random) % 8;
        for (uint32_t j = 0; j < length; j++) *end++ = (char)('a' + next_random(&random) % 26);
        *end++ = '\0';
    }
}

/* FNV-1a. */
static uint32_t hash(const char *key) {
    uint32_t value = 2166136261u;
    for (; *key != '\0'; key++) value = (value ^ (uint8_t)*key) * 16777619u;
    return value;
}

static struct entry **find(const char *key) {
    struct entry **link = &buckets[hash(key) % BUCKETS];
    while (*link != NULL && strcmp((*link)->key, key) != 0) link = &(*link)->next;
    return link;
}

uint32_t kernel_run(void) {
    memset(buckets, 0, sizeof buckets);
    make_words();
    uint32_t used = 0;
    for (uint32_t i = 0; i < WORDS; i++) {
        struct entry **link = find(words[i]);
        if (*link == NULL) {
            entries[used] = (struct entry){NULL, words[i], 0};
            *link = &entries[used++];
        }
    }
    uint32_t random = 5;
    uint32_t missing = 0;
    for (uint32_t i = 0; i < LOOK_UPS; i++) {
        struct entry *found = *find(words[next_random(&random) % WORDS] + (i & 1));
        if (found != NULL) found->count++;
        else missing++;
    }
    uint32_t checksum = mix(used, missing);
    for (uint32_t i = 0; i < used; i++) checksum = mix(checksum, entries[i].count);
    return checksum;
}
