/*
 * Runs code on the host's own CPU, for comparison with the engines.
 *
 * A Linux program without libc, for i386 or, where the host's kernel runs no i386 programs, for x86-64 (long-mode.ts says
 * how i386 code is run there). It reads cases from stdin and writes a result for each to stdout; layouts are in
 * machine-case.ts. A case is a machine state, code, and what memory holds. The code is put among INT3s and entered by
 * returning from a signal handler whose context was replaced by the case's state; whatever ends it (INT3, a divide error,
 * an access that is not allowed) is a signal again, whose context is the result.
 *
 * Memory of a case: DATA (read and write) up to MEMORY_END, nothing behind it, the same addresses as in the engines. Of it
 * the last bytes travel, as many as the case brings; the rest is zero, and a case that changes it is reported as stray.
 */
typedef unsigned int u32;
typedef unsigned long word;
typedef unsigned char u8;

#define DATA 0x1d000
#define MEMORY_END 0x20000
#define MEMORY (MEMORY_END - DATA)
#define TEXT_BYTES 0x40000
#define BATCH_BYTES (16 << 20)
#define MOST_CASES 4096

#ifdef __x86_64__
/* The code is out of reach of 32-bit addresses. An entry of the map is where in it the code of a guest address is. */
#define TEXT 0x1000000000
#define MAP 0x2000000000
#define MAP_BYTES 0x400000000
#else
#define TEXT 0x1000000
#endif

struct test_case {
  u32 registers[8]; /* in the order the CPU encodes them */
  u32 eflags;
  u32 entry; /* all three in bytes from TEXT */
  u32 code_offset;
  u32 code_length;
  u32 memory_length; /* the lengths are multiples of 4 */
  u32 map_entries;
  u32 xmm[32];
  /* then the code, the memory, and the entries of the map: guest address, place in TEXT */
};

struct result {
  u32 registers[8];
  u32 eflags;
  u32 eip; /* in x86-64 in bytes from TEXT, as are all places there */
  u32 signal;
  u32 fault_address;
  u32 stray;
  u32 scratch; /* r8: where an indirect jump went */
  u32 xmm[32];
  /* then the memory */
};

#ifdef __x86_64__
/* The kernel's layout of a signal's context: arch/x86/include/uapi/asm/sigcontext.h, asm-generic/ucontext.h. */
struct fpstate {
  u8 environment[24];
  u32 mxcsr, mxcsr_mask;
  u8 x87[128];
  u32 xmm[64];
  u8 reserved[48];
  u32 software[12]; /* begins with a magic number where an XSAVE header follows */
  u32 components;   /* of that header: which registers are not in their initial state */
};
struct context {
  word flags, link, stack[3];
  word r8, r9, r10, r11, r12, r13, r14, r15;
  word edi, esi, ebp, ebx, edx, eax, ecx, esp, eip, eflags;
  unsigned short cs, gs, fs, ss;
  word error, trap, oldmask, cr2;
  struct fpstate *fp;
};
struct signal_action {
  void *handler;
  word flags;
  void *restorer;
  word mask[1];
};
enum { SYS_READ = 0, SYS_WRITE = 1, SYS_EXIT = 60, SYS_SIGACTION = 13, SYS_SIGALTSTACK = 131, SYS_PRCTL = 157 };
enum { SYS_MEMFD = 319, SYS_FTRUNCATE = 77, SA_RESTORER = 0x04000000 };
#else
struct fpstate {
  u32 x87[28];
  u32 fxsr_env[6];
  u32 mxcsr;
  u32 reserved;
  u32 fxsr_st[32];
  u32 xmm[32];
  u32 unused[44];
  u32 software[12];
  u32 components;
};
struct context {
  u32 flags, link, stack[3];
  u32 gs, fs, es, ds;
  u32 edi, esi, ebp, esp, ebx, edx, ecx, eax;
  u32 trap, error, eip, cs, eflags, esp_at_signal, ss;
  struct fpstate *fp;
  u32 oldmask, cr2;
};
struct signal_action {
  void *handler;
  u32 flags;
  void *restorer;
  u32 mask[2];
};
enum { SYS_READ = 3, SYS_WRITE = 4, SYS_EXIT = 1, SYS_SIGACTION = 174, SYS_SIGALTSTACK = 186, SYS_PRCTL = 172 };
enum { SYS_MEMFD = 356, SYS_FTRUNCATE = 93, SA_RESTORER = 0 };
#endif
#define XSTATE_MAGIC 0x46505853

