import { describe, expect, it } from "@jest/globals";
import { imageConfig, imageIndex, imageManifest, type Layer } from "../../src/core/ociImage.ts";

const LAYERS: readonly Layer[] = [
  { digest: "aa", diffId: "bb", sizeBytes: 10, isCompressed: true },
  { digest: "cc", diffId: "cc", sizeBytes: 20, isCompressed: false },
];

describe("image documents", () => {
  it("name uncompressed layers in the configuration and stored ones in the manifest", () => {
    expect(JSON.parse(imageConfig({ entrypoint: ["/x"] }, LAYERS))).toMatchObject({
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
    const settings = { entrypoint: ["/x"], user: "65532:65532", workingDir: "/data", env: { A: "b" } };
    expect(JSON.parse(imageConfig(settings, LAYERS))).toMatchObject({
      config: { User: "65532:65532", WorkingDir: "/data", Env: ["A=b"], Entrypoint: ["/x"] },
    });
  });

  it("hold no time, so that the same input gives the same digest", () => {
    expect(imageConfig({ entrypoint: ["/x"] }, LAYERS)).not.toContain("created");
  });

  it("give an archive the name under which it is imported", () => {
    expect(JSON.parse(imageIndex({ digest: "dd", sizeBytes: 5 }, "ganglion.dev/chain:dev"))).toMatchObject({
      manifests: [{ annotations: { "io.containerd.image.name": "ganglion.dev/chain:dev" } }],
    });
  });
});
