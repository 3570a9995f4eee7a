/*
 * The console as a terminal (termios(3)): lines with echo, Backspace, ^U, ^C and ^D until the program asks for raw bytes.
 * Bytes that do not fit stay typed in the kernel.
 */
#define _GNU_SOURCE
#include "console.h"
#include "deadlines.h"
#include "denali.h"
#include "file.h"
#include "params.h"
#include "signals.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>

#define LINE_CAPACITY 1024u
#define KEY_INTERRUPT 3
#define KEY_END 4
#define KEY_BACKSPACE 8
#define KEY_ERASE_LINE 21
#define KEY_QUIT 28
#define KEY_DELETE 127

static struct termios settings = {.c_iflag = ICRNL,
                                  .c_oflag = OPOST | ONLCR,
                                  .c_cflag = CS8 | CREAD,
                                  .c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOCTL,
                                  .c_cc = {[VINTR] = KEY_INTERRUPT,
                                           [VQUIT] = KEY_QUIT,
                                           [VERASE] = KEY_DELETE,
                                           [VKILL] = KEY_ERASE_LINE,
                                           [VEOF] = KEY_END,
                                           [VMIN] = 1}};

static char line[LINE_CAPACITY]; /* Being typed. */
static size_t line_length;
static char typed[TYPED_CAPACITY]; /* Ready to be read. */
static size_t typed_length;
static bool ended; /* ^D on an empty line, behind what is ready. */

static bool is_raw(void) { return !(settings.c_lflag & ICANON); }

static void put(const void *bytes, size_t length) { denali_console_put(bytes, length); }

static void echo(const char *text, size_t length) {
    if (settings.c_lflag & ECHO) put(text, length);
}

/* Whether a key is echoed as ^ and a letter: what would move the cursor, such as an arrow key's escape sequence. */
static bool is_named(char key) {
    if (!(settings.c_lflag & ECHOCTL)) return false;
    return ((unsigned char)key < ' ' && key != '\n' && key != '\t') || key == KEY_DELETE;
}

static void echo_key(char key) {
    char named[] = {'^', key ^ '@'};
    if (is_named(key)) echo(named, sizeof named);
    else echo(&key, 1);
}

static void deliver(const char *bytes, size_t length) {
    memcpy(typed + typed_length, bytes, length);
    typed_length += length;
}

static void complete_line(void) {
    deliver(line, line_length);
    line_length = 0;
}

/* Erases the last character of the line: a byte and the UTF-8 continuation bytes behind it. */
static void erase(void) {
    if (line_length == 0) return;
    while (line_length > 0 && (line[--line_length] & 0xc0) == 0x80) continue;
    if (!(settings.c_lflag & ECHOE)) return;
    if (is_named(line[line_length])) echo("\b \b", 3);
    echo("\b \b", 3);
}

static bool is_signal_key(char key) {
    if (!(settings.c_lflag & ISIG) || (key != (char)settings.c_cc[VINTR] && key != (char)settings.c_cc[VQUIT]))
        return false;
    line_length = 0;
    echo(key == (char)settings.c_cc[VINTR] ? "^C\n" : "^\\\n", 3);
    signal_send(NULL, key == (char)settings.c_cc[VINTR] ? SIGINT : SIGQUIT);
    return true;
}

static void take_edited(char key) {
    if (key == KEY_BACKSPACE || key == (char)settings.c_cc[VERASE]) return erase();
    if (key == (char)settings.c_cc[VKILL]) {
        while (line_length > 0) erase();
        return;
    }
    if (key == (char)settings.c_cc[VEOF]) {
        if (line_length == 0) ended = true;
        return complete_line();
    }
    if (key != '\n' && line_length == LINE_CAPACITY - 1) return;
    line[line_length++] = key;
    echo_key(key);
    if (key == '\n') complete_line();
}

static void take_key(char key) {
    if (key == '\r' && settings.c_iflag & ICRNL) key = '\n';
    if (is_signal_key(key)) return;
    if (!is_raw()) return take_edited(key);
    echo_key(key);
    deliver(&key, 1);
}

void console_poll(void) {
    char keys[64];
    int32_t count;
    while (TYPED_CAPACITY - typed_length >= LINE_CAPACITY + sizeof keys &&
           (count = denali_console_get(keys, sizeof keys)) > 0) {
        for (int32_t i = 0; i < count; i++) take_key(keys[i]);
        file_changed(typed);
    }
}

