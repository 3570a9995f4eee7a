/* Frames that are sent: into the kernel's queue, or behind those that wait for room there. */
#include "denali.h"
#include "file.h"
#include "network.h"
#include "transmit.h"
#include <lwip/priv/tcp_priv.h>
#include <lwip/udp.h>

/* Frames that wait for room in the transmit queue. More are refused: TCP sends them when there is room, programs wait for it. */
#define BACKLOG 64u
_Static_assert(BACKLOG > LARGEST_DATAGRAM_FRAMES, "a datagram waits as a whole");

static struct pbuf *backlog[BACKLOG];
static unsigned backlog_first, backlog_length;
static uint8_t frame[DENALI_MAXIMUM_FRAME_SIZE];
/* Whether TCP was refused a frame, or somebody waits for room. */
static bool tcp_waits, somebody_waits;
const char network_room_channel;

/* Sends a frame that is in one piece or several. False when the queue is full. */
static bool send(struct pbuf *packet) {
    const uint8_t *bytes = packet->payload;
    if (packet->next) {
        pbuf_copy_partial(packet, frame, sizeof frame, 0);
        bytes = frame;
    }
    timers_note_frame(bytes, packet->tot_len, true);
    return denali_packet_send(bytes, packet->tot_len) != DENALI_ERROR_AGAIN;
}

/* Those who wait to write, and those who wait for a socket's change, which may be all that they ever look at (EPOLLET). */
static void tell_of_room(void) {
    file_changed(&network_room_channel);
    for (const struct udp_pcb *pcb = udp_pcbs; pcb; pcb = pcb->next)
        if (pcb->recv_arg) file_changed(pcb->recv_arg);
}

static void send_backlog(void) {
    while (backlog_length > 0 && send(backlog[backlog_first])) {
        pbuf_free(backlog[backlog_first]);
        backlog_first = (backlog_first + 1) % BACKLOG;
        backlog_length--;
    }
    if (somebody_waits && BACKLOG - backlog_length >= LARGEST_DATAGRAM_FRAMES) {
        somebody_waits = false;
        tell_of_room();
    }
}

unsigned network_room(void) {
    send_backlog();
    unsigned room = BACKLOG - backlog_length;
    if (room < LARGEST_DATAGRAM_FRAMES) somebody_waits = true;
    return room;
}

bool network_has_sent_all(void) { return backlog_length == 0; }

/* lwIP would send what it was refused room for only when an acknowledgement or its timer comes. */
static void send_refused(void) {
    if (!tcp_waits || backlog_length > 0) return;
    tcp_waits = false;
    tcp_txnow();
}

/* A copy waits, since TCP may change a segment's header before it is sent. */
err_t transmit_frame(struct netif *netif, struct pbuf *packet) {
    (void)netif;
    if (packet->tot_len > DENALI_MAXIMUM_FRAME_SIZE) return ERR_IF;
    if (!packet->next && !neighbours_narrow(packet->payload, packet->len)) return ERR_OK;
    if (backlog_length == 0 && send(packet)) return ERR_OK;
    struct pbuf *copy = backlog_length < BACKLOG ? pbuf_clone(PBUF_RAW, PBUF_RAM, packet) : NULL;
    if (!copy) {
        tcp_waits = true;
        return ERR_MEM;
    }
    backlog[(backlog_first + backlog_length++) % BACKLOG] = copy;
    return ERR_OK;
}

void transmit_poll(void) {
    send_backlog();
    send_refused();
}
