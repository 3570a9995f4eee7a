/* crc32: the checksum of IEEE 802.3, by table, a byte at a time. */
#include "../support/bench.h"

static uint32_t table[256];
static uint8_t data[1 << 20];

static void make_table(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t remainder = byte;
        for (int bit = 0; bit < 8; bit++) remainder = remainder & 1 ? remainder >> 1 ^ 0xedb88320u : remainder >> 1;
        table[byte] = remainder;
    }
}

static uint32_t crc32(const uint8_t *bytes, size_t length) {
    uint32_t crc = ~0u;
    for (size_t i = 0; i < length; i++) crc = table[(crc ^ bytes[i]) & 255] ^ crc >> 8;
    return ~crc;
}

uint32_t kernel_run(void) {
    make_table();
    uint32_t random = 1;
    for (size_t i = 0; i < sizeof data; i += 4) memcpy(data + i, &(uint32_t){next_random(&random)}, 4);
    return crc32(data, sizeof data);
}
