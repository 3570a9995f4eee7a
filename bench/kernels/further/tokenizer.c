/* tokenizer: C source cut into tokens by a large switch, with key words told by nested switches and comparisons. */
#include "../../support/bench.h"
static const char source[] =
    "static int find(const char *text, unsigned length) {\n  /* looks */ for (int i = 0; i < length; i++) {\n    if "
    "(text[i] == '\\n' || text[i] != 0x1f) return i >> 2; // done\n    else { value += 3.14e-2 * (x->y - 42u) % 7; "
    "goto end; }\n  }\n  while (!done && ~mask) { count <<= 1; p = &array[n ? a : b]; do { c ^= d | e; } while (--k); "
    "}\n  switch (kind) { case 10: break; default: continue; }\n  char *s = \"a \\\"string\\\" here\"; struct node "
    "*next = sizeof(struct node); return -1;\n}\n";

enum { END, IDENT, NUMBER, STRING, CHARACTER, PUNCT, KEYWORD = 64 };

static const char *const keywords[] = {"auto",  "break",    "case",   "char",     "const",  "continue", "default",
                                       "do",    "double",   "else",   "enum",     "extern", "float",    "for",
                                       "goto",  "if",       "inline", "int",      "long",   "register", "return",
                                       "short", "signed",   "sizeof", "static",   "struct", "switch",   "typedef",
                                       "union", "unsigned", "void",   "volatile", "while"};

struct lexer {
    const char *at;
    uint32_t line;
    uint32_t hash;
};

static int keyword(const char *s, size_t n) {
    int lo = 0, hi = LENGTH(keywords) - 1;
    while (lo <= hi) {
        int mid = (lo + hi) / 2;
        const char *k = keywords[mid];
        int c = 0;
        size_t i = 0;
        for (; i < n && k[i]; i++)
            if ((c = (uint8_t)s[i] - (uint8_t)k[i]) != 0) break;
        if (!c) c = i < n ? 1 : k[i] ? -1 : 0;
        if (c == 0) return KEYWORD + mid;
        if (c < 0) hi = mid - 1;
        else lo = mid + 1;
    }
    return IDENT;
}

static NOINLINE int token(struct lexer *l) {
    const char *s = l->at;
    int r;
again:
    switch (*s) {
    case 0: l->at = s; return END;
    case '\n': l->line++; /* fall through */
    case ' ':
    case '\t':
    case '\r': s++; goto again;
    case 'a' ... 'z':
    case 'A' ... 'Z':
    case '_': {
        const char *b = s;
        uint32_t h = 0;
        while ((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || *s == '_' || (*s >= '0' && *s <= '9'))
            h = h * 31 + (uint8_t)*s++;
        l->hash = h;
        r = keyword(b, (size_t)(s - b));
        break;
    }
    case '0' ... '9': {
        uint32_t v = 0;
        if (*s == '0' && (s[1] | 32) == 'x') {
            for (s += 2;; s++) {
                if (*s >= '0' && *s <= '9') v = v * 16 + (uint32_t)(*s - '0');
                else if ((*s | 32) >= 'a' && (*s | 32) <= 'f') v = v * 16 + (uint32_t)((*s | 32) - 'a' + 10);
                else break;
            }
        } else
            while ((*s >= '0' && *s <= '9') || *s == '.' || *s == 'e' || (*s == '-' && s[-1] == 'e'))
                v = v * 10 + (uint8_t)*s++;
        while (*s == 'u' || *s == 'l') s++;
        l->hash = v;
        r = NUMBER;
        break;
    }
    case '"':
    case '\'': {
        char q = *s++;
        uint32_t h = 7;
        while (*s != q) {
            if (*s == '\\') switch (*++s) {
                case 'n': h = h * 3 + 10; break;
                case 't': h = h * 3 + 9; break;
                default: h += (uint8_t)*s;
                }
            else h = h * 3 + (uint8_t)*s;
            s++;
        }
        s++;
        l->hash = h;
        r = q == '"' ? STRING : CHARACTER;
        break;
    }
    case '/':
        if (s[1] == '*') {
            for (s += 2; s[0] != '*' || s[1] != '/'; s++) l->line += *s == '\n';
            s += 2;
            goto again;
        }
        if (s[1] == '/') {
            while (*s && *s != '\n') s++;
            goto again;
        }
        r = PUNCT;
        s++;
        break;
    case '+':
        r = s[1] == '+' ? 20 : s[1] == '=' ? 21 : 22;
        s += r == 22 ? 1 : 2;
        break;
    case '-':
        r = s[1] == '-' ? 23 : s[1] == '=' ? 24 : s[1] == '>' ? 25 : 26;
        s += r == 26 ? 1 : 2;
        break;
    case '<':
        if (s[1] == '<') {
            r = s[2] == '=' ? 27 : 28;
            s += 30 - r;
        } else {
            r = s[1] == '=' ? 29 : 30;
            s += 31 - r;
        }
        break;
    case '>':
        if (s[1] == '>') {
            r = s[2] == '=' ? 31 : 32;
            s += 34 - r;
        } else {
            r = s[1] == '=' ? 33 : 34;
            s += 35 - r;
        }
        break;
    case '&':
        r = s[1] == '&' ? 35 : 36;
        s += 37 - r;
        break;
    case '|':
        r = s[1] == '|' ? 37 : 38;
        s += 39 - r;
        break;
    case '=':
        r = s[1] == '=' ? 39 : 40;
        s += 41 - r;
        break;
    case '!':
        r = s[1] == '=' ? 41 : 42;
        s += 43 - r;
        break;
    case '^':
        r = s[1] == '=' ? 43 : 44;
        s += 45 - r;
        break;
    default:
        r = PUNCT;
        l->hash = (uint8_t)*s++;
        break;
    }
    l->at = s;
    return r;
}

uint32_t kernel_run(void) {
    uint32_t sum = 0;
    for (int i = 0; i < 120; i++) {
        struct lexer l = {source, 1, 0};
        for (int t; (t = token(&l)) != END;) sum = mix(sum, (uint32_t)t + l.hash);
        sum += l.line;
    }
    return sum;
}
