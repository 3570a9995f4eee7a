/*
 * Back-pressure where memory is short. lwIP's limits are for each connection, and a hundred connections with full send buffers
 * take more memory than a small VM has; lwIP, and programs, end a connection for which memory was not to be had. So bytes to be
 * sent are taken only while enough is left for the others to go on, and connections wait in the backlog meanwhile.
 */
#include "pressure.h"
#include "file.h"
#include "heap.h"
#include "memory.h"
#include "socket.h"
#include <lwip/priv/tcp_priv.h>

/* Bytes below which connections that send already get no more, and new ones wait: a segment each for some tens of others. */
#define RESERVE (128u * 1024)
/* Of a small VM's memory no larger part is kept than this. */
#define RESERVE_SHARE 4u
/* Part of that which is left to what keeps data moving: frames that arrive, acknowledgements, the end of a connection. */
#define LEAST_SHARE 4u
/* Part of the reserve that the program itself cannot take while there are many connections. */
#define PROGRAM_SHARE 2u
/* Bytes of it that one is worth, a segment each way: a program that has little left can still serve one after the other. */
#define OF_CONNECTION 4096u
/* Part of what is left above the reserve for one connection at a time, so that the first does not take it all. */
#define SHARE 8u
/*
 * Times that something was sent again, or a closed window asked about, without an answer, after which a connection may be ended
 * for the sake of others: after 1, 2, 4 and 8 seconds. Otherwise TCP goes on for minutes.
 */
#define PATIENCE 4u
/* The same for a connection that is asked for: that is repeated at equal intervals, since who has no room for it says nothing. */
#define ASKING_PATIENCE 8u
/* Ticks, half seconds, without a segment after which another connection of that host's is ended with it. */
#define SILENCE 20u
/* Part of what is left that one socket may have unread (Choudhury and Hahne, "Dynamic queue length thresholds", 1998). */
#define UNREAD_SHARE 4u
/* A packet of no more bytes is copied out of the half page it came in: one that waits then takes an eighth, or less. */
#define SMALL_PACKET 192u

/* Memory that must have come back before those who wait are woken: two segments, each of which takes half a page. */
#define WORTHWHILE (2u * 2048)
/*
 * Nanoseconds after which they look for themselves: what stood in their way may have been how the free memory is cut up, or
 * another connection that was sending; and the program may have freed memory of its own.
 */
#define LONGEST_WAIT (250u * 1000000u)

static bool somebody_waits;
/* Least room there was when somebody was asked to wait, since others were woken; and when that was. */
static size_t room_then;
static uint64_t woken_at;

static void ask_to_wait(void) {
    size_t room = heap_room();
    if (!somebody_waits || room < room_then) room_then = room;
    somebody_waits = true;
}

static size_t reserve(void) {
    size_t share = memory_size() / RESERVE_SHARE;
    return share < RESERVE ? share : RESERVE;
}

static size_t least(void) { return reserve() / LEAST_SHARE; }

/*
 * Forgets the older half of the connections that have ended and only wait for what may still come (TIME_WAIT, RFC 9293, section
 * 3.6.1). lwIP forgets one where there is no memory for another, but is not asked while new connections wait.
 */
static void forget_ended(void) {
    unsigned count = 0;
    for (const struct tcp_pcb *pcb = tcp_tw_pcbs; pcb; pcb = pcb->next) count++;
    /* The newest stand first. */
    struct tcp_pcb *pcb = tcp_tw_pcbs;
    for (unsigned i = 0; i < count / 2; i++) pcb = pcb->next;
    while (pcb) {
        struct tcp_pcb *next = pcb->next;
        tcp_abort(pcb);
        pcb = next;
    }
    /* What they took is only found free as whole pages. */
    heap_give_back();
}

size_t network_reserve(void) {
    size_t most = reserve() / PROGRAM_SHARE, bytes = 0;
    for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb && bytes < most; pcb = pcb->next) bytes += OF_CONNECTION;
    return bytes < most ? bytes : most;
}

bool pressure_is_short(void) { return heap_room() <= reserve(); }

static bool is_silent(const struct tcp_pcb *pcb) {
    unsigned patience = pcb->state == SYN_SENT ? ASKING_PATIENCE : PATIENCE;
    return pcb->nrtx >= patience || pcb->persist_probe >= patience;
}

/* A host that answers nothing for so long is gone, and what else it began waits in vain, even for its turn here. */
static bool is_gone(const struct tcp_pcb *pcb, const ip_addr_t *host) {
    return ip_addr_cmp(&pcb->remote_ip, host) && (is_silent(pcb) || tcp_ticks - pcb->tmr >= SILENCE);
}

static void end_all_of(ip_addr_t host) {
    struct tcp_pcb *pcb = tcp_active_pcbs;
    while (pcb) {
        bool gone = is_gone(pcb, &host);
        if (gone) tcp_abort(pcb);
        /* Whoever is told of one may end others, the next among them. */
        pcb = gone ? tcp_active_pcbs : pcb->next;
    }
}

/* Ends the connections of peers that have not been heard of for long. */
static void end_silent(void) {
    struct tcp_pcb *pcb = tcp_active_pcbs;
    while (pcb && !is_silent(pcb)) pcb = pcb->next;
    if (pcb) end_all_of(pcb->remote_ip);
}

bool pressure_can_relieve(void) { return tcp_tw_pcbs && pressure_is_short(); }

