/*
 * Links: found by the handle that the device has for them, and ended at both ends. Those of a VM that has ended are ended here:
 * nobody answers TCP any more, which would find that out after minutes, or never where nothing is under way, and datagrams would go
 * there for as long as their sender goes on.
 */
#include "denali.h"
#include "detach.h"
#include "heap.h"
#include "links.h"
#include "services.h"
#include <lwip/priv/tcp_priv.h>

#define BUCKETS 256u

/*
 * What a VM sent right before it ended may be in our queue for so long, ns, from when a look found that it had. And so often links are
 * looked at, however many VMs end.
 */
#define LAST_WORDS_TIME 1000000000u
/* For so long, ns, a client may leave unread what such a VM had said: the link and its memory are for others then. */
#define ORPHAN_TIME 60000000000u

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
        detach(link->tcp);
        tcp_abort(link->tcp);
    }
    if (link->outgoing) outbound_forget(link);
    else if (link->udp) udp_remove(link->udp);
    if (link->held) pbuf_free(link->held);
    heap_free(link);
    links_open--;
}

bool link_is_done(const struct link *link) {
    return !link->held && (link->orphaned || (link->outside_ended && link->guest_ended));
}

void link_let_go(struct link *link) {
    detach(link->tcp);
    if (tcp_close(link->tcp) == ERR_OK) link->tcp = NULL;
}

void link_finish(struct link *link) {
    if (link->tcp) link_let_go(link);
    link_drop(link);
}

/* ---- Links of VMs that have ended ---- */

static uint64_t next_look = DENALI_FOREVER, last_look;

static void look_at(uint64_t time) {
    if (time < next_look) next_look = time;
}

/* Without a reset: there is nobody to send it to. */
static void orphan(struct link *link) {
    if (link->tcp) {
        detach(link->tcp);
        tcp_abandon(link->tcp, 0);
        link->tcp = NULL;
    }
    link->orphaned = true;
    if (link_is_done(link)) link_drop(link);
    else look_at(link->ended_at + ORPHAN_TIME);
}

/* At one look it is seen that its VM has ended, at a later one its link ends: the frames that waited have been taken by then. */
static void end_of_ended(struct link *link) {
    if (link->ended_at == 0) {
        if (vm_is_alive(link->vm)) return;
        link->ended_at = last_look;
    }
    uint64_t age = last_look - link->ended_at;
    if (age >= ORPHAN_TIME) link_drop(link);
    else if (age >= LAST_WORDS_TIME) orphan(link);
    else look_at(link->ended_at + LAST_WORDS_TIME);
}

void links_note_end(void) { look_at(last_look + LAST_WORDS_TIME); }

uint64_t links_poll(void) {
    if (denali_system_time() < next_look) return next_look;
    last_look = denali_system_time();
    next_look = DENALI_FOREVER;
    link_each(end_of_ended);
    return next_look;
}
