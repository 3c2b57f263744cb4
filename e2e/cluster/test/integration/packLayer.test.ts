import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { packLayer } from "../../src/io/packLayer.ts";
import { tryCommand } from "../../src/io/runCommand.ts";
import { writeImage } from "../../src/io/writeImage.ts";

describe("packLayer and writeImage", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ganglion-layer-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function writeRoot(name: string, names: readonly string[], mode: number): string {
    const root = join(folder, name);
    mkdirSync(root);
    for (const file of names) {
      writeFileSync(join(root, file), `content of ${file}`);
      chmodSync(join(root, file), mode);
      utimesSync(join(root, file), names.indexOf(file) + 1, names.length);
    }
    return root;
  }

  it.each([true, false])(
    "gives the same digest whoever wrote the files, and when (compressed: %p)",
    async (compress) => {
      const first = await packLayer(writeRoot("a", ["x", "y"], 0o600), join(folder, "blobs"), { compress });
      const second = await packLayer(writeRoot("b", ["y", "x"], 0o664), join(folder, "blobs"), { compress });
      expect(second).toEqual(first);
    },
  );

  it("gives another digest for other content", async () => {
    const options = { compress: false };
    const first = await packLayer(writeRoot("a", ["x"], 0o644), join(folder, "blobs"), options);
    const second = await packLayer(writeRoot("b", ["y"], 0o644), join(folder, "blobs"), options);
    expect(second.digest).not.toBe(first.digest);
  });

  it("writes an archive with every blob that its index leads to", async () => {
    const layer = await packLayer(writeRoot("a", ["x"], 0o644), join(folder, "blobs"), { compress: true });
    const archive = join(folder, "image.tar");
    const digest = await writeImage({
      reference: "r:1",
      settings: { architecture: "amd64", entrypoint: ["/x"] },
      layers: [layer],
      archive,
    });
    const { stdout } = await tryCommand("tar", ["--list", "--file", archive]);
    const names = stdout.split("\n");
    expect(names).toContain("index.json");
    expect(names).toContain(`blobs/sha256/${layer.digest}`);
    expect(names).toContain(`blobs/${digest.replace(":", "/")}`);
  });
});
