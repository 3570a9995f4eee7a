/* base64: bytes to text and back (RFC 4648), then UTF-8 decoded by a state machine (RFC 3629). */
#include "../support/bench.h"

#define SIZE (96 * 1024)

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static int8_t values[256];
static uint8_t bytes[SIZE];
static char text[SIZE / 3 * 4];
static uint8_t decoded[SIZE];

static NOINLINE void encode(void) {
    char *to = text;
    for (uint32_t i = 0; i < SIZE; i += 3) {
        uint32_t group = (uint32_t)bytes[i] << 16 | (uint32_t)bytes[i + 1] << 8 | bytes[i + 2];
        *to++ = alphabet[group >> 18];
        *to++ = alphabet[group >> 12 & 63];
        *to++ = alphabet[group >> 6 & 63];
        *to++ = alphabet[group & 63];
    }
}

static NOINLINE bool decode(void) {
    uint8_t *to = decoded;
    for (uint32_t i = 0; i < sizeof text; i += 4) {
        int32_t group = 0;
        for (uint32_t j = 0; j < 4; j++) {
            int8_t value = values[(uint8_t)text[i + j]];
            if (value < 0) return false;
            group = group << 6 | value;
        }
        *to++ = (uint8_t)(group >> 16);
        *to++ = (uint8_t)(group >> 8);
        *to++ = (uint8_t)group;
    }
    return true;
}

static uint32_t put_character(uint32_t at, uint32_t code) {
    if (code < 0x80) {
        bytes[at++] = (uint8_t)code;
    } else if (code < 0x800) {
        bytes[at++] = (uint8_t)(0xc0 | code >> 6);
        bytes[at++] = (uint8_t)(0x80 | (code & 63));
    } else {
        bytes[at++] = (uint8_t)(0xe0 | code >> 12);
        bytes[at++] = (uint8_t)(0x80 | (code >> 6 & 63));
        bytes[at++] = (uint8_t)(0x80 | (code & 63));
    }
    return at;
}

static NOINLINE uint32_t characters(const uint8_t *next, const uint8_t *end) {
    uint32_t checksum = 0;
    uint32_t code = 0;
    uint32_t missing = 0;
    for (; next < end; next++) {
        uint8_t byte = *next;
        if (missing == 0) {
            if (byte < 0x80) checksum = mix(checksum, byte);
            else if (byte >> 5 == 6) code = byte & 31u, missing = 1;
            else if (byte >> 4 == 14) code = byte & 15u, missing = 2;
            else return 0;
        } else {
            if (byte >> 6 != 2) return 0;
            code = code << 6 | (byte & 63);
            if (--missing == 0) checksum = mix(checksum, code);
        }
    }
    return checksum;
}

uint32_t kernel_run(void) {
    uint32_t random = 53;
    uint32_t length = 0;
    while (length < SIZE - 3) {
        uint32_t kind = next_random(&random) % 8;
        uint32_t code = next_random(&random) >> 8;
        length = put_character(length, kind < 5 ? 32 + code % 95 : kind < 7 ? 0x80 + code % 0x780 : 0x800 + code % 0xc000);
    }
    while (length < SIZE) bytes[length++] = '.';
    for (uint32_t i = 0; i < 256; i++) values[i] = -1;
    for (uint32_t i = 0; i < 64; i++) values[(uint8_t)alphabet[i]] = (int8_t)i;
    uint32_t checksum = 0;
    for (int i = 0; i < 3; i++) {
        encode();
        if (!decode()) return 0;
        checksum = mix(checksum, characters(decoded, decoded + SIZE));
    }
    return checksum;
}