/* A line at most, as terminals do it; in raw mode what there is. */
static size_t readable(void) {
    if (is_raw()) return typed_length;
    const char *newline = memchr(typed, '\n', typed_length);
    return newline ? (size_t)(newline - typed) + 1 : typed_length;
}

/* How many bytes end a read of so many: a line of any length, or in raw mode VMIN. */
static size_t enough(size_t size) {
    size_t least = is_raw() && settings.c_cc[VMIN] ? settings.c_cc[VMIN] : 1;
    return least < size ? least : size;
}

/* Until when a read waits for the next key: VTIME tenths of a second, from the first key on unless VMIN is 0. 0: not at all. */
static uint64_t key_deadline(void) {
    cc_t least = settings.c_cc[VMIN], time = settings.c_cc[VTIME];
    if (!is_raw() || (least > 0 && (time == 0 || typed_length == 0))) return NEVER;
    return time ? deadline_after(time * 100 * MILLISECOND) : 0;
}

static long console_read(struct file *file, void *bytes, size_t size) {
    for (;;) {
        console_poll();
        if (typed_length >= enough(size)) break;
        if (ended) return ended = false;
        uint64_t deadline = key_deadline();
        if (deadline == 0) break;
        long error = file_wait(file, typed, deadline);
        if (!error) continue;
        bool is_late = error == -EAGAIN && !(file->flags & O_NONBLOCK);
        if (is_late || typed_length > 0) break;
        return error;
    }
    size_t count = readable() < size ? readable() : size;
    memcpy(bytes, typed, count);
    typed_length -= count;
    memmove(typed, typed + count, typed_length);
    return (long)count;
}

static long console_write(struct file *file, const void *bytes, size_t size) {
    (void)file;
    put(bytes, size);
    return (long)size;
}

static int console_readiness(struct file *file) {
    (void)file;
    console_poll();
    size_t least = settings.c_cc[VTIME] ? 1 : enough(TYPED_CAPACITY);
    return POLLOUT | (typed_length >= least || ended ? POLLIN : 0);
}

/* Forgets what was typed and not read. */
static void discard(void) {
    size_t before;
    do {
        console_poll();
        before = typed_length + line_length;
        typed_length = line_length = 0;
        ended = false;
    } while (before > 0);
}

/* What was typed of a line can be read in raw mode, which has no lines. */
static void change_settings(const struct termios *wanted) {
    memcpy(&settings, wanted, sizeof settings);
    if (is_raw()) complete_line();
    file_changed(typed);
}

static long console_control(struct file *file, unsigned request, void *argument) {
    (void)file;
    switch (request) {
    case TCGETS: memcpy(argument, &settings, sizeof settings); return 0;
    case TCSETSF: discard(); /* fall through */
    case TCSETS:
    case TCSETSW: change_settings(argument); return 0;
    case TCFLSH:
        if ((uintptr_t)argument != TCOFLUSH) discard();
        return 0;
    case TIOCGWINSZ: *(struct winsize *)argument = (struct winsize){.ws_row = 24, .ws_col = 80}; return 0;
    case FIONREAD: *(int *)argument = (int)readable(); return 0;
    case TIOCGPGRP: *(int *)argument = 1; return 0;
    case TIOCSPGRP: return 0;
    default: return -ENOTTY;
    }
}

static long console_status(struct file *file, unsigned *mode) {
    (void)file;
    *mode = S_IFCHR | 0620;
    return 0;
}

static const struct file_operations operations = {.read = console_read,
                                                  .write = console_write,
                                                  .poll = console_readiness,
                                                  .control = console_control,
                                                  .status = console_status};

struct file *console_open(int flags) { return file_create(&operations, typed, flags); }

void console_start(void) {
    struct file *file = console_open(O_RDWR);
    for (int i = 0; i < 3; i++) {
        file_acquire(file);
        file_describe(file, i);
    }
}

void console_note(const char *what, const char *detail) {
    char text[160];
    size_t length = 0;
    const char *parts[] = {"ilwaco: ", what, detail, "\n"};
    for (size_t i = 0; i < 4; i++)
        for (const char *from = parts[i]; *from && length < sizeof text; from++) text[length++] = *from;
    put(text, length);
}
