import { sleep } from "../../clock.ts";
import type { OpenAccount, Webhook, WebhookMessage } from "../../connectors/connector.ts";
import { ServiceError } from "../../domain/errors.ts";
import { checkId } from "../../domain/id.ts";
import type { EngineContext } from "../../engine/engine-context.ts";
import { limits } from "../../limits.ts";
import { readMessage } from "./read-message.ts";
import { VerificationSlots } from "./verification-slots.ts";

export interface ReceiverContext extends EngineContext {
  /** Takes a message of an account; 0, or how long to wait before the next can be taken (milliseconds). */
  readonly rate: { take(connectorAccountId: string): number };
  /** Told of each message that nobody has verified. */
  readonly onUnverified: (connector: string) => void;
}

/** A message as it came in. */
export interface ReceivedMessage {
  /** As they stand in the address. */
  readonly connector: string;
  readonly connectorAccountId: string;
  /** Names in lower case. */
  readonly headers: WebhookMessage["headers"];
  readonly body: Uint8Array;
}

/** What a processor is answered once its message is stored. */
export type WebhookReply = NonNullable<Webhook["reply"]>;

const REPLY: WebhookReply = { status: 200, contentType: "", body: "" };
/** A processor repeats what was refused for a while by itself (milliseconds). */
const RETRY_MS = 1000;

/**
 * Takes in what processors send by themselves. A message is verified over its very bytes before any of
 * it is read, is stored before it is answered, and is applied after that, by whoever claims it.
 */
export class WebhookReceiver {
  readonly #context: ReceiverContext;
  readonly #slots = new VerificationSlots(limits.webhooks.verifications);

  constructor(context: ReceiverContext) {
    this.#context = context;
  }

  /**
   * Resolves when the message is stored, or was before.
   *
   * @throws ServiceError METHOD_NOT_FOUND for an address that is nobody's, WEBHOOK_NOT_VERIFIED,
   *   CONNECTOR_UNAVAILABLE while nobody can tell whose it is, OVERLOADED
   */
  async receive({
    connector,
    connectorAccountId,
    headers,
    body,
  }: ReceivedMessage): Promise<WebhookReply> {
    const { connectors, repository, clock, log, rate } = this.#context;
    const webhook = connectors.module(connector)?.webhook;
    // All that is not an address of ours is refused in the same words.
    if (webhook === undefined || !checkId("connectorAccount", connectorAccountId).ok) {
      throw new ServiceError("METHOD_NOT_FOUND");
    }
    const stored = await repository.connectorAccounts.open(connectorAccountId);
    const account = stored?.account.connector === connector ? stored.account : null;
    const opened = account && (await connectors.openAccount(connectorAccountId));
    if (account === null || opened === null) throw new ServiceError("METHOD_NOT_FOUND");

    const over = new AbortController();
    const message: WebhookMessage = {
      headers,
      body,
      receivedAt: clock.now(),
      signal: over.signal,
    };
    await this.#verify(webhook, message, opened, connector).finally(() => over.abort());
    // Counted only now: whoever does not know the secret takes nothing from the processor.
    const retryAfterMs = rate.take(connectorAccountId);
    if (retryAfterMs > 0) throw new ServiceError("OVERLOADED", { retryAfterMs });
    const entries = readMessage(webhook, message, opened, log);
    if (entries.length > 0) {
      const { merchantId } = account;
      const address = { merchantId, connectorAccountId, connector };
      await repository.inbox.add(address, entries, limits.webhooks.room);
    }
    return webhook.reply ?? REPLY;
  }

  async #verify(
    webhook: Webhook,
    message: WebhookMessage,
    account: OpenAccount,
    connector: string,
  ): Promise<void> {
    const release = this.#slots.take(account.connectorAccountId);
    if (release === null) throw new ServiceError("OVERLOADED", { retryAfterMs: RETRY_MS });
    try {
      const verdict = await this.#verdict(webhook, message, account);
      if (verdict === "unreachable") {
        throw new ServiceError("CONNECTOR_UNAVAILABLE", { retryAfterMs: RETRY_MS });
      }
      if (verdict !== true) {
        this.#context.onUnverified(connector);
        throw new ServiceError("WEBHOOK_NOT_VERIFIED");
      }
    } finally {
      release();
    }
  }

  /**
   * A module that throws has verified nothing. A promise that rejects, or is not kept in time, says that
   * nobody could be asked.
   */
  async #verdict(
    webhook: Webhook,
    message: WebhookMessage,
    account: OpenAccount,
  ): Promise<boolean | "unreachable"> {
    const { clock, connectorTimeoutMs, log } = this.#context;
    const asked = { connector_account: account.connectorAccountId };
    let verifying: boolean | Promise<boolean>;
    try {
      verifying = webhook.verify(message, account);
    } catch (error) {
      log.error({ err: error, ...asked }, "a connector threw at a processor's message");
      return false;
    }
    if (typeof verifying === "boolean") return verifying;
    const tooLate = sleep(clock, connectorTimeoutMs, message.signal).then(
      () => "unreachable" as const,
    );
    try {
      return await Promise.race([verifying, tooLate]);
    } catch (error) {
      log.warn({ err: error, ...asked }, "it could not be asked whose a message is");
      return "unreachable";
    }
  }
}
