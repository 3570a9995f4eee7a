/** What programs on Ilwaco do while engines and quanta are compared: each a little of what it is for, in virtual time. */

import { type Kernel, UplinkKind } from "../../source/kernel/index.js";
import { runFor, typeLine } from "../kernel/boot.js";

export interface Scene {
  readonly supervisor?: boolean;
  /** Starts the VMs that are watched and has them do something; answers who they are, and what outsiders were told. */
  play(kernel: Kernel): { readonly ids: readonly number[]; readonly told?: () => string };
  /** What the VMs print, and outsiders are told, in that order. */
  readonly shows: readonly RegExp[];
  /** The first of its VMs waits for nobody: it retires as many instructions at any quantum. */
  readonly alone?: boolean;
}

const SUPERVISOR = 1;

/** Seconds of their time in which a server is up, and in which all is over. */
const STARTED = 0.1;
const REDIS_STARTED = 0.8;
const OVER = 0.25;

const LUA = `
  local words, count = {}, {}
  for word in ("the cat and the dog and the bird"):gmatch("%a+") do count[word] = (count[word] or 0) + 1 end
  for word, times in pairs(count) do words[#words + 1] = word .. "=" .. times end
  table.sort(words)
  print(table.concat(words, " "), string.format("%.10f", math.sin(1) ^ 2 + math.cos(1) ^ 2), 7 // -2, pcall(error, "no"))`;

const SQL = `
  create table entry (name text, amount real);
  insert into entry values ('rent', 812.5), ('tea', 3.25), ('book', 19);
  select upper(name), round(amount * 1.19, 2) from entry where amount > 5 order by amount;`;

const ending = (image: string, args: string[], shows: RegExp): Scene => ({
  play(kernel) {
    const ids = kernel.spawn({ image, arguments: args });
    runFor(kernel, OVER);
    return { ids };
  },
  shows: [shows],
  alone: true,
});

/** A web server, and a client with two connections. */
const serving = (image: string, shows: RegExp): Scene => ({
  play(kernel) {
    const [server] = kernel.spawn({ image });
    runFor(kernel, STARTED);
    const args = ["connections=2", "seconds=0.03", "interval=9", `10.0.0.${server}`];
    const [client] = kernel.spawn({ image: "load", arguments: args });
    runFor(kernel, OVER);
    return { ids: [server, client] };
  },
  shows: [shows, /^total: [1-9]\d* requests, 0 failed/],
});

/** A client outside of the machine, whose bytes the supervisor carries. */
function askFromOutside(kernel: Kernel, name: string, port: number, words: string): () => string {
  const channel = kernel.uplink.open({ kind: UplinkKind.STREAM, name, port });
  if (!channel) throw new Error("there is no supervisor");
  let told = "";
  channel.peer = {
    send: (bytes) => {
      told += Buffer.from(bytes).toString();
      return true;
    },
    finish() {},
    close() {},
    room() {},
  };
  channel.push(Buffer.from(words));
  return () => told;
}

export const SCENES: Readonly<Record<string, Scene>> = {
  greeter: ending("greeter", ["world", "moon"], /^greeter on Ilwaco .*\nhello, world\nhello, moon\nkept 3\.14 /),
  lua: ending("lua", ["-e", LUA], /^and=2 bird=1 cat=1 dog=1 the=3\t1\.0000000000\t-4\tfalse\tno\n$/),
  sqlite: ending("sqlite", [":memory:", SQL], /^BOOK\|22\.61\nRENT\|966\.88\n$/),
  httpd: serving("httpd", /^serving on port 80\n$/),
  lighttpd: serving("lighttpd", /server started/),
  arena: {
    play(kernel) {
      const [server] = kernel.spawn({ image: "arena" });
      const [bot] = kernel.spawn({ image: "arena", arguments: ["bots", `10.0.0.${server}`, "1"] });
      runFor(kernel, 2.1);
      return { ids: [server, bot] };
    },
    shows: [/^/, /^(19|20) states, 0 missed, .*\n(19|20) states, 0 missed, /],
  },
  redis: {
    supervisor: true,
    play(kernel) {
      const ids = kernel.spawn({ image: "redis", name: "redis" });
      runFor(kernel, REDIS_STARTED);
      const told = askFromOutside(kernel, "redis", 6379, "SET tea 3\r\nINCR tea\r\nGET tea\r\nGET milk\r\n");
      runFor(kernel, STARTED);
      return { ids: [...ids, SUPERVISOR], told };
    },
    shows: [/Ready to accept connections/, /./, /^\+OK\r\n:4\r\n\$1\r\n4\r\n\$-1\r\n$/],
  },
  supervisor: {
    supervisor: true,
    play(kernel) {
      for (const line of ["list", "create hello", "status"]) typeLine(kernel, SUPERVISOR, line);
      runFor(kernel, STARTED);
      return { ids: [SUPERVISOR] };
    },
    shows: [/hello/],
  },
};
