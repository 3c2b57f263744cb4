/** A signature that verifiers of ed25519 judge differently, and how ours must; bytes in hex. */
export type EdgeCase = {
  readonly name: string;
  readonly key: string;
  readonly message: string;
  readonly signature: string;
  readonly valid: boolean;
};

/**
 * Cases of the kind that "Taming the many EdDSAs" (Chalkias, Garillot, Nikolaenko, 2020) collects: small and mixed
 * order, encodings that are not canonical, S not reduced. A test computes them again from the curve.
 */
export const EDGE_CASES: readonly EdgeCase[] = [
  {
    name: "an ordinary signature",
    key: "3205882174e321bd9b7465cb3b3aef7113c28b1269e008139bb9f1db21e61775",
    message: "ed706cd3a93de18a48329cf5a1a1a6c465a0dcd94fe93b2011dd47e2a93d8e90",
    signature:
      "ea8ce37d85c2bf417f52223aaa82fc482ef1d48e68938245979390df0b2069fdc29779286e31d8d7f9cd5fba531feda0c593a277371546d15f92e13e6557570e",
    valid: true,
  },
  {
    name: "another message",
    key: "3205882174e321bd9b7465cb3b3aef7113c28b1269e008139bb9f1db21e61775",
    message: "00",
    signature:
      "ea8ce37d85c2bf417f52223aaa82fc482ef1d48e68938245979390df0b2069fdc29779286e31d8d7f9cd5fba531feda0c593a277371546d15f92e13e6557570e",
    valid: false,
  },
  {
    name: "S plus the group order",
    key: "3205882174e321bd9b7465cb3b3aef7113c28b1269e008139bb9f1db21e61775",
    message: "ed706cd3a93de18a48329cf5a1a1a6c465a0dcd94fe93b2011dd47e2a93d8e90",
    signature:
      "ea8ce37d85c2bf417f52223aaa82fc482ef1d48e68938245979390df0b2069fdaf6b6f858894ea2fd06a575d3219ccb5c593a277371546d15f92e13e6557571e",
    valid: false,
  },
  {
    name: "S plus twice the group order",
    key: "3205882174e321bd9b7465cb3b3aef7113c28b1269e008139bb9f1db21e61775",
    message: "ed706cd3a93de18a48329cf5a1a1a6c465a0dcd94fe93b2011dd47e2a93d8e90",
    signature:
      "ea8ce37d85c2bf417f52223aaa82fc482ef1d48e68938245979390df0b2069fd9c3f65e2a2f7fc87a6074f001113abcac593a277371546d15f92e13e6557572e",
    valid: false,
  },
  {
    name: "a truncated signature",
    key: "3205882174e321bd9b7465cb3b3aef7113c28b1269e008139bb9f1db21e61775",
    message: "ed706cd3a93de18a48329cf5a1a1a6c465a0dcd94fe93b2011dd47e2a93d8e90",
    signature:
      "ea8ce37d85c2bf417f52223aaa82fc482ef1d48e68938245979390df0b2069fdc29779286e31d8d7f9cd5fba531feda0c593a277371546d15f92e13e655757",
    valid: false,
  },
  {
    name: "mixed-order key, valid without cofactor",
    key: "2f2d179cb63f2944989867d228c5eb29d8e085050b9be65c7b37f33202fcda44",
    message: "ae5076db5c9fcac74636006ce99e3f44a0b988b4b3e57a0cfd4b007ae3c7951b",
    signature:
      "ea8ce37d85c2bf417f52223aaa82fc482ef1d48e68938245979390df0b2069fd108393d3826cdfa640e67ca94514361dda79f9f4e47bdae9c5c3ee9f39565503",
    valid: true,
  },
  {
    name: "mixed-order key, valid only with cofactor",
    key: "2f2d179cb63f2944989867d228c5eb29d8e085050b9be65c7b37f33202fcda44",
    message: "3a7c714ab86af4afd796240f815a6ccd832a9fc15b1cc16c42b1a17ef0a56241",
    signature:
      "ea8ce37d85c2bf417f52223aaa82fc482ef1d48e68938245979390df0b2069fda768f2d85220b222a3a1b6e53e68304e8cb48b93c4838d5bd1a728393dd73208",
    valid: false,
  },
  {
    name: "mixed-order nonce, valid only with cofactor",
    key: "3205882174e321bd9b7465cb3b3aef7113c28b1269e008139bb9f1db21e61775",
    message: "79690512bab0551acb4ccda1e2b906100195b9466bc1746f05dba841b33030e2",
    signature:
      "456b8963dfce623e318eba3c070ec77a067e8c24b3e9f43fbb8ed81bc5ae92eec5b37b94f0850a52b07c85191513342d66f1a4366d5b6b83921e2a306d9f4807",
    valid: false,
  },
  {
    name: "mixed-order key and nonce that cancel",
    key: "2f2d179cb63f2944989867d228c5eb29d8e085050b9be65c7b37f33202fcda44",
    message: "846fd232fe69ff131bc7b5e23dfaec4cd43a1333bb9da81044554c65f931da3d",
    signature:
      "456b8963dfce623e318eba3c070ec77a067e8c24b3e9f43fbb8ed81bc5ae92eeac6fa3c39c7740d7a0ff6ea2ba69cb65b963c435f2d7e6d6035c42a3b6c20908",
    valid: true,
  },
  {
    name: "key of small order 0",
    key: "0100000000000000000000000000000000000000000000000000000000000000",
    message: "d76486c401cef4eed426e291e5fb6c359c8c003b369f9f76b14cf413ecdeb258",
    signature:
      "ea8ce37d85c2bf417f52223aaa82fc482ef1d48e68938245979390df0b2069fdbadcfe2143658709badcfe2143658709badcfe00000000000000000000000000",
    valid: false,
  },
  {
    name: "key of small order 1",
    key: "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    message: "4066765ccc3e3f86c0b9da514e446b762be736ed754e55486c1bbd35c100cf66",
    signature:
      "ea8ce37d85c2bf417f52223aaa82fc482ef1d48e68938245979390df0b2069fdbadcfe2143658709badcfe2143658709badcfe00000000000000000000000000",
    valid: false,
  },
  {
    name: "key of small order 2",
    key: "0000000000000000000000000000000000000000000000000000000000000080",
    message: "1be5a4878f2db3001dc309134335bf0ac446b84e38d0c739851139e3ab208d83",
    signature:
      "ea8ce37d85c2bf417f52223aaa82fc482ef1d48e68938245979390df0b2069fdbadcfe2143658709badcfe2143658709badcfe00000000000000000000000000",
    valid: false,
  },
  {
    name: "key of small order 3",
    key: "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    message: "af834727816b6d6881891c95552297410807f611af01dc4f3fd1082e7d5d3dee",
    signature:
      "ea8ce37d85c2bf417f52223aaa82fc482ef1d48e68938245979390df0b2069fdbadcfe2143658709badcfe2143658709badcfe00000000000000000000000000",
    valid: false,
  },
  {
    name: "key of small order 4",
    key: "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    message: "de1cedccbc2551ce92f0bd02ddc127e770da3efd0ef8017de081dc9ff2341a90",
    signature:
      "ea8ce37d85c2bf417f52223aaa82fc482ef1d48e68938245979390df0b2069fdbadcfe2143658709badcfe2143658709badcfe00000000000000000000000000",
    valid: false,
  },
  {
    name: "key of small order 5",
    key: "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    message: "7f0ba90640fb52161889ff3eb304b51d7ba0eca7a22b3ecd60f02bfb2612bcf7",
    signature:
      "ea8ce37d85c2bf417f52223aaa82fc482ef1d48e68938245979390df0b2069fdbadcfe2143658709badcfe2143658709badcfe00000000000000000000000000",
    valid: false,
  },
  {
    name: "key of small order 6",
    key: "0000000000000000000000000000000000000000000000000000000000000000",
    message: "24868e55d06040f656ef5f784e5766cddf923afc2bc956b8c07f3198e8dfd5fd",
    signature:
      "ea8ce37d85c2bf417f52223aaa82fc482ef1d48e68938245979390df0b2069fdbadcfe2143658709badcfe2143658709badcfe00000000000000000000000000",
    valid: false,
  },
  {
    name: "key of small order 7",
    key: "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    message: "05988367d9d65dd310f2cd60bfec816b7afaa68c9238c707891922a280b0cb0e",
    signature:
      "ea8ce37d85c2bf417f52223aaa82fc482ef1d48e68938245979390df0b2069fdbadcfe2143658709badcfe2143658709badcfe00000000000000000000000000",
    valid: false,
  },
  {
    name: "identity with the sign bit",
    key: "0100000000000000000000000000000000000000000000000000000000000080",
    message: "ec0a61bb68ea40746e7a1afbb6b867d660c5c2d11586adca5cd45925713a636a",
    signature:
      "ea8ce37d85c2bf417f52223aaa82fc482ef1d48e68938245979390df0b2069fdbadcfe2143658709badcfe2143658709badcfe00000000000000000000000000",
    valid: false,
  },
  {
    name: "identity plus p",
    key: "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    message: "534e7ff507287c7eb14bdf699a8962c8012af9ccd3773447d4833b96e1d5316e",
    signature:
      "ea8ce37d85c2bf417f52223aaa82fc482ef1d48e68938245979390df0b2069fdbadcfe2143658709badcfe2143658709badcfe00000000000000000000000000",
    valid: false,
  },
  {
    name: "zero plus p",
    key: "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    message: "6bb2404fd8de0a3c3d8429eb7d78fe6ac59c466197aa388b01c3f4724ad042f8",
    signature:
      "ea8ce37d85c2bf417f52223aaa82fc482ef1d48e68938245979390df0b2069fdbadcfe2143658709badcfe2143658709badcfe00000000000000000000000000",
    valid: false,
  },
  {
    name: "nonce is the identity",
    key: "3205882174e321bd9b7465cb3b3aef7113c28b1269e008139bb9f1db21e61775",
    message: "11",
    signature:
      "0100000000000000000000000000000000000000000000000000000000000000f50c0b1a7b887b9a7adede0bf97ee29a67fce6bb676e5e50db9777cc7c179607",
    valid: false,
  },
  {
    name: "nonce is the identity plus p",
    key: "3205882174e321bd9b7465cb3b3aef7113c28b1269e008139bb9f1db21e61775",
    message: "11",
    signature:
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f6f4e471cf92b4398a83012c3d6ab5c7e4eeb3bbd2d97788342269bd2c19b3f09",
    valid: false,
  },
  {
    name: "a key that is no point",
    key: "0200000000000000000000000000000000000000000000000000000000000000",
    message: "ed706cd3a93de18a48329cf5a1a1a6c465a0dcd94fe93b2011dd47e2a93d8e90",
    signature:
      "ea8ce37d85c2bf417f52223aaa82fc482ef1d48e68938245979390df0b2069fdc29779286e31d8d7f9cd5fba531feda0c593a277371546d15f92e13e6557570e",
    valid: false,
  },
];
