/*
 * How lwIP is built: its core without threads of its own, IPv4, over the system's heap, so that what a VM does not use costs
 * it nothing. Sockets are ours (socket.h), timers, too (timers.c).
 */
#ifndef ILWACO_LWIPOPTS_H
#define ILWACO_LWIPOPTS_H

#include <stddef.h>

#define NO_SYS 1
#define NO_SYS_NO_TIMERS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_SOCKET 0
#define LWIP_NETCONN 0
#define LWIP_STATS 0
#define LWIP_TIMEVAL_PRIVATE 0

/* Memory: the system's heap for everything. The pools' sizes then mean nothing, but lwIP checks that they make sense. */
void *heap_allocate(size_t size);
void *heap_allocate_zeroed(size_t size);
void heap_free(void *memory);
#define MEM_LIBC_MALLOC 1
#define mem_clib_malloc heap_allocate
#define mem_clib_free heap_free
#define mem_clib_calloc(count, size) heap_allocate_zeroed((count) * (size))
#define MEMP_MEM_MALLOC 1
#define MEM_ALIGNMENT 4
#define MEMP_NUM_TCP_SEG 1024
/* A whole frame and lwIP's header fit a half page of the heap. */
#define PBUF_POOL_BUFSIZE 1536

/* TCP over Ethernet: the largest window without scaling, in whole segments. */
#define TCP_MSS 1460
#define TCP_WND (44 * TCP_MSS)
#define TCP_SND_BUF (44 * TCP_MSS)
#define TCP_SND_QUEUELEN 256
/* Segments kept that arrived before others: a window of whole ones. Small ones take as much memory each. */
#define TCP_OOSEQ_MAX_PBUFS 44
#define TCP_LISTEN_BACKLOG 1
#define TCP_DEFAULT_LISTEN_BACKLOG 128
#define LWIP_TCP_KEEPALIVE 1
/*
 * How long old segments may wander, ms. Here they cross one switch; a minute would keep idle servers awake, and every new
 * connection is compared with all that ended within twice this. But lwIP also takes it for the time in which the last bytes of a
 * connection that the peer ended first must arrive (in tcp_slowtmr(), where `pcb` is that connection): a peer may be slow.
 */
#define TCP_MSL (pcb->state == LAST_ACK ? 60000UL : 250UL)
/* Times that a connection is asked for again, each a second or more later (stream.h): a listener without room says nothing. */
#define TCP_SYNMAXRTX 12
/* A sequence number that can be guessed is a connection that others can speak on (RFC 6528). */
#define LWIP_HOOK_TCP_ISN(own, own_port, peer, peer_port) network_random()
/* What a connection that is being opened will be, made before it is answered. */
#define LWIP_TCP_PCB_NUM_EXT_ARGS 1
/* Segments that would only be answered with the like (closed-windows.c). */
#define LWIP_HOOK_FILENAME "hooks.h"
#define LWIP_HOOK_TCP_INPACKET_PCB(pcb, header, options, first, second, packet) \
    closed_windows_admit(pcb, header, (packet)->tot_len)
#define SO_REUSE 1
#define LWIP_UDP 1
/* Fragments that wait for others: those of the largest datagram. */
#define IP_REASS_MAX_PBUFS 46
#define LWIP_RAW 0
#define LWIP_ICMP 1
/* musl resolves names, and lwIP's resolver is not built; but with 0 here its DHCP would not ask for a name server. */
#define LWIP_DNS 1
#define LWIP_DHCP 1
#define LWIP_DHCP_DOES_ACD_CHECK 0
#define DHCP_DOES_ARP_CHECK 0
#define LWIP_DHCP_MAX_DNS_SERVERS 1
#define DNS_MAX_SERVERS 1

#define LWIP_ARP 1
/* Neighbours remembered. Where VMs were given addresses (neighbours.c), somebody may talk to hundreds of them in turn. */
#define ARP_TABLE_SIZE 256
/* Packets that wait for a neighbour's address: a client's first connections are begun all at once. */
#define ARP_QUEUEING 1
#define ARP_QUEUE_LEN 64
#define ETHARP_TABLE_MATCH_NETIF 0
#define LWIP_NETIF_HWADDRHINT 1
#define LWIP_HAVE_LOOPIF 1
#define LWIP_NETIF_LOOPBACK 1
#define LWIP_LOOPBACK_MAX_PBUFS 0
#define LWIP_NETIF_HOSTNAME 1
#define LWIP_NETIF_STATUS_CALLBACK 1
#define LWIP_IPV6 0
#define IP_FORWARD 0

/* Frames are copied with the compiler's own, and payloads are words. */
#define LWIP_CHKSUM_ALGORITHM 3
#define ETH_PAD_SIZE 0

#endif
