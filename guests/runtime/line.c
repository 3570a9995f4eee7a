/* Lines typed at the keyboard, with the little editing that every terminal has. */
#include "runtime.h"

enum { END_OF_TEXT = 0x03, END_OF_TRANSMISSION = 0x04, BACKSPACE = 0x08, LINE_KILL = 0x15, DELETE = 0x7f };

/* Takes back one character; one of UTF-8 may have several bytes. */
static void erase(struct line *line) {
    if (line->length == 0) return;
    do line->length--;
    while (line->length > 0 && (line->text[line->length] & 0xc0) == 0x80);
    print("\b \b");
}

enum line_event line_type(struct line *line, char byte) {
    enum line_event event = LINE_MORE;
    if (byte == '\r' || byte == '\n') {
        print("\n");
        event = LINE_COMPLETE;
    } else if (byte == END_OF_TEXT) {
        print("^C\n");
        event = LINE_CANCELLED;
    } else if (byte == END_OF_TRANSMISSION) {
        event = LINE_END;
    } else if (byte == BACKSPACE || byte == DELETE) {
        erase(line);
    } else if (byte == LINE_KILL) {
        while (line->length > 0) erase(line);
    } else if (((uint8_t)byte >= ' ' || byte == '\t') && line->length < LINE_SIZE - 1) {
        line->text[line->length++] = byte;
        print_bytes(&byte, 1);
    }
    line->text[line->length] = '\0';
    return event;
}
