/*
 * lwIP's timers, run only while something depends on them: a VM whose connections are all quiet idles without end. lwIP
 * itself would wake it four times a second.
 */
#include "network.h"
#include "params.h"
#include "thread.h"
#include <lwip/dhcp.h>
#include <lwip/etharp.h>
#include <lwip/ip4_frag.h>
#include <lwip/netif.h>
#include <lwip/priv/tcp_priv.h>

/* After an ARP request of ours, how long its entry may still be asked for again: lwIP gives up after 5 s. */
#define ARP_ACTIVE (8 * SECOND)
/* How long fragments wait for the others: lwIP gives up after 15 s. */
#define REASSEMBLY_ACTIVE (18 * SECOND)
/* Entries of the ARP table last this many ticks; more at once change nothing. */
#define ARP_TICKS 300u

#define ETHERNET_HEADER 14u

struct timer {
    uint64_t interval;
    uint64_t next;   /* NEVER while it is not needed. */
    uint64_t active_until;
};

static struct timer tcp_timer = {.interval = TCP_TMR_INTERVAL * MILLISECOND, .next = NEVER};
static struct timer arp_timer = {.interval = ARP_TMR_INTERVAL * MILLISECOND, .next = NEVER};
static struct timer reassembly_timer = {.interval = IP_TMR_INTERVAL * MILLISECOND, .next = NEVER};
static struct timer dhcp_timer = {.interval = DHCP_FINE_TIMER_MSECS * MILLISECOND, .next = NEVER};
static struct timer dhcp_lease_timer = {.interval = DHCP_COARSE_TIMER_MSECS * MILLISECOND, .next = NEVER};

u32_t sys_now(void) { return (u32_t)(denali_system_time() / MILLISECOND); }

/* Nothing under way: no segment, no acknowledgement, no probe that a clock would act upon. */
static bool is_quiet(const struct tcp_pcb *pcb) {
    return pcb->state == ESTABLISHED && !pcb->unsent && !pcb->unacked && !pcb->ooseq && !pcb->refused_data &&
           !(pcb->flags & (TF_ACK_DELAY | TF_ACK_NOW | TF_CLOSEPEND)) && !pcb->persist_backoff &&
           !(pcb->so_options & SOF_KEEPALIVE);
}

static bool tcp_needs_timer(void) {
    if (tcp_tw_pcbs) return true;
    for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
        if (!is_quiet(pcb)) return true;
    return false;
}

static bool dhcp_is_used(void) { return netif_default && netif_dhcp_data(netif_default); }

/* Starts or stops a timer. */
static void set_needed(struct timer *timer, bool needed, uint64_t now) {
    if (!needed) timer->next = NEVER;
    else if (timer->next == NEVER) timer->next = now + timer->interval;
}

static bool is_due(struct timer *timer, uint64_t now) {
    if (timer->next > now) return false;
    timer->next += timer->interval;
    if (timer->next <= now) timer->next = now + timer->interval;
    return true;
}

/* ARP entries age by ticks. Those missed while the timer stood still are made up for when the network is used again. */
static void age_arp_entries(uint64_t now) {
    static uint64_t aged_until;
    uint64_t ticks = (now - aged_until) / arp_timer.interval;
    if (ticks == 0) return;
    aged_until += ticks * arp_timer.interval;
    for (uint64_t i = 0; i < ticks && i <= ARP_TICKS; i++) etharp_tmr();
}

/*
 * Ticks missed while the timer stood still count for what comes now: a connection that began by the old ones would look as old
 * as the VM was idle. So where the program has just begun something, the clock stays as that found it.
 */
void timers_catch_up(uint64_t now) {
    static uint64_t counted_until;
    if (tcp_timer.next == NEVER && !tcp_needs_timer()) {
        uint64_t slow = TCP_SLOW_INTERVAL * MILLISECOND, missed = (now - counted_until) / slow;
        tcp_ticks += (u32_t)missed;
        counted_until += missed * slow;
    } else {
        counted_until = now;
    }
}

void timers_run(uint64_t now) {
    age_arp_entries(now);
    if (is_due(&tcp_timer, now)) tcp_tmr();
    if (is_due(&reassembly_timer, now)) ip_reass_tmr();
    is_due(&arp_timer, now);
    if (is_due(&dhcp_timer, now)) dhcp_fine_tmr();
    if (is_due(&dhcp_lease_timer, now)) dhcp_coarse_tmr();
}

uint64_t timers_deadline(void) {
    uint64_t now = denali_system_time();
    set_needed(&tcp_timer, tcp_needs_timer(), now);
    set_needed(&arp_timer, arp_timer.active_until > now, now);
    set_needed(&reassembly_timer, reassembly_timer.active_until > now, now);
    set_needed(&dhcp_timer, dhcp_is_used() && !dhcp_supplied_address(netif_default), now);
    set_needed(&dhcp_lease_timer, dhcp_is_used(), now);
    const struct timer *all[] = {&tcp_timer, &arp_timer, &reassembly_timer, &dhcp_timer, &dhcp_lease_timer};
    uint64_t earliest = NEVER;
    for (unsigned i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i]->next < earliest) earliest = all[i]->next;
    return earliest;
}

bool timers_is_fragment(const uint8_t *frame, uint32_t length) {
    if (length < ETHERNET_HEADER + 20 || frame[12] != 8 || frame[13] != 0) return false;
    return (frame[ETHERNET_HEADER + 6] & 0x3f) || frame[ETHERNET_HEADER + 7];
}

void timers_note_frame(const uint8_t *frame, uint32_t length, bool sent) {
    if (length < ETHERNET_HEADER + 20) return;
    uint32_t type = (uint32_t)frame[12] << 8 | frame[13];
    if (sent && type == ETHTYPE_ARP) arp_timer.active_until = denali_system_time() + ARP_ACTIVE;
    if (!sent && timers_is_fragment(frame, length)) reassembly_timer.active_until = denali_system_time() + REASSEMBLY_ACTIVE;
}
