/* The servers, and which of them is asked next: by Zipf's law, target n has popularity 1/n to the power that is set. */
#include "load.h"
#include <arpa/inet.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static in_addr_t addresses[MAXIMUM_TARGETS];
static double cumulative[MAXIMUM_TARGETS]; /* Popularity of this target and all before it. */
static unsigned count;

static bool add(uint32_t address) {
    if (count == MAXIMUM_TARGETS) return false;
    addresses[count++] = htonl(address);
    return true;
}

bool targets_add(const char *text) {
    char first[16];
    struct in_addr from, to;
    const char *dash = strchr(text, '-');
    size_t length = dash ? (size_t)(dash - text) : strlen(text);
    if (length >= sizeof first) return false;
    memcpy(first, text, length);
    first[length] = 0;
    if (!inet_aton(first, &from) || !inet_aton(dash ? dash + 1 : first, &to)) return false;
    if (ntohl(to.s_addr) < ntohl(from.s_addr)) return false;
    for (uint32_t address = ntohl(from.s_addr); address <= ntohl(to.s_addr); address++)
        if (!add(address)) return false;
    return true;
}

void targets_weigh(void) {
    double sum = 0;
    for (unsigned i = 0; i < count; i++) cumulative[i] = sum += settings.zipf > 0 ? pow(i + 1, -settings.zipf) : 1;
}

unsigned targets_count(void) { return count; }

in_addr_t targets_pick(void) {
    double drawn = (double)random() / ((double)RAND_MAX + 1) * cumulative[count - 1];
    unsigned low = 0, high = count - 1;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        if (cumulative[middle] > drawn) high = middle;
        else low = middle + 1;
    }
    return addresses[low];
}
