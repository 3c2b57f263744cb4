import type { RequestProof } from "@ganglion/keys";
import type { Logger } from "@ganglion/types";
import {
  type Metadata,
  ResponderBuilder,
  ServerInterceptingCall,
  type ServerInterceptor,
  ServerListenerBuilder,
} from "@grpc/grpc-js";
import type { CallSlots } from "./callSlots.ts";
import { Refusal, statusOfError } from "./refusal.ts";
import { admitCall, checkBody, type SignedServiceAuth } from "./signedCalls.ts";

const BODY_TIMEOUT_MS = 10_000;

type SignedMethod = { readonly auth: SignedServiceAuth; readonly slots: CallSlots };

/** Signed methods by path, and what was proven about the calls that passed, for their handlers. */
export type SignedMethods = {
  readonly byPath: Map<string, SignedMethod>;
  readonly proofs: WeakMap<Metadata, RequestProof>;
};

/**
 * Refuses a call to a signed method by its header, before grpc-js reads the body, then by the body's hash.
 * Signed methods are registered with the identity as decoder, so that what is hashed is what is decoded.
 */
export function createCallInterceptor(methods: SignedMethods, logger: Logger): ServerInterceptor {
  return (descriptor, call) => {
    const method = methods.byPath.get(descriptor.path);
    if (method === undefined) return new ServerInterceptingCall(call);
    const state = newCallState();
    const refuse = (error: unknown): void => {
      state.finish();
      if (!(error instanceof Refusal))
        logger.error("call failed in its checks", { method: descriptor.path, error: String(error) });
      call.sendStatus(statusOfError(error));
    };
    const admit = async (metadata: Metadata): Promise<void> => {
      const proof = await admitCall(method.auth, descriptor.path, metadata);
      const release = method.slots.take(proof.caller);
      state.admit(proof, release, refuse, method.auth.bodyTimeoutMs ?? BODY_TIMEOUT_MS);
      methods.proofs.set(metadata, proof);
    };
    const listener = new ServerListenerBuilder()
      .withOnReceiveMetadata((metadata, next) => {
        admit(metadata).then(() => next(metadata), refuse);
      })
      .withOnReceiveMessage((body: unknown, next) => {
        try {
          checkBody(state.received(), body);
        } catch (error) {
          refuse(error);
          return;
        }
        next(body);
      })
      .withOnCancel(state.finish)
      .build();
    const responder = new ResponderBuilder()
      .withStart((next) => next(listener))
      .withSendStatus((status, next) => {
        state.finish();
        next(status);
      })
      .build();
    return new ServerInterceptingCall(call, responder);
  };
}

type CallState = {
  /** Starts the clock for the body. */
  readonly admit: (
    proof: RequestProof,
    release: () => void,
    refuse: (error: unknown) => void,
    timeoutMs: number,
  ) => void;
  readonly received: () => RequestProof | undefined;
  readonly finish: () => void;
};

function newCallState(): CallState {
  let proven: RequestProof | undefined;
  let release: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  return {
    admit: (proof, giveBack, refuse, timeoutMs) => {
      proven = proof;
      release = giveBack;
      const late = (): void =>
        refuse(new Refusal("CALL_BODY_TOO_SLOW", `the body took longer than ${timeoutMs} ms`));
      timer = setTimeout(late, timeoutMs);
    },
    received: () => {
      clearTimeout(timer);
      return proven;
    },
    finish: () => {
      clearTimeout(timer);
      release?.();
    },
  };
}
