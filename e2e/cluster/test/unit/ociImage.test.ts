import { describe, expect, it } from "@jest/globals";
import {
  architectureOf,
  type ImageSettings,
  imageConfig,
  imageIndex,
  imageManifest,
  type Layer,
} from "../../src/core/ociImage.ts";

const LAYERS: readonly Layer[] = [
  { digest: "aa", diffId: "bb", sizeBytes: 10, isCompressed: true },
  { digest: "cc", diffId: "cc", sizeBytes: 20, isCompressed: false },
];

const SETTINGS: ImageSettings = { architecture: "amd64", entrypoint: ["/x"] };

describe("image documents", () => {
  it.each(["amd64", "arm64"] as const)("say twice that an image is for %s", (architecture) => {
    expect(JSON.parse(imageConfig({ ...SETTINGS, architecture }, LAYERS))).toMatchObject({
      architecture,
      os: "linux",
    });
    expect(JSON.parse(imageIndex({ digest: "dd", sizeBytes: 5 }, "r:1", architecture))).toMatchObject({
      manifests: [{ platform: { architecture, os: "linux" } }],
    });
  });

  it("name uncompressed layers in the configuration and stored ones in the manifest", () => {
    expect(JSON.parse(imageConfig(SETTINGS, LAYERS))).toMatchObject({
      rootfs: { type: "layers", diff_ids: ["sha256:bb", "sha256:cc"] },
    });
    expect(JSON.parse(imageManifest({ digest: "dd", sizeBytes: 5 }, LAYERS))).toMatchObject({
      config: { digest: "sha256:dd", size: 5 },
      layers: [
        { digest: "sha256:aa", size: 10, mediaType: expect.stringMatching(/tar\+gzip$/) },
        { digest: "sha256:cc", size: 20, mediaType: expect.stringMatching(/tar$/) },
      ],
    });
  });

  it("say as whom and where a program runs", () => {
    const settings = { user: "65532:65532", workingDir: "/data", env: { A: "b" } };
    expect(JSON.parse(imageConfig({ ...SETTINGS, ...settings }, LAYERS))).toMatchObject({
      config: { User: "65532:65532", WorkingDir: "/data", Env: ["A=b"], Entrypoint: ["/x"] },
    });
  });

  it("hold no time, so that the same input gives the same digest", () => {
    expect(imageConfig(SETTINGS, LAYERS)).not.toContain("created");
  });

  it("give an archive the name under which it is imported", () => {
    const index = imageIndex({ digest: "dd", sizeBytes: 5 }, "ganglion.dev/chain:dev", "amd64");
    expect(JSON.parse(index)).toMatchObject({
      manifests: [{ annotations: { "io.containerd.image.name": "ganglion.dev/chain:dev" } }],
    });
  });
});

describe("architectureOf", () => {
  it("gives Node's names of processors those of images", () => {
    expect(["x64", "arm64"].map(architectureOf)).toEqual(["amd64", "arm64"]);
  });

  it("refuses a processor for which nothing is built", () => {
    expect(() => architectureOf("s390x")).toThrow("s390x");
  });
});
