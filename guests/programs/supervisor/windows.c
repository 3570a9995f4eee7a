/*
 * What may be under way in a link's connection, either way. lwIP gives each 64 KB: with a dozen of them more frames are under way
 * than the NIC's queue holds, and those that it drops cost TCP its rate; and a hundred clients outside that read nothing, or
 * guests that do not, would fill the supervisor's memory and keep everybody else from it. So all links together have what the
 * queue holds, each its share, and where memory is short nobody new is let in.
 */
#include "heap.h"
#include "links.h"
#include "pressure.h"
#include "services.h"
#include <lwip/priv/tcp_priv.h>

/* Frames of all links under way: half of the supervisor's queue, since acknowledgements and others' frames arrive there, too. */
#define FRAMES 256u
/* The same towards guests, any of whose queues holds 128. */
#define FRAMES_TO_GUESTS 96u
/* Segments of one link: with fewer lwIP may wait for a window that a segment fits in until its timer comes. */
#define LEAST_SEGMENTS 2u

/* A segment takes half a page; one link gets no more than this part of the memory above what new ones are admitted with. */
#define SEGMENT 2048u
#define PART 16u

/* Bytes below which no link is added, nothing more is sent to guests, and none of theirs is held: what is left is for the others. */
#define LINK_RESERVE (256u * 1024)
#define SEND_RESERVE (128u * 1024)
#define HOLD_RESERVE (64u * 1024)

static uint32_t at_most(uint32_t one, uint32_t other) { return one < other ? one : other; }

/* @param frames that all links together may have under way */
static uint32_t share(uint32_t frames) {
    uint32_t room = heap_room(), spare = room > LINK_RESERVE ? room - LINK_RESERVE : 0;
    uint32_t segments = at_most(frames / (links_open ? links_open : 1), spare / SEGMENT / PART);
    return at_most((segments > LEAST_SEGMENTS ? segments : LEAST_SEGMENTS) * TCP_MSS, TCP_WND);
}

uint32_t window_room(const struct tcp_pcb *tcp) {
    uint32_t queued = TCP_SND_BUF - tcp_sndbuf(tcp), most = share(FRAMES_TO_GUESTS);
    if (heap_room() <= SEND_RESERVE || queued >= most) return 0;
    return at_most(pressure_room(tcp), most - queued);
}

bool window_admits(void) { return heap_room() > LINK_RESERVE; }

bool window_may_hold(void) { return heap_room() > HOLD_RESERVE; }

void window_begin(struct link *link) {
    struct tcp_pcb *tcp = link->tcp;
    uint32_t window = share(FRAMES);
    if (window >= tcp->rcv_wnd) return;
    link->owed = tcp->rcv_wnd - window;
    tcp->rcv_wnd = tcp->rcv_ann_wnd = (tcpwnd_size_t)window;
}

void window_give_back(struct link *link, uint16_t length) {
    struct tcp_pcb *tcp = link->tcp;
    uint32_t target = share(FRAMES), open = tcp->rcv_wnd;
    link->owed += length;
    if (open < target) {
        uint32_t given = at_most(target - open, link->owed);
        link->owed -= given;
        tcp_recved(tcp, (u16_t)given);
    }
    /*
     * As the guest knows it, no segment may fit any more, and it waits to hear from us. So may one that is short of memory, and
     * has but one segment of much under way: where nobody answers before TCP's timer, a quarter of a second, that is all it sends.
     */
    if ((int32_t)(tcp->rcv_ann_right_edge - tcp->rcv_nxt) < TCP_MSS || length >= TCP_MSS) tcp_ack_now(tcp);
}
