/*
 * The network's centre: what the supervisor does for the other VMs and for the world outside, over lwIP. Nothing here
 * includes runtime.h, whose printf is another than the one that lwIP's headers bring.
 */
#ifndef SERVICES_H
#define SERVICES_H

#include <stdbool.h>
#include <stdint.h>

/* Starts DHCP and DNS. */
void services_start(void);
/* uplink.c. Carries on with every connection that the uplink device has something to tell of. */
void uplink_poll(void);
/* Connections that are carried at this moment, and all since the start. */
extern uint32_t links_open, links_total;
/* links.c. A VM has ended. And ends connections to those that have: answers when it should be called next, by the system's time. */
void links_note_end(void);
uint64_t links_poll(void);

struct denali_uplink_event;
/* sessions.c. Something happened to a connection to the supervisor itself. */
void control_attend(const struct denali_uplink_event *event);
/* Ends what took too long. Answers when it should be called next, by the system's time. */
uint64_t control_poll(void);

/* dhcp.c, names.c */
void dhcp_service_start(void);
void name_service_start(void);
/* An allowed destination whose name guests may ask for. Index from 0; null behind the last. */
const char *destination_name(uint32_t index);

/* machine.c. The number of the living VM with this name; 0 when there is none. A VM's address is 10 and this number. */
uint32_t vm_number(const char *name);
bool vm_is_alive(uint32_t number);

#endif
