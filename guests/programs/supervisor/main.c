/*
 * The supervisor's one loop: keys, VMs that ended, connections from outside, frames. It idles until there is one of them, or
 * until lwIP has something to do. It never ends itself.
 */
#include "services.h"
#include "supervisor.h"

/* Ilwaco's: from here on interrupts are ours, and its network is looked after when we say so. */
void system_enter(void);
void network_poll(void);
uint64_t network_deadline(void);

static struct line line;

static void prompt(void) { printf("denali> %s", line.text); }

/* Takes all that was typed. */
static void read_keyboard(void) {
    char typed[64];
    int32_t count;
    while ((count = denali_console_get(typed, sizeof typed)) > 0)
        for (int32_t i = 0; i < count; i++) {
            enum line_event event = line_type(&line, typed[i]);
            if (event != LINE_COMPLETE && event != LINE_CANCELLED) continue;
            if (event == LINE_COMPLETE) execute(line.text);
            line.length = 0;
            line.text[0] = '\0';
            prompt();
        }
}

/* How long there is nothing to do for the network, its connections and the control interface. */
static uint64_t timeout(void) {
    uint64_t links = links_poll(), deadline = network_deadline(), control = control_poll(), now = denali_system_time();
    if (control < deadline) deadline = control;
    if (links < deadline) deadline = links;
    if (deadline == DENALI_FOREVER) return DENALI_FOREVER;
    return deadline > now ? deadline - now : 0;
}

int main(void) {
    uint32_t total;
    system_enter();
    services_start();
    uplink_poll();
    fetch_images(&total);
    printf("Denali supervisor, VM %u: %u images; `help` lists the commands\n", denali_registers.vm_id, total);
    report_ended("");
    prompt();
    for (;;) {
        uint32_t taken = denali_idle(timeout());
        uplink_poll();
        network_poll();
        if (taken & DENALI_BIT(CONTROL)) {
            links_note_end();
            /* A VM may have ended in the middle of a line: say so on a line of its own and show the prompt again. */
            if (report_ended("\n")) prompt();
        }
        read_keyboard();
    }
}
