/*
 * What a control interface needs of the control device beyond denali.h: consoles, tickets, details, uploads of images, VMs by
 * name, in pieces of a list, and as they end: however many there are, none of these looks at all of them. Only the
 * supervisor VM has the device, so that other programs need not be built anew when this changes.
 */
#ifndef DENALI_CONTROL_H
#define DENALI_CONTROL_H

#include "denali.h"

#define DENALI_CONTROL_OPERATION_READ_CONSOLE 9
#define DENALI_CONTROL_OPERATION_TYPE 10
#define DENALI_CONTROL_OPERATION_SET_TICKETS 11
#define DENALI_CONTROL_OPERATION_FORGET 12
#define DENALI_CONTROL_OPERATION_DETAILS 13
#define DENALI_CONTROL_OPERATION_UPLOAD 14
#define DENALI_CONTROL_OPERATION_APPEND 15
#define DENALI_CONTROL_OPERATION_COMPLETE 16
#define DENALI_CONTROL_OPERATION_ABANDON 17
#define DENALI_CONTROL_OPERATION_REASON 18
#define DENALI_CONTROL_OPERATION_LOOKUP 19
#define DENALI_CONTROL_OPERATION_LIST_FROM 20
#define DENALI_CONTROL_OPERATION_TAKE_ENDED 21

#define DENALI_CONTROL_CONSOLE_POSITION 0
#define DENALI_CONTROL_CONSOLE_BYTES 8

#define DENALI_CONTROL_DETAILS_TICKETS 0
#define DENALI_CONTROL_DETAILS_STATUS 4
#define DENALI_CONTROL_DETAILS_CONSOLE_LENGTH 8
#define DENALI_CONTROL_DETAILS_FAULT 16
#define DENALI_CONTROL_DETAILS_SIZE 144

#define DENALI_CONTROL_UPLOAD_NAME 0
#define DENALI_CONTROL_UPLOAD_LENGTH 32
#define DENALI_CONTROL_UPLOAD_SIZE 36

#define DENALI_UPLINK_OPERATION_TOKEN 7

/* Bytes of a console that one READ_CONSOLE fetches. */
#define DENALI_CONSOLE_PIECE 8192u

/* READ_CONSOLE: from where, and what was there. The position in the answer is later where some is gone. */
struct denali_control_console {
    uint64_t position;
    char bytes[DENALI_CONSOLE_PIECE];
};

/* The answer of DETAILS. */
struct denali_control_details {
    uint32_t tickets;
    int32_t status;          /* Exit status, once terminated. */
    uint64_t console_length; /* Bytes ever printed. */
    char fault[128];         /* Why it crashed; empty unless it did. */
};

/* The request of UPLOAD. */
struct denali_control_upload {
    char name[DENALI_NAME_SIZE];
    uint32_t length;
};

DENALI_CHECK_RECORD(console, CONSOLE, position, POSITION);
DENALI_CHECK_RECORD(console, CONSOLE, bytes, BYTES);
DENALI_CHECK_RECORD(details, DETAILS, tickets, TICKETS);
DENALI_CHECK_RECORD(details, DETAILS, status, STATUS);
DENALI_CHECK_RECORD(details, DETAILS, console_length, CONSOLE_LENGTH);
DENALI_CHECK_RECORD(details, DETAILS, fault, FAULT);
DENALI_CHECK_SIZE(details, DETAILS);
DENALI_CHECK_RECORD(upload, UPLOAD, name, NAME);
DENALI_CHECK_RECORD(upload, UPLOAD, length, LENGTH);
DENALI_CHECK_SIZE(upload, UPLOAD);

#endif
