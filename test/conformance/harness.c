/*
 * Runs instructions on the host's own CPU, for comparison with the interpreter.
 *
 * An i386 Linux program without libc. It reads cases from stdin and writes a result for each to stdout; layouts are in
 * machine-case.ts. A case is a machine state and a few bytes of code. The code is put into a page full of INT3 and
 * entered by returning from a signal handler whose context was replaced by the case's state; whatever ends it (INT3, a
 * divide error, an access that is not allowed) is a signal again, whose context is the result.
 *
 * Memory of a case, the same addresses as in the interpreter: TEXT (execute and read), DATA (read and write) up to
 * MEMORY_END, nothing behind it. Of DATA only the last WINDOW bytes travel; the rest is zero, and a case that changes
 * it is reported as stray.
 */
typedef unsigned int u32;
typedef unsigned char u8;

#define TEXT 0x10000
#define DATA 0x11000
#define MEMORY_END 0x12000
#define PAGE 0x1000
#define WINDOW 256
#define CODE_OFFSET 0x800
#define CODE_BYTES 48
#define BATCH 4096

struct test_case {
  u32 registers[8]; /* in the order the CPU encodes them */
  u32 eflags;
  u32 code_length;
  u8 code[CODE_BYTES];
  u32 xmm[32];
  u8 window[WINDOW];
};

struct result {
  u32 registers[8];
  u32 eflags;
  u32 eip;
  u32 signal;
  u32 fault_address;
  u32 stray;
  u32 xmm[32];
  u8 window[WINDOW];
};

/* The kernel's layout of a signal's context on i386: arch/x86/include/uapi/asm/sigcontext.h. */
struct fpstate {
  u32 x87[28];
  u32 fxsr_env[6];
  u32 mxcsr;
  u32 reserved;
  u32 fxsr_st[32];
  u32 xmm[32];
  u32 unused[56];
  u32 components; /* of the XSAVE header: which registers are not in their initial state */
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

static struct test_case cases[BATCH];
static struct result results[BATCH];
static u8 signal_stack[64 * 1024];
static u8 *text_alias;
static u32 count, current;

static int call(int number, u32 a, u32 b, u32 c, u32 d, u32 e) {
  int result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e) : "memory");
  return result;
}
#define EXIT(status) call(1, status, 0, 0, 0, 0)

/* gcc turns loops into calls of these. */
void *memcpy(void *to, const void *from, u32 length) {
  void *start = to;
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(length) : : "memory");
  return start;
}
void *memset(void *to, int value, u32 length) {
  void *start = to;
  __asm__ volatile("rep stosb" : "+D"(to), "+c"(length) : "a"(value) : "memory");
  return start;
}

static u32 read_all(u8 *to, u32 wanted) {
  u32 got = 0;
  while (got < wanted) {
    int n = call(3, 0, (u32)(to + got), wanted - got, 0, 0);
    if (n <= 0) break;
    got += n;
  }
  return got;
}

static void write_all(const u8 *from, u32 length) {
  while (length > 0) {
    int n = call(4, 1, (u32)from, length, 0, 0);
    if (n <= 0) EXIT(3);
    from += n;
    length -= n;
  }
}

/* A batch is its number of cases and the cases. */
static void next_batch(void) {
  if (read_all((u8 *)&count, 4) != 4) EXIT(0);
  if (count == 0 || count > BATCH) EXIT(4);
  if (read_all((u8 *)cases, count * sizeof(struct test_case)) != count * sizeof(struct test_case)) EXIT(5);
  current = 0;
}

static void load_case(struct context *context) {
  struct test_case *c = &cases[current];
  memcpy(text_alias + CODE_OFFSET, c->code, c->code_length);
  memcpy((u8 *)MEMORY_END - WINDOW, c->window, WINDOW);
  context->eax = c->registers[0];
  context->ecx = c->registers[1];
  context->edx = c->registers[2];
  context->ebx = c->registers[3];
  context->esp = c->registers[4];
  context->ebp = c->registers[5];
  context->esi = c->registers[6];
  context->edi = c->registers[7];
  context->eip = TEXT + CODE_OFFSET;
  context->eflags = c->eflags;
  memcpy(context->fp->xmm, c->xmm, sizeof c->xmm);
  context->fp->mxcsr = 0x1f80;
  context->fp->components |= 3;
}

static void store_result(int signal, u32 fault_address, struct context *context) {
  struct result *r = &results[current];
  r->registers[0] = context->eax;
  r->registers[1] = context->ecx;
  r->registers[2] = context->edx;
  r->registers[3] = context->ebx;
  r->registers[4] = context->esp;
  r->registers[5] = context->ebp;
  r->registers[6] = context->esi;
  r->registers[7] = context->edi;
  r->eflags = context->eflags;
  r->eip = context->eip;
  r->signal = signal;
  r->fault_address = fault_address;
  memcpy(r->xmm, context->fp->xmm, sizeof r->xmm);
  memcpy(r->window, (u8 *)MEMORY_END - WINDOW, WINDOW);
  r->stray = 0;
  for (u32 *word = (u32 *)DATA; word < (u32 *)(MEMORY_END - WINDOW); word++) r->stray |= *word;
  if (r->stray) memset((u8 *)DATA, 0, PAGE);
  memset(text_alias + CODE_OFFSET, 0xcc, CODE_BYTES);
}

static int started;

static void on_signal(int signal, u32 *info, struct context *context) {
  if (started) {
    store_result(signal, info[3], context);
    current++;
  } else {
    started = 1;
    next_batch();
  }
  if (current == count) {
    write_all((u8 *)results, count * sizeof(struct result));
    next_batch();
  }
  load_case(context);
}

static u32 map(u32 address, u32 length, u32 protection, u32 flags, int file) {
  u32 arguments[6] = {address, length, protection, flags, file, 0};
  return call(90, (u32)arguments, 0, 0, 0, 0);
}

__attribute__((force_align_arg_pointer)) void _start(void) {
  /* A case may loop for ever: end when the parent does (prctl PR_SET_PDEATHSIG, SIGKILL). */
  call(172, 1, 9, 0, 0, 0);

  enum { READ = 1, WRITE = 2, EXECUTE = 4, SHARED = 1, PRIVATE = 2, FIXED = 16, ANONYMOUS = 32 };
  /* The page of code is mapped twice: cases may not write it, the harness does. */
  int file = call(356, (u32) "text", 0, 0, 0, 0);
  if (file < 0 || call(93, file, PAGE, 0, 0, 0) < 0) EXIT(6);
  text_alias = (u8 *)map(0, PAGE, READ | WRITE, SHARED, file);
  if (map(TEXT, PAGE, READ | EXECUTE, SHARED | FIXED, file) != TEXT) EXIT(7);
  if (map(DATA, PAGE, READ | WRITE, PRIVATE | FIXED | ANONYMOUS, -1) != DATA) EXIT(8);
  memset(text_alias, 0xcc, PAGE);

  u32 stack[3] = {(u32)signal_stack, 0, sizeof signal_stack};
  call(186, (u32)stack, 0, 0, 0, 0);
  enum { SA_SIGINFO = 4, SA_ONSTACK = 0x08000000, SA_NODEFER = 0x40000000 };
  struct signal_action action = {on_signal, SA_SIGINFO | SA_ONSTACK | SA_NODEFER, 0, {0, 0}};
  static const int signals[] = {4, 5, 7, 8, 11}; /* ILL TRAP BUS FPE SEGV */
  for (u32 i = 0; i < sizeof signals / sizeof *signals; i++) call(174, signals[i], (u32)&action, 0, 8, 0);
  __asm__ volatile("int3");
  EXIT(9);
}
