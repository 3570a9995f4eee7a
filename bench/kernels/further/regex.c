/* regex: a backtracking matcher with classes, stars, groups of alternatives compiled to nodes. */
#include "../../support/bench.h"

enum { CHAR, ANY, CLASS, SPLIT, JUMP, MATCH, BOL, EOL };

struct inst {
    uint8_t op, c;
    uint16_t x, y;
    uint8_t set[32];
};
static struct inst prog[128];
static int pc;
static const char *re;
static int alt(void);

static int emit(int op, int c, int x, int y) {
    prog[pc] = (struct inst){(uint8_t)op, (uint8_t)c, (uint16_t)x, (uint16_t)y, {0}};
    return pc++;
}

static void shift(int from) {
    for (int i = pc; i > from; i--) {
        prog[i] = prog[i - 1];
        if (prog[i].op == SPLIT || prog[i].op == JUMP) {
            if (prog[i].x >= from) prog[i].x++;
            if (prog[i].y >= from) prog[i].y++;
        }
    }
    pc++;
}

static void atom(void) {
    switch (*re) {
    case '(':
        re++;
        alt();
        re++;
        break;
    case '.':
        emit(ANY, 0, 0, 0);
        re++;
        break;
    case '^':
        emit(BOL, 0, 0, 0);
        re++;
        break;
    case '$':
        emit(EOL, 0, 0, 0);
        re++;
        break;
    case '[': {
        int i = emit(CLASS, 0, 0, 0);
        for (re++; *re != ']'; re++) {
            int lo = (uint8_t)*re, hi = lo;
            if (re[1] == '-' && re[2] != ']') {
                hi = (uint8_t)re[2];
                re += 2;
            }
            for (int c = lo; c <= hi; c++) prog[i].set[c >> 3] |= (uint8_t)(1 << (c & 7));
        }
        re++;
        break;
    }
    case '\\': re++; /* fall through */
    default: emit(CHAR, *re++, 0, 0);
    }
}

static int alt(void) {
    int start = pc;
    for (;;) {
        while (*re && *re != '|' && *re != ')') {
            int at = pc;
            atom();
            if (*re == '*') {
                re++;
                shift(at);
                prog[at] = (struct inst){SPLIT, 0, (uint16_t)(at + 1), (uint16_t)(pc + 1), {0}};
                emit(JUMP, 0, at, 0);
            } else if (*re == '+') {
                re++;
                emit(SPLIT, 0, at, pc + 1);
            } else if (*re == '?') {
                re++;
                shift(at);
                prog[at] = (struct inst){SPLIT, 0, (uint16_t)(at + 1), (uint16_t)pc, {0}};
            }
        }
        if (*re != '|') return start;
        re++;
        shift(start);
        emit(JUMP, 0, 0, 0);
        prog[start] = (struct inst){SPLIT, 0, (uint16_t)(start + 1), (uint16_t)pc, {0}};
        int jump = pc - 1;
        alt();
        prog[jump].x = (uint16_t)pc;
        return start;
    }
}

static const char *begin;
static uint32_t steps;

static NOINLINE const char *match(const struct inst *i, const char *s) {
    for (;;) {
        steps++;
        switch (i->op) {
        case CHAR:
            if (*s != (char)i->c) return NULL;
            s++;
            i++;
            break;
        case ANY:
            if (*s == 0) return NULL;
            s++;
            i++;
            break;
        case CLASS:
            if (!(i->set[(uint8_t)*s >> 3] >> (*s & 7) & 1)) return NULL;
            s++;
            i++;
            break;
        case SPLIT: {
            const char *e = match(prog + i->x, s);
            if (e) return e;
            i = prog + i->y;
            break;
        }
        case JUMP: i = prog + i->x; break;
        case BOL:
            if (s != begin) return NULL;
            i++;
            break;
        case EOL:
            if (*s) return NULL;
            i++;
            break;
        case MATCH: return s;
        }
    }
}

static char line[4096];

uint32_t kernel_run(void) {
    static const char *const res[] = {
        "[a-z]+@[a-z]+\\.(com|org)", "(foo|bar|x)*z", "a.*b.*c", "[0-9]+-[0-9]+", "(a|b|c|d)+e?f$", "^(x+x+)+y"};
    uint32_t random = 77, sum = 0;
    for (int round = 0; round < 12; round++) {
        int n = 0;
        for (; n < 160; n++) {
            uint32_t r = next_random(&random);
            line[n] = (r & 7) < 5   ? (char)("abcdefoxrz@.com"[r / 8 % 15])
                      : (r & 7) < 7 ? (char)('0' + r / 8 % 10)
                                    : '-';
        }
        line[n] = 0;
        if (round == 5) {
            for (int j = 0; j < 12; j++) line[j] = 'x';
            line[12] = 'q';
        }
        for (uint32_t k = 0; k < LENGTH(res); k++) {
            re = res[k];
            pc = 0;
            alt();
            emit(MATCH, 0, 0, 0);
            begin = line;
            uint32_t hits = 0;
            steps = 0;
            for (const char *s = line; *s; s++) {
                const char *e = match(prog, s);
                if (e) {
                    hits = mix(hits, (uint32_t)(e - line));
                    if (e > s) s = e - 1;
                }
            }
            sum = mix(mix(sum, hits), steps);
        }
    }
    return sum;
}
