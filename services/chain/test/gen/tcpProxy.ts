import { createServer, connect, type Server, type Socket } from "node:net";

/** Stands between client and server on loopback and misbehaves when told. */
export class TcpProxy {
  private readonly server: Server;
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private isStalled = false;
  private cutAfterBytes = Number.POSITIVE_INFINITY;

  private constructor(targetPort: number) {
    this.server = createServer((client) => this.accept(client, targetPort));
  }

  static async start(targetPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort);
    await new Promise<void>((resolve) => proxy.server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  /** Breaks all connections. */
  cut(): void {
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
  }

  /** Breaks the connection on which a client's bytes exceed this count from now on, in the middle of what it sends. */
  cutAfter(bytes: number): void {
    this.cutAfterBytes = bytes;
  }

  /** Answers no longer reach clients. */
  stall(): void {
    this.isStalled = true;
    for (const [, upstream] of this.pairs) upstream.pause();
  }

  resume(): void {
    this.isStalled = false;
    for (const [, upstream] of this.pairs) upstream.resume();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(client: Socket, targetPort: number): void {
    const upstream = connect(targetPort, "127.0.0.1");
    const pair = [client, upstream] as const;
    this.pairs.add(pair);
    const end = () => {
      this.pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of pair) socket.on("error", end).on("close", end);
    client.on("data", (data: Buffer) => {
      const allowed = data.subarray(0, this.cutAfterBytes);
      this.cutAfterBytes -= data.length;
      upstream.write(allowed, () => {
        if (this.cutAfterBytes < 0) this.break(end);
      });
    });
    upstream.on("data", (data: Buffer) => client.write(data));
    if (this.isStalled) upstream.pause();
  }

  private break(end: () => void): void {
    this.cutAfterBytes = Number.POSITIVE_INFINITY;
    end();
  }
}
