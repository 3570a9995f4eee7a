/*
 * Functions as compilers make them: each test's result is written as a line to file 1. The same executable runs on the
 * host and in the interpreter, which must print the same.
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long i64;
#define NOINLINE __attribute__((noinline, noclone))

static int system_call(int number, u32 a, u32 b, u32 c) {
  int result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
  return result;
}

/* --- what gcc calls for 64-bit arithmetic and for blocks; libgcc for i386 is not there --- */

u64 __udivmoddi4(u64 n, u64 d, u64 *remainder) {
  u64 quotient = 0, rest = 0;
  for (int bit = 63; bit >= 0; bit--) {
    rest = rest << 1 | (n >> bit & 1);
    if (rest >= d) rest -= d, quotient |= 1ull << bit;
  }
  if (remainder) *remainder = rest;
  return quotient;
}
u64 __udivdi3(u64 n, u64 d) { return __udivmoddi4(n, d, 0); }
u64 __umoddi3(u64 n, u64 d) {
  u64 rest;
  __udivmoddi4(n, d, &rest);
  return rest;
}
i64 __divdi3(i64 n, i64 d) {
  u64 q = __udivdi3(n < 0 ? -(u64)n : n, d < 0 ? -(u64)d : d);
  return (n < 0) != (d < 0) ? -q : q;
}
i64 __moddi3(i64 n, i64 d) {
  u64 r = __umoddi3(n < 0 ? -(u64)n : n, d < 0 ? -(u64)d : d);
  return n < 0 ? -r : r;
}
i64 __divmoddi4(i64 n, i64 d, i64 *remainder) {
  *remainder = __moddi3(n, d);
  return __divdi3(n, d);
}
NOINLINE void *memcpy(void *to, const void *from, u32 length) {
  void *start = to;
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(length) : : "memory");
  return start;
}
NOINLINE void *memset(void *to, int value, u32 length) {
  void *start = to;
  __asm__ volatile("rep stosb" : "+D"(to), "+c"(length) : "a"(value) : "memory");
  return start;
}
NOINLINE void *memmove(void *to, const void *from, u32 length) {
  if (to <= from) return memcpy(to, from, length);
  u8 *t = (u8 *)to + length - 1;
  const u8 *f = (const u8 *)from + length - 1;
  __asm__ volatile("std; rep movsb; cld" : "+D"(t), "+S"(f), "+c"(length) : : "memory");
  return to;
}

static u32 seed = 12345;
static u32 next(void) { return seed = seed * 1664525 + 1013904223; }

/* --- the tests --- */

static u8 buffer[4096];

