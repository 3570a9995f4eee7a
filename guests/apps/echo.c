/*
 * echo: shows on the console what is typed on the keyboard, until ^D.
 */
#include "runtime.h"

DENALI_MEMORY(128 * 1024);

int main(void) {
    struct line line = {.length = 0};
    for (;;) {
        char typed[64];
        int32_t count;
        while ((count = denali_console_get(typed, sizeof typed)) > 0)
            for (int32_t i = 0; i < count; i++) {
                enum line_event event = line_type(&line, typed[i]);
                if (event == LINE_END) return 0;
                if (event != LINE_MORE) line.length = 0;
            }
        denali_idle(DENALI_FOREVER);
    }
}