static u8 batch[BATCH_BYTES], results[BATCH_BYTES];
static u8 signal_stack[64 * 1024];
static u8 *text_alias;
static u8 *next_case, *next_result;
static u32 count, current;

#ifdef __x86_64__
static long call(long number, word a, word b, word c, word d, word e, word f) {
  register word r10 __asm__("r10") = d;
  register word r8 __asm__("r8") = e;
  register word r9 __asm__("r9") = f;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}
static word map(word address, word length, u32 protection, u32 flags, int file) {
  return call(9, address, length, protection, flags, file, 0);
}
__asm__("restore: mov $15, %eax\n syscall");
void restore(void);
#else
static long call(long number, word a, word b, word c, word d, word e, word f) {
  long result;
  (void)f;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e) : "memory");
  return result;
}
static word map(word address, word length, u32 protection, u32 flags, int file) {
  u32 arguments[6] = {address, length, protection, flags, file, 0};
  return call(90, (u32)arguments, 0, 0, 0, 0, 0);
}
#define restore 0
#endif
#define EXIT(status) call(SYS_EXIT, status, 0, 0, 0, 0, 0)

/* gcc turns loops into calls of these. */
void *memcpy(void *to, const void *from, word length) {
  void *start = to;
  __asm__ volatile("cld; rep movsb" : "+D"(to), "+S"(from), "+c"(length) : : "memory");
  return start;
}
void *memset(void *to, int value, word length) {
  void *start = to;
  __asm__ volatile("cld; rep stosb" : "+D"(to), "+c"(length) : "a"(value) : "memory");
  return start;
}

static u32 read_all(u8 *to, u32 wanted) {
  u32 got = 0;
  while (got < wanted) {
    long n = call(SYS_READ, 0, (word)(to + got), wanted - got, 0, 0, 0);
    if (n <= 0) break;
    got += n;
  }
  return got;
}

static void write_all(const u8 *from, u32 length) {
  while (length > 0) {
    long n = call(SYS_WRITE, 1, (word)from, length, 0, 0, 0);
    if (n <= 0) EXIT(3);
    from += n;
    length -= n;
  }
}

/* A batch is its number of cases, their bytes together, and the cases. */
static void next_batch(void) {
  u32 head[2];
  if (read_all((u8 *)head, sizeof head) != sizeof head) EXIT(0);
  count = head[0];
  if (count == 0 || count > MOST_CASES || head[1] > BATCH_BYTES) EXIT(4);
  if (read_all(batch, head[1]) != head[1]) EXIT(5);
  current = 0;
  next_case = batch;
  next_result = results;
}

static struct test_case *this_case(void) { return (struct test_case *)next_case; }
static u8 *code_of(struct test_case *c) { return (u8 *)(c + 1); }
static u8 *memory_of(struct test_case *c) { return code_of(c) + c->code_length; }

/* Puts the case's map entries in, or takes them out. */
static void set_map(struct test_case *c, int in) {
#ifdef __x86_64__
  u32 *entry = (u32 *)(memory_of(c) + c->memory_length);
  for (u32 i = 0; i < c->map_entries; i++, entry += 2) ((u32 *)MAP)[entry[0]] = in ? entry[1] : 0;
#else
  (void)c, (void)in;
#endif
}

static void load_case(struct context *context) {
  struct test_case *c = this_case();
  memcpy(text_alias + c->code_offset, code_of(c), c->code_length);
  memcpy((u8 *)MEMORY_END - c->memory_length, memory_of(c), c->memory_length);
  set_map(c, 1);
  context->eax = c->registers[0];
  context->ecx = c->registers[1];
  context->edx = c->registers[2];
  context->ebx = c->registers[3];
  context->esp = c->registers[4];
  context->ebp = c->registers[5];
  context->esi = c->registers[6];
  context->edi = c->registers[7];
  context->eip = TEXT + c->entry;
  context->eflags = c->eflags;
#ifdef __x86_64__
  context->r10 = MAP;
  context->r11 = TEXT;
#endif
  memcpy(context->fp->xmm, c->xmm, sizeof c->xmm);
  context->fp->mxcsr = 0x1f80;
  if (context->fp->software[0] == XSTATE_MAGIC) context->fp->components |= 3;
}

