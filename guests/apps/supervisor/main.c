/*
 * supervisor: a shell over the control device: lists, creates, pauses, resumes and kills VMs, and tunes the scheduler.
 *
 * It idles until a key is typed or a VM ends. It never ends itself.
 */
#include "supervisor.h"

DENALI_MEMORY(2 * 1024 * 1024);

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

int main(void) {
    uint32_t total;
    fetch_images(&total);
    printf("Denali supervisor, VM %u: %u images; `help` lists the commands\n", denali_registers.vm_id, total);
    report_ended("");
    prompt();
    for (;;) {
        uint32_t taken = denali_idle(DENALI_FOREVER);
        /* A VM may have ended in the middle of a line: say so on a line of its own and show the prompt again. */
        if (taken & DENALI_BIT(CONTROL) && report_ended("\n")) prompt();
        read_keyboard();
    }
}
