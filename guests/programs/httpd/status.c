/* The status page: what this server and its VM have done. */
#include "denali.h"
#include "httpd.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <time.h>

/* The longest that stands for a character of a VM's name. */
#define LONGEST_ESCAPE 5

static const char html[] = "<!doctype html><meta charset=utf-8><title>%s</title>\n"
                           "<h1>%s</h1><p>VM %u of a Denali isolation kernel</p>\n<table>\n"
                           "<tr><td>up<td>%llu s\n<tr><td>requests<td>%u\n<tr><td>not found<td>%u\n"
                           "<tr><td>refused<td>%u\n<tr><td>connections<td>%u\n<tr><td>open now<td>%u\n"
                           "<tr><td>bytes sent<td>%llu\n<tr><td>memory<td>%lu KB, %lu KB free\n</table>\n"
                           "<p><a href=/>home</a> <a href=/status.json>JSON</a>\n";

static const char json[] = "{\"name\":\"%s\",\"vm\":%u,\"uptime\":%llu,\"requests\":%u,\"notFound\":%u,\"refused\":%u,"
                           "\"connections\":%u,\"open\":%u,\"bytesSent\":%llu,\"memory\":%lu,\"memoryFree\":%lu}\n";

/* A character of a name as JSON or HTML has it, null where it stands for itself. Names hold no control characters. */
static const char *escape_of(char character, bool as_json) {
    switch (character) {
    case '"': return as_json ? "\\\"" : NULL;
    case '\\': return as_json ? "\\\\" : NULL;
    case '&': return as_json ? NULL : "&amp;";
    case '<': return as_json ? NULL : "&lt;";
    case '>': return as_json ? NULL : "&gt;";
    default: return NULL;
    }
}

static void write_name(char *to, bool as_json) {
    for (unsigned i = 0; i < DENALI_NAME_SIZE && denali_registers.name[i]; i++) {
        char character = (char)denali_registers.name[i];
        const char *escape = escape_of(character, as_json);
        if (escape) to = stpcpy(to, escape);
        else *to++ = character;
    }
    *to = 0;
}

char *status_page(bool as_json, size_t *length) {
    char *page = malloc(STATUS_CAPACITY);
    if (!page) return NULL;
    char name[DENALI_NAME_SIZE * LONGEST_ESCAPE + 1];
    write_name(name, as_json);
    struct timespec now;
    struct sysinfo memory;
    clock_gettime(CLOCK_MONOTONIC, &now);
    sysinfo(&memory);
    unsigned long long up = (unsigned long long)now.tv_sec - counters.started, sent = counters.bytes_sent;
    unsigned vm = denali_registers.vm_id;
    if (as_json)
        *length = (size_t)snprintf(page, STATUS_CAPACITY, json, name, vm, up, counters.requests, counters.not_found,
                                   counters.refused, counters.connections, counters.open, sent, memory.totalram,
                                   memory.freeram);
    else
        *length = (size_t)snprintf(page, STATUS_CAPACITY, html, name, name, vm, up, counters.requests,
                                   counters.not_found, counters.refused, counters.connections, counters.open, sent,
                                   memory.totalram / 1024, memory.freeram / 1024);
    return page;
}