static void store_result(int signal, u32 fault_address, struct context *context) {
  struct test_case *c = this_case();
  struct result *r = (struct result *)next_result;
  r->registers[0] = context->eax;
  r->registers[1] = context->ecx;
  r->registers[2] = context->edx;
  r->registers[3] = context->ebx;
  r->registers[4] = context->esp;
  r->registers[5] = context->ebp;
  r->registers[6] = context->esi;
  r->registers[7] = context->edi;
  r->eflags = context->eflags;
#ifdef __x86_64__
  r->eip = context->eip - TEXT;
  r->scratch = context->r8;
#else
  r->eip = context->eip;
  r->scratch = 0;
#endif
  r->signal = signal;
  r->fault_address = fault_address;
  memcpy(r->xmm, context->fp->xmm, sizeof r->xmm);
  memcpy(r + 1, (u8 *)MEMORY_END - c->memory_length, c->memory_length);
  r->stray = 0;
  for (u32 *at = (u32 *)DATA; at < (u32 *)(word)(MEMORY_END - c->memory_length); at++) r->stray |= *at;
  if (r->stray) memset((u8 *)DATA, 0, MEMORY);
  memset(text_alias + c->code_offset, 0xcc, c->code_length);
  set_map(c, 0);
  next_result = (u8 *)(r + 1) + c->memory_length;
  next_case = memory_of(c) + c->memory_length + 8 * c->map_entries;
  current++;
}

static int started;

/*
 * INT N with a vector that is none of the host's is a general protection fault. It is answered as by the kernel of a guest:
 * engines.ts does the same.
 */
static int answered(int signal, struct context *context) {
  const u8 *at = (const u8 *)context->eip;
  if (signal != 11 || (word)at < TEXT || (word)at >= TEXT + TEXT_BYTES || *at != 0xcd) return 0;
  context->eip += 2;
  context->eax ^= 0x5a5a0f0f;
  return 1;
}

static void on_signal(int signal, u32 *info, struct context *context) {
  if (started && answered(signal, context)) return;
  if (started) {
    /* si_addr is behind si_signo, si_errno and si_code, at the next multiple of a pointer. */
    store_result(signal, *(word *)(info + (sizeof(word) == 8 ? 4 : 3)), context);
  } else {
    started = 1;
    next_batch();
  }
  if (current == count) {
    write_all(results, next_result - results);
    next_batch();
  }
  load_case(context);
}

__attribute__((force_align_arg_pointer)) void _start(void) {
  /* A case may loop for ever: end when the parent does (prctl PR_SET_PDEATHSIG, SIGKILL). */
  call(SYS_PRCTL, 1, 9, 0, 0, 0, 0);

  enum { READ = 1, WRITE = 2, EXECUTE = 4, SHARED = 1, PRIVATE = 2, FIXED = 16, ANONYMOUS = 32, NORESERVE = 0x4000 };
  /* The code's pages are mapped twice: cases may not write them, the harness does. */
  int file = call(SYS_MEMFD, (word) "text", 0, 0, 0, 0, 0);
  if (file < 0 || call(SYS_FTRUNCATE, file, TEXT_BYTES, 0, 0, 0, 0) < 0) EXIT(6);
  text_alias = (u8 *)map(0, TEXT_BYTES, READ | WRITE, SHARED, file);
  if (map(TEXT, TEXT_BYTES, READ | EXECUTE, SHARED | FIXED, file) != TEXT) EXIT(7);
  if (map(DATA, MEMORY, READ | WRITE, PRIVATE | FIXED | ANONYMOUS, -1) != DATA) EXIT(8);
#ifdef __x86_64__
  if (map(MAP, MAP_BYTES, READ | WRITE, PRIVATE | FIXED | ANONYMOUS | NORESERVE, -1) != MAP) EXIT(9);
#endif
  memset(text_alias, 0xcc, TEXT_BYTES);

  word stack[3] = {(word)signal_stack, 0, sizeof signal_stack};
  call(SYS_SIGALTSTACK, (word)stack, 0, 0, 0, 0, 0);
  enum { SA_SIGINFO = 4, SA_ONSTACK = 0x08000000, SA_NODEFER = 0x40000000 };
  struct signal_action action = {on_signal, SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTORER, restore, {0}};
  static const int signals[] = {4, 5, 7, 8, 11}; /* ILL TRAP BUS FPE SEGV */
  for (u32 i = 0; i < sizeof signals / sizeof *signals; i++)
    call(SYS_SIGACTION, signals[i], (word)&action, 0, 8, 0, 0);
  __asm__ volatile("int3");
  EXIT(10);
}
