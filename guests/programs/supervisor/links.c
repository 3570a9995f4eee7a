/* Links: found by the handle that the device has for them, and ended at both ends. */
#include "denali.h"
#include "heap.h"
#include "links.h"
#include "services.h"

#define BUCKETS 256u

uint32_t links_open, links_total;
static struct link *buckets[BUCKETS];

static struct link **place_of(uint32_t handle) {
    struct link **place = &buckets[handle % BUCKETS];
    while (*place && (*place)->handle != handle) place = &(*place)->next;
    return place;
}

struct link *link_of(uint32_t handle) { return *place_of(handle); }

void link_each(void (*action)(struct link *)) {
    for (unsigned bucket = 0; bucket < BUCKETS; bucket++)
        for (struct link *link = buckets[bucket], *next; link; link = next) {
            next = link->next;
            action(link);
        }
}

struct link *link_add(uint32_t handle, uint32_t vm) {
    struct link *link = window_admits() ? heap_allocate_zeroed(sizeof *link) : NULL;
    if (!link) return NULL;
    link->handle = handle;
    link->vm = vm;
    *place_of(handle) = link;
    links_open++;
    links_total++;
    return link;
}

void link_drop(struct link *link) {
    *place_of(link->handle) = link->next;
    denali_uplink(DENALI_UPLINK_OPERATION_CLOSE, link->handle, NULL, 0);
    if (link->tcp) {
        tcp_arg(link->tcp, NULL);
        tcp_err(link->tcp, NULL);
        tcp_abort(link->tcp);
    }
    if (link->outgoing) outbound_forget(link);
    else if (link->udp) udp_remove(link->udp);
    if (link->held) pbuf_free(link->held);
    heap_free(link);
    links_open--;
}

bool link_is_done(const struct link *link) { return link->outside_ended && link->guest_ended && !link->held; }

void link_finish(struct link *link) {
    struct tcp_pcb *tcp = link->tcp;
    if (tcp) {
        tcp_arg(tcp, NULL);
        tcp_recv(tcp, NULL);
        tcp_sent(tcp, NULL);
        tcp_err(tcp, NULL);
        if (tcp_close(tcp) == ERR_OK) link->tcp = NULL;
    }
    link_drop(link);
}
