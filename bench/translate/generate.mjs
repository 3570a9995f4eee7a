/**
 * C source of any size, the same for the same seed: functions as programs have them, each made of statements drawn at random
 * (loops, branches, switches, tables, records, strings, 64-bit numbers, calls of other functions, some through pointers).
 */

/** @returns C source of a guest that says it has started, and then calls each of the functions */
export function generateSource(functions, seed) {
  const random = new Random(seed);
  const names = Array.from({ length: functions }, (_, index) => `work_${index}`);
  const bodies = names.map((name, index) => functionText(name, names.slice(Math.max(0, index - 40), index), random));
  return `${PROLOGUE}\n${bodies.join("\n")}\n${mainText(names)}`;
}

const PROLOGUE = `#include "runtime.h"
DENALI_MEMORY(4 * 1024 * 1024);
struct record { uint32_t key, value; struct record *next; uint8_t bytes[16]; int16_t small; uint64_t wide; };
static struct record records[64];
static uint32_t table[256];
static char text[512];
static volatile uint32_t depth;
`;

const mainText = (names) => `
static uint32_t (*const all[])(uint32_t, uint32_t, struct record *) = { ${names.join(", ")} };
int main(void) {
    print("started\\n");
    uint32_t sum = 0;
    for (uint32_t i = 0; i < sizeof all / sizeof *all; i++) { depth = 0; sum = sum * 31 + all[i](i, sum, &records[i % 64]); }
    printf("%x\\n", sum);
    return 0;
}
`;

/** Numbers from xorshift32 (Marsaglia, 2003). */
class Random {
  constructor(seed) {
    this.state = seed || 1;
  }

  below(limit) {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % limit;
  }

  of(choices) {
    return choices[this.below(choices.length)];
  }
}

/** Statements of a function: mostly few, sometimes many, as in programs. */
const LENGTHS = [1, 1, 2, 2, 2, 3, 3, 4, 5, 7, 14];

function functionText(name, callable, random) {
  const statements = Array.from({ length: random.of(LENGTHS) }, () => statement({ random, callable, nesting: 1 }));
  return `static __attribute__((noinline)) uint32_t ${name}(uint32_t a, uint32_t b, struct record *r) {
    uint32_t c = ${expression(random, 1)}, d = a ^ ${random.below(1000)};
    uint64_t w = (uint64_t)a << ${random.below(20)} | b;
    if (depth > 3) return a + b;
    ${statements.join("\n    ")}
    return ${expression(random, 2)} + (uint32_t)w;
}`;
}

const NAMES = ["a", "b", "c", "d"];

function expression(random, depth) {
  const leaf = () =>
    random.of([
      random.of(["a", "b", "a", "b", "r->key", "r->value"]),
      `${random.below(random.of([8, 256, 1 << 20]))}u`,
    ]);
  if (depth === 0) return leaf();
  const left = expression(random, depth - 1);
  const right = expression(random, depth - 1);
  return random.of([
    `(${left} + ${right})`,
    `(${left} - ${right})`,
    `(${left} & ${right})`,
    `(${left} ^ ${right} << ${random.below(31)})`,
    `(${left} * ${1 + random.below(99)})`,
    `(${left} >> ${random.below(31)} | ${right})`,
    `table[${left} & 255]`,
    `(${left} > ${right} ? ${left} : ${right} + 1)`,
    `(${left} / (${right} | 1))`,
  ]);
}

function statement(context) {
  const { random, nesting } = context;
  const simple = [assignment, assignment, store, callOf, callOf, wide, bytes];
  const nested = [branch, branch, countedLoop, listLoop, choice, stringLoop];
  return random.of(nesting < 3 ? [...simple, ...nested] : simple)(context);
}

const block = (context, most) =>
  Array.from({ length: 1 + context.random.below(most) }, () =>
    statement({ ...context, nesting: context.nesting + 1 }),
  ).join(" ");

const assignment = ({ random }) =>
  `${random.of(NAMES)} ${random.of(["=", "+=", "^=", "-="])} ${expression(random, 2)};`;

const store = ({ random }) =>
  random.of([
    `r->value = ${expression(random, 1)};`,
    `r->small = (int16_t)${random.of(NAMES)};`,
    `table[${random.of(NAMES)} & 255] += ${expression(random, 1)};`,
    `r->bytes[${random.of(NAMES)} & 15] ^= (uint8_t)${random.of(NAMES)};`,
  ]);

function callOf({ random, callable }) {
  if (callable.length === 0) return "c++;";
  return `depth++; ${random.of(NAMES)} += ${random.of(callable)}(${random.of(NAMES)}, ${expression(random, 1)}, r); depth--;`;
}

const wide = ({ random }) =>
  random.of([
    `w += (uint64_t)${random.of(NAMES)} * ${random.of(NAMES)};`,
    `w = w << ${1 + random.below(40)} ^ r->wide;`,
    `if (w > ${random.below(1 << 30)}ull * c) w -= d;`,
    `r->wide = w / (${random.of(NAMES)} | 1u);`,
  ]);

const bytes = ({ random }) =>
  random.of([
    `memcpy(r->bytes, text + (${random.of(NAMES)} & 255), 16);`,
    `c += strlen(text + (${random.of(NAMES)} & 255));`,
    `if ((int8_t)r->bytes[${random.below(16)}] < ${random.below(100)}) d = (uint32_t)r->small;`,
  ]);

const branch = (context) =>
  `if (${expression(context.random, 1)} ${context.random.of(["<", ">", "==", "!="])} ${expression(context.random, 1)}) ` +
  `{ ${block(context, 3)} }${context.random.below(2) ? ` else { ${block(context, 3)} }` : ""}`;

const countedLoop = (context) => {
  const index = `i${context.nesting}`;
  return `for (uint32_t ${index} = 0; ${index} < (${context.random.of(NAMES)} & 7); ${index}++) { ${block(context, 3)} c += ${index}; }`;
};

const listLoop = (context) => {
  const each = `each${context.nesting}`;
  return `for (struct record *${each} = r; ${each}; ${each} = ${each}->next) { d += ${each}->key; ${block(context, 2)} }`;
};

const stringLoop = ({ random, nesting }) => {
  const at = `at${nesting}`;
  return `for (char *${at} = text + (a & 63); *${at} && *${at} != '${random.of(["x", "/", ":", ","])}'; ${at}++) c = c * ${33 + random.below(9)} + (uint8_t)*${at};`;
};

function choice(context) {
  const cases = Array.from(
    { length: 4 + context.random.below(10) },
    (_, index) => `case ${index}: ${block({ ...context, nesting: 3 }, 2)} break;`,
  );
  return `switch (${context.random.of(NAMES)} & 15) { ${cases.join(" ")} default: d++; }`;
}
