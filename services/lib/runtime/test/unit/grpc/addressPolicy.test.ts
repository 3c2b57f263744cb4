import { describe, expect, it, jest } from "@jest/globals";
import { resolveEndpoint } from "../../../src/grpc/index.ts";

const open = { allowPrivate: false };

describe("resolveEndpoint", () => {
  it.each([
    "127.0.0.1",
    "10.1.2.3",
    "172.31.255.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "239.1.1.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fd00::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "64:ff9b::7f00:1",
    "localhost",
  ])("refuses %s where only public addresses are allowed", async (host) => {
    await expect(resolveEndpoint(host, 80, open)).rejects.toMatchObject({ code: "GRPC_ADDRESS_REFUSED" });
  });

  it.each(["8.8.8.8", "172.32.0.1", "2606:4700::1111"])("takes the public %s", async (host) => {
    expect(await resolveEndpoint(host, 80, open)).toEqual({ address: host, port: 80 });
  });

  it("gives up on a name server that never answers", async () => {
    jest.useFakeTimers();
    try {
      const never = () => new Promise<never>(() => undefined);
      const resolving = expect(resolveEndpoint("slow.example", 80, open, never)).rejects.toMatchObject({
        code: "GRPC_CANNOT_RESOLVE",
      });
      await jest.runAllTimersAsync();
      await resolving;
    } finally {
      jest.useRealTimers();
    }
  });

  it("takes loopback where private ranges are allowed, but not a refused range", async () => {
    expect(await resolveEndpoint("127.0.0.1", 80, { allowPrivate: true })).toEqual({
      address: "127.0.0.1",
      port: 80,
    });
    const policy = { allowPrivate: true, refusedRanges: ["10.0.0.0/8"] };
    await expect(resolveEndpoint("10.0.0.1", 80, policy)).rejects.toMatchObject({
      code: "GRPC_ADDRESS_REFUSED",
    });
  });

  it.each([0, 65_536, 1.5])("refuses the port %d", async (port) => {
    await expect(resolveEndpoint("8.8.8.8", port, open)).rejects.toMatchObject({ code: "GRPC_BAD_ENDPOINT" });
  });
});
