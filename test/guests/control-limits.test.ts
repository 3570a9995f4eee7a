/** What docs/control.md says of time and room: who is slow, who wants too much, and who has to go for somebody else. */

import { describe, expect, it } from "vitest";
import { runFor } from "../kernel/boot.js";
import { answer, ControlClient, controlled, HTTP, head, request, TELNET, TOKEN, telnet } from "./control-client.js";

const MIB = 1024 * 1024;
const putHead = (name: string, length: number) => head("PUT", `/images/${name}`, `Content-Length: ${length}\r\n`);

describe("a request that does not come in time", () => {
  it.each([
    ["its head", "GET / HTTP/1.1\r\nHost: slo", 10],
    ["its body", `${head("POST", "/vms", "Content-Length: 20\r\n")}{"image"`, 10],
    ["its image", `${putHead("slow", 1000)}\x7fELF`, 60],
  ])("%s is answered with 408, and the connection ends", (_, sent, seconds) => {
    const client = new ControlClient(controlled(), HTTP).send(sent);
    expect(client.until((text) => text !== "", seconds + 1)).toBeCloseTo(seconds, 0);
    expect(answer(client.text)).toEqual({ status: 408, body: { error: "the request did not come in time" } });
    client.untilEnded();
  });

  it("has its time anew where another follows on the connection", () => {
    const kernel = controlled();
    const client = new ControlClient(kernel, HTTP);
    for (let round = 0; round < 3; round++) {
      runFor(kernel, 8);
      client.send(head("GET", "/"));
      client.until((text) => text.split("HTTP/1.1 200").length === round + 2);
    }
    // Nothing was asked for: there is nothing to answer.
    const before = client.text;
    expect(client.untilEnded(11)).toBeCloseTo(10, 0);
    expect(client.text).toBe(before);
  });

  it("leaves no image behind, nor the room that it was to have", () => {
    const kernel = controlled();
    const uploads = Array.from({ length: 4 }, (_, index) =>
      new ControlClient(kernel, HTTP).send(putHead(`slow${index}`, 16 * MIB)),
    );
    runFor(kernel, 0.1);
    expect(request(kernel, "PUT", "/images/more", "x").status).toBe(507);
    uploads[0].untilEnded(70);
    expect(uploads.map(({ text }) => answer(text).status)).toEqual([408, 408, 408, 408]);
    // There is room again: it is looked at, and no image.
    expect(request(kernel, "PUT", "/images/more", "x").status).toBe(422);
    const { images } = request(kernel, "GET", "/images").body as { images: { name: string }[] };
    expect(images.map(({ name }) => name).filter((name) => /^(slow|more)/.test(name))).toEqual([]);
  });
});

describe("images", () => {
  it("have 16 MiB each at most, and 64 MiB together, until one is given up", () => {
    const kernel = controlled();
    const put = (name: string, length: number) => {
      const client = new ControlClient(kernel, HTTP).send(putHead(name, length));
      runFor(kernel, 0.1);
      return client;
    };
    expect(answer(put("huge", 16 * MIB + 1).text).status).toBe(413);
    const whole = [1, 2, 3, 4].map((number) => put(`whole${number}`, 16 * MIB));
    expect(whole.map(({ text }) => text)).toEqual(["", "", "", ""]);
    expect(answer(put("more", 1).text)).toEqual({
      status: 507,
      body: { error: "uploaded images are 512 and have 64 MiB together at most" },
    });
    whole[2].vanish();
    expect(put("more", 16 * MIB).text).toBe("");
  });
});

describe("48 connections at once", () => {
  it("make room for one more: that goes which has been there longest without the token, not who has shown it", () => {
    const kernel = controlled();
    const open = (port: number, sent: string) => {
      const client = new ControlClient(kernel, port).send(sent);
      runFor(kernel, 0.05);
      return client;
    };
    const shown = [open(HTTP, head("GET", "/")), open(TELNET, `${TOKEN}\r\n`)];
    const silent = Array.from({ length: 46 }, (_, index) => open(index % 2 ? HTTP : TELNET, ""));
    expect([...shown, ...silent].some(({ ended }) => ended)).toBe(false);
    const late = [open(HTTP, ""), open(TELNET, "")];
    expect(silent.map(({ ended }) => ended)).toEqual(silent.map((_, index) => index < 2));
    expect([...shown, ...late].some(({ ended }) => ended)).toBe(false);
    // Those who have shown it are served on, and whoever shows it now.
    shown[0].send(head("GET", "/machine")).until((text) => text.includes("quantumMilliseconds"));
    shown[1].send("quantum\r\n").until((text) => text.includes("quantum 5.000 ms"));
    expect(request(kernel, "GET", "/").status).toBe(200);
  });

  it("who have all shown it stay, and one more is not let in", () => {
    const kernel = controlled();
    const shown = Array.from({ length: 48 }, () => new ControlClient(kernel, TELNET).send(`${TOKEN}\r\n`));
    runFor(kernel, 0.5);
    const late = new ControlClient(kernel, HTTP).send(head("GET", "/"));
    late.untilEnded();
    expect(late.text).toBe("");
    expect(shown.every(({ ended, text }) => !ended && text.endsWith("denali> "))).toBe(true);
    shown[7].send("quit\r\n").untilEnded();
    expect(telnet(kernel, "policy")).toContain("policy round-robin\r\n");
  });
});