void pressure_relieve(void) {
    if (pressure_can_relieve()) forget_ended();
    if (pressure_is_short()) end_silent();
}

/* Whether all of these sizes can be had at once, however the free memory is cut up. */
static bool could_have(const size_t sizes[3]) {
    void *pieces[3];
    bool all = true;
    for (unsigned i = 0; i < 3; i++) all &= (pieces[i] = heap_allocate(sizes[i])) != NULL;
    for (unsigned i = 0; i < 3; i++) heap_free(pieces[i]);
    return all;
}

static bool could_have_segment(void) {
    static const size_t sizes[] = {TCP_MSS + PBUF_TRANSPORT + sizeof(struct pbuf), sizeof(struct tcp_seg), 0};
    return !pressure_is_great() && could_have(sizes);
}

size_t pressure_room(const struct tcp_pcb *pcb) {
    size_t left = heap_room(), buffer = tcp_sndbuf(pcb);
    size_t room = left > reserve() ? (left - reserve()) / SHARE : 0;
    if (room < TCP_MSS) {
        room = tcp_sndqueuelen(pcb) == 0 && could_have_segment() ? TCP_MSS : 0;
        if (room == 0) ask_to_wait();
    }
    return room < buffer ? room : buffer;
}

/* Whether memory will soon come back, when what is under way has arrived: not from who does not answer, or wants no more. */
static bool is_sending(void) {
    for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
        if (tcp_sndqueuelen(pcb) > 0 && pcb->nrtx == 0 && pcb->persist_backoff == 0) return true;
    return false;
}

bool pressure_forbids_accepting(void) {
    if (!pressure_is_short() || !is_sending()) return false;
    ask_to_wait();
    return true;
}

bool pressure_forbids_beginning(void) {
    static const size_t sizes[] = {sizeof(struct tcp_pcb), sizeof(struct socket), sizeof(struct pbuf) + 2 * PBUF_TRANSPORT};
    return (pressure_is_great() && is_sending()) || !could_have(sizes);
}

bool pressure_forbids_keeping(size_t unread) {
    size_t room = heap_room();
    return room <= least() || unread > (room - least()) / UNREAD_SHARE;
}

bool pressure_is_great(void) { return heap_room() <= least(); }

struct pbuf *pressure_compact(struct pbuf *packet) {
    if (packet->next || packet->len > SMALL_PACKET) return packet;
    struct pbuf *small = pbuf_alloc(PBUF_RAW, packet->len, PBUF_RAM);
    if (!small) return packet;
    pbuf_take(small, packet->payload, packet->len);
    pbuf_free(packet);
    return small;
}

static bool is_frame(const struct pbuf *packet) { return pbuf_match_type(packet, PBUF_POOL); }

/* Bytes that fit behind a packet's own: one that was received as a frame lies in a half page. */
static size_t room_behind(const struct pbuf *packet) {
    if (!is_frame(packet) || packet->ref != 1) return 0;
    const uint8_t *end = (const uint8_t *)packet + LWIP_MEM_ALIGN_SIZE(sizeof *packet) + PBUF_POOL_BUFSIZE;
    return (size_t)(end - ((const uint8_t *)packet->payload + packet->len));
}

/* Moves a packet's bytes behind those of the last of a chain. */
static void append(struct pbuf *chain, struct pbuf *last, struct pbuf *packet) {
    u16_t length = packet->tot_len;
    pbuf_copy_partial(packet, (uint8_t *)last->payload + last->len, length, 0);
    last->len += length;
    for (; chain; chain = chain->next) chain->tot_len += length;
    pbuf_free(packet);
}

struct pbuf *pressure_join(struct pbuf *waiting, struct pbuf *packet) {
    if (!waiting) return pressure_compact(packet);
    struct pbuf *last = waiting;
    while (last->next) last = last->next;
    if (packet->tot_len <= room_behind(last)) {
        append(waiting, last, packet);
        return waiting;
    }
    /* The first of several small ones that did not come as a frame: others will fit behind it. */
    bool small = packet->tot_len <= SMALL_PACKET && !is_frame(packet);
    struct pbuf *roomy = small ? pbuf_alloc(PBUF_RAW, packet->tot_len, PBUF_POOL) : NULL;
    if (roomy) {
        pbuf_copy(roomy, packet);
        pbuf_free(packet);
    }
    pbuf_cat(waiting, roomy ? roomy : packet);
    return waiting;
}

size_t pressure_memory_of(const struct pbuf *packet) {
    size_t bytes = 0;
    for (; packet; packet = packet->next) bytes += is_frame(packet) ? PBUF_POOL_BUFSIZE : packet->len + sizeof *packet;
    return bytes;
}

uint64_t pressure_deadline(void) { return somebody_waits ? woken_at + LONGEST_WAIT : NEVER; }

/* Who is woken looks at all its connections, and may be asked to wait again: so not at every call, of which there are many. */
void pressure_eased(void) {
    if (!somebody_waits) return;
    size_t room = heap_room();
    uint64_t now = denali_system_time();
    bool came_back = room > least() && room >= room_then + WORTHWHILE;
    if (!came_back && now < pressure_deadline()) return;
    somebody_waits = false;
    woken_at = now;
    for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
        if (pcb->callback_arg) file_changed(pcb->callback_arg);
    for (const struct tcp_pcb_listen *listener = tcp_listen_pcbs.listen_pcbs; listener; listener = listener->next)
        if (listener->callback_arg) file_changed(listener->callback_arg);
}