NOINLINE u32 crc32(const u8 *data, u32 length) {
  u32 crc = ~0u;
  for (u32 i = 0; i < length; i++) {
    crc ^= data[i];
    for (int k = 0; k < 8; k++) crc = crc >> 1 ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc;
}
static u32 test_crc32(void) {
  for (u32 i = 0; i < sizeof buffer; i++) buffer[i] = next() >> 24;
  return crc32(buffer, sizeof buffer);
}

static u32 ror(u32 x, int n) { return x >> n | x << (32 - n); }
static u32 test_sha256(void) {
  /* The constants are the fractions of cube roots of primes; any will do to compare, and these are computed. */
  u32 h[8], w[64], k[64];
  for (int i = 0; i < 8; i++) h[i] = next();
  for (int i = 0; i < 64; i++) k[i] = next();
  for (int round = 0; round < 20; round++) {
    for (int i = 0; i < 16; i++) w[i] = next();
    for (int i = 16; i < 64; i++) {
      u32 s0 = ror(w[i - 15], 7) ^ ror(w[i - 15], 18) ^ w[i - 15] >> 3;
      u32 s1 = ror(w[i - 2], 17) ^ ror(w[i - 2], 19) ^ w[i - 2] >> 10;
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    u32 v[8];
    for (int i = 0; i < 8; i++) v[i] = h[i];
    for (int i = 0; i < 64; i++) {
      u32 t1 = v[7] + (ror(v[4], 6) ^ ror(v[4], 11) ^ ror(v[4], 25)) + ((v[4] & v[5]) ^ (~v[4] & v[6])) + k[i] + w[i];
      u32 t2 = (ror(v[0], 2) ^ ror(v[0], 13) ^ ror(v[0], 22)) + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
      for (int j = 7; j > 0; j--) v[j] = v[j - 1];
      v[4] += t1;
      v[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++) h[i] += v[i];
  }
  return h[0] ^ h[3] ^ h[7];
}

static int sorted[1000];
static void quicksort(int *v, int n) {
  if (n < 2) return;
  int pivot = v[n / 2], i = 0, j = n - 1;
  for (;;) {
    while (v[i] < pivot) i++;
    while (v[j] > pivot) j--;
    if (i >= j) break;
    int t = v[i];
    v[i++] = v[j];
    v[j--] = t;
  }
  quicksort(v, i);
  quicksort(v + i, n - i);
}
static u32 test_quicksort(void) {
  for (int i = 0; i < 1000; i++) sorted[i] = (int)next() >> (i & 15);
  quicksort(sorted, 1000);
  u32 hash = 0;
  for (int i = 0; i < 1000; i++) hash = hash * 31 + sorted[i];
  for (int i = 1; i < 1000; i++) if (sorted[i - 1] > sorted[i]) return 0;
  return hash;
}

static u32 test_wide(void) {
  u64 hash = 1;
  for (int i = 0; i < 200; i++) {
    u64 a = (u64)next() << 32 | next(), b = ((u64)next() << 32 | next()) >> (next() >> 26);
    hash = hash * 1099511628211ull + a * b;
    if (b) hash ^= a / b + a % b;
    if (b) hash += (i64)a / (i64)b ^ (i64)a % (i64)b;
    hash ^= a << (b & 63) | a >> (b & 63);
    hash += (i64)a >> (b & 63);
    hash += (a > b) + ((i64)a <= (i64)b) * 2;
  }
  return (u32)(hash ^ hash >> 32);
}

static u32 test_narrow(void) {
  u32 hash = 0;
  for (int i = 0; i < 500; i++) {
    u8 a = next() >> 20, b = next() >> 20;
    u16 c = next() >> 10, d = next() >> 10;
    signed char e = a;
    short f = c;
    hash = hash * 33 + (u8)(a + b) + (u8)(a * b) + (u16)(c - d) + (e >> 2) + (f >> 3);
    if (b) hash += a / b + e % (signed char)(b | 1);
    if (d) hash ^= c / d + f % (short)(d | 1);
    a += b, b -= a, c ^= d, d |= a;
    hash += (a < b) + (e < (signed char)b) * 2 + (c < d) * 4 + (f < (short)d) * 8;
  }
  return hash;
}

static NOINLINE u32 length_of(const char *s) {
  const char *p = s;
  while (*p) p++;
  return p - s;
}
static NOINLINE u32 scan_length(const char *s) {
  u32 count = ~0u;
  __asm__ volatile("repne scasb" : "+D"(s), "+c"(count) : "a"(0) : "memory", "cc");
  return ~count - 1;
}
static NOINLINE int compare(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return (u8)*a - (u8)*b;
}
static u32 test_strings(void) {
  static char text[600], copy[600];
  u32 hash = 0;
  for (int i = 0; i < 60; i++) {
    u32 length = next() % 500;
    for (u32 k = 0; k < length; k++) text[k] = 'a' + (next() >> 16) % 26;
    text[length] = 0;
    memcpy(copy, text, length + 1);
    copy[next() % 500] = 'x';
    hash = hash * 31 + length_of(text) * scan_length(text) + compare(text, copy);
    memmove(text + next() % 50, text, 300);
    memmove(text, text + next() % 50, 300);
    memset(copy, i, next() % 400);
    hash ^= crc32((u8 *)text, sizeof text) ^ crc32((u8 *)copy, sizeof copy);
  }
  return hash;
}

static NOINLINE u32 interpret(const u8 *code, u32 x) {
  u32 stack[16] = {0}, top = 0;
  for (;; code++) {
    switch (*code) {
      case 0: return x;
      case 1: x += 7; break;
      case 2: x *= 3; break;
      case 3: stack[top++ & 15] = x; break;
      case 4: x ^= stack[--top & 15]; break;
      case 5: x = x << 5 | x >> 27; break;
      case 6: x -= x >> 3; break;
      case 7: x = ~x; break;
      case 8: x = x & 1 ? x + 1 : x >> 1; break;
      case 9: x = __builtin_bswap32(x); break;
      default: x += *code;
    }
  }
}
static u32 test_switch(void) {
  u8 code[200];
  u32 hash = 0;
  for (int i = 0; i < 50; i++) {
    for (int k = 0; k < 199; k++) code[k] = 1 + (next() >> 13) % 11;
    code[199] = 0;
    hash = hash * 31 + interpret(code, next());
  }
  return hash;
}

static NOINLINE u32 fibonacci(u32 n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }
static NOINLINE u32 ackermann(u32 m, u32 n) {
  return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}
static u32 test_recursion(void) { return fibonacci(15) * 1000 + ackermann(2, 9); }

static u32 test_sieve(void) {
  static u8 composite[10000];
  u32 primes = 0;
  for (u32 i = 2; i < sizeof composite; i++) {
    if (composite[i]) continue;
    primes++;
    for (u32 k = i * i; k < sizeof composite; k += i) composite[k] = 1;
  }
  return primes;
}

static u32 test_bits(void) {
  u32 hash = 0;
  for (int i = 0; i < 300; i++) {
    u32 x = next() | 1u << (i & 31);
    hash = hash * 31 + __builtin_ctz(x) + __builtin_clz(x) * 32 + __builtin_parity(x);
    hash ^= x << (i & 31) | x >> (-i & 31);
    hash += (x >> (i & 31) & 1) ? __builtin_bswap32(x) : (u32)__builtin_bswap16((u16)x);
    hash ^= (u32)((int)x >> (i % 32)) + (u32)((int)x / 7) + x % 10;
  }
  return hash;
}

struct pair { int key; struct pair *next; };
static u32 test_list(void) {
  static struct pair pool[200];
  struct pair *head = 0;
  for (int i = 0; i < 200; i++) {
    struct pair *p = &pool[i], **at = &head;
    p->key = (int)next() >> 8;
    while (*at && (*at)->key < p->key) at = &(*at)->next;
    p->next = *at;
    *at = p;
  }
  u32 hash = 0;
  for (struct pair *p = head; p; p = p->next) hash = hash * 17 + p->key;
  return hash;
}

static NOINLINE int apply(int (*f)(int, int), int a, int b) { return f(a, b); }
static int added(int a, int b) { return a + b; }
static int multiplied(int a, int b) { return a * b; }
static int larger(int a, int b) { return a > b ? a : b; }
static u32 test_pointers(void) {
  int (*const functions[])(int, int) = {added, multiplied, larger};
  int x = 1;
  for (int i = 0; i < 300; i++) x = apply(functions[(next() >> 16) % 3], x, (int)next());
  return x;
}

static u32 test_atomics(void) {
  static u32 counter, flag;
  static u64 wide;
  u32 hash = 0;
  for (int i = 0; i < 100; i++) {
    hash += __sync_fetch_and_add(&counter, next());
    hash ^= __sync_lock_test_and_set(&flag, next());
    hash += __sync_bool_compare_and_swap(&counter, i & 1 ? counter : counter + 1, i);
    hash ^= __sync_bool_compare_and_swap(&wide, i & 2 ? wide : wide + 1, wide + ((u64)next() << 20));
    hash += __sync_fetch_and_or(&flag, 1u << (i & 31)) + (u32)(wide >> 16);
  }
  return hash;
}

/* Calls at the end of functions, which gcc makes jumps of from -O2 on: without end to them, no stack may be used up. */
static NOINLINE int odd(u32 n);
static NOINLINE int even(u32 n) { return n == 0 ? 1 : odd(n - 1); }
static NOINLINE int odd(u32 n) { return n == 0 ? 0 : even(n - 1); }
static u32 test_tail_calls(void) {
  u32 hash = 0;
  for (u32 n = 8000; n < 8004; n++) hash = hash * 3 + (u32)even(n);
  return hash;
}

struct record { int numbers[5]; double d; unsigned low : 3, high : 13; signed char c; };
static NOINLINE struct record made(int i) {
  struct record r = {{i, i + 1, i * 2, i ^ 3, -i}, i * 0.5, (u32)i & 7, (u32)i * 5 & 0x1fff, (signed char)i};
  return r;
}
static NOINLINE i64 used(struct record r, int i) {
  r.high += (u32)i;
  return r.numbers[i % 5] + (i64)(int)r.d * r.low + r.high - r.c;
}
static NOINLINE i64 total(int count, ...) {
  __builtin_va_list arguments;
  __builtin_va_start(arguments, count);
  i64 sum = 0;
  for (int i = 0; i < count; i++) {
    if (i % 3 == 0) sum += __builtin_va_arg(arguments, int);
    else if (i % 3 == 1) sum ^= __builtin_va_arg(arguments, i64);
    else sum -= (int)__builtin_va_arg(arguments, double);
  }
  __builtin_va_end(arguments);
  return sum;
}
static NOINLINE u32 filled(u32 length) {
  u8 *bytes = __builtin_alloca(length);
  int numbers[length];
  u32 sum = 0;
  memset(bytes, (int)length, length);
  for (u32 i = 0; i < length; i++) numbers[i] = bytes[i] * (int)i, sum += (u32)numbers[i];
  return sum;
}
static u32 test_arguments(void) {
  i64 sum = 0;
  for (int i = 1; i < 200; i++) {
    sum = sum * 5 + total(6, i, (i64)i << 20, i * 1.5, -i, (i64)-i, i * 3.25);
    sum += used(made(i), i) + filled((u32)i % 60 + 1);
  }
  return (u32)(sum ^ sum >> 32);
}

/* Returns to the first of some functions from the last. */
static void *place[5];
static NOINLINE void descend(int depth) {
  volatile int kept = depth;
  if (depth == 0) __builtin_longjmp(place, 1);
  descend(depth - 1);
  kept++;
}
static u32 test_longjmp(void) {
  volatile u32 hash = 1;
  for (volatile int i = 0; i < 50; i++) {
    if (__builtin_setjmp(place) == 0) descend(i % 20);
    else hash = hash * 31 + (u32)i;
  }
  return hash;
}

static NOINLINE double power(double x, int n) {
  double result = 1;
  for (; n > 0; n >>= 1, x *= x) if (n & 1) result *= x;
  return result;
}
static double square_root(double x) {
  double result;
  __asm__("sqrtsd %1, %0" : "=x"(result) : "xm"(x));
  return result;
}
static u32 bits_of(double x) {
  union { double d; u64 u; } u = {x};
  return (u32)(u.u ^ u.u >> 32);
}
static u32 test_doubles(void) {
  double positions[8], speeds[8], sum = 0;
  float narrow = 1;
  u32 hash = 0;
  for (int i = 0; i < 8; i++) positions[i] = (int)next() / 65536.0, speeds[i] = (int)next() * 1e-9;
  for (int step = 0; step < 200; step++) {
    for (int i = 0; i < 8; i++) {
      for (int k = 0; k < 8; k++) {
        double distance = positions[i] - positions[k];
        if (distance != 0) speeds[i] -= distance / (__builtin_fabs(distance * distance * distance) + 0.01);
      }
    }
    for (int i = 0; i < 8; i++) positions[i] += speeds[i] * 0.001;
    sum += square_root(__builtin_fabs(positions[step & 7])) + power(1.0001, step);
    narrow = narrow * 1.01f + (float)speeds[step & 7];
    hash = hash * 31 + bits_of(sum) + (int)sum + (int)narrow + (positions[0] > positions[1]) + (speeds[2] <= speeds[3]) * 2;
    hash ^= bits_of(-positions[step & 7]) + (u32)(int)(positions[step & 7] * 3);
  }
  double nothing = (sum - sum) / (sum - sum);
  return hash + (nothing == nothing) + (nothing < 1) * 2 + (nothing != 1) * 4 + bits_of(narrow);
}

static void print(const char *name, u32 result) {
  char line[64];
  u32 n = 0;
  while (*name) line[n++] = *name++;
  line[n++] = ' ';
  for (int shift = 28; shift >= 0; shift -= 4) line[n++] = "0123456789abcdef"[result >> shift & 15];
  line[n++] = '\n';
  system_call(4, 1, (u32)line, n);
}

__attribute__((force_align_arg_pointer)) void _start(void) {
#define TEST(name) print(#name, test_##name())
  TEST(crc32);
  TEST(sha256);
  TEST(quicksort);
  TEST(wide);
  TEST(narrow);
  TEST(strings);
  TEST(switch);
  TEST(recursion);
  TEST(sieve);
  TEST(bits);
  TEST(list);
  TEST(pointers);
  TEST(atomics);
  TEST(tail_calls);
  TEST(arguments);
  TEST(longjmp);
  TEST(doubles);
  system_call(1, 0, 0, 0);
}
